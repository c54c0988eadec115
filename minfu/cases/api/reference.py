"""What one chooses from: categories, channels to divert to, purposes, grounds."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minfu.cases import rights, states
from minfu.cases.api.schemas import Coded
from minfu.cases.models import Answer, Door, Kind, Mode, Urgency
from minfu.cases.rules import actions, catalog, lists
from minfu.kernel import clock
from minfu.kernel.api import Out, Room
from minfu.registry.rules.purposes import purposes_on

room = Room("reference", _("可选内容"))


class CategoryOut(Out):
    """A category of the tree."""

    code: str
    name: str
    path: str
    """Its full name from the first level down."""
    depth: int
    level: str
    duty: str
    reserved: bool
    confidential: bool
    standard: str
    questions: list[dict[str, Any]]


class DiversionOut(Out):
    """A channel residents are sent to for what belongs elsewhere."""

    code: str
    name: str
    advice: str


class Choices(Out):
    """Every list of choices, each with the words people read."""

    kinds: list[Coded]
    modes: list[Coded]
    urgencies: list[Coded]
    doors: list[Coded]
    states: list[Coded]
    scopes: list[Coded]
    grounds: list[Coded]
    channels: list[Coded]
    settled_levels: list[Coded]
    outcomes: list[Coded]
    purposes: list[Coded]


@room.get("/categories", _("诉求分类"), right=rights.VIEW, answer=list[CategoryOut])
def categories(request: HttpRequest) -> list[CategoryOut]:  # noqa: ARG001 - every operation is called with it
    """List the categories in force today."""
    found = catalog.current()
    return [
        CategoryOut(
            code=row.code,
            name=row.name,
            path=found.path(row.code),
            depth=row.depth,
            level=row.level,
            duty=row.duty,
            reserved=row.reserved,
            confidential=row.confidential,
            standard=row.standard,
            questions=row.questions,
        )
        for row in found.categories.values()
    ]


@room.get("/diversions", _("其他渠道"), right=rights.VIEW, answer=list[DiversionOut])
def diversions(request: HttpRequest) -> list[DiversionOut]:  # noqa: ARG001 - ninja hands the request to every operation
    """List the channels for what belongs elsewhere."""
    return [
        DiversionOut(code=row.code, name=row.name, advice=row.advice)
        for row in catalog.current().diversions.values()
    ]


@room.get("/choices", _("各项选择的含义"), right=rights.VIEW, answer=Choices)
def choices(request: HttpRequest) -> Choices:  # noqa: ARG001 - ninja hands the request to every operation
    """List what may be chosen, with the words people read."""
    return Choices(
        kinds=_coded(Kind.choices),
        modes=_coded(Mode.choices),
        urgencies=_coded(Urgency.choices),
        doors=_coded(Door.choices),
        states=_coded(states.CASE.choices),
        scopes=_coded((scope.name, scope.label) for scope in lists.SCOPES.values()),
        grounds=_coded(actions.GROUNDS.items()),
        channels=_coded(actions.CHANNELS.items()),
        settled_levels=_coded(actions.SETTLED_LEVELS.items()),
        outcomes=_coded(Answer.Outcome.choices),
        purposes=_coded((one.code, one.label) for one in purposes_on(timezone.localdate(clock.now()))),
    )


def _coded(pairs: Any) -> list[Coded]:
    return [Coded(code=code, name=str(label)) for code, label in pairs]
