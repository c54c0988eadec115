"""A resident's report half filled in: kept sealed in the session between pages, until it is sent.

Each report has a key in its address, so that two open pages never mix, and a form sent twice is one demand.
"""

import json
import secrets
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature
from django.http import HttpRequest

from minfu.cases.models import Door, Kind, Mode, Urgency
from minfu.cases.rules import alike, catalog, hints
from minfu.cases.rules.intake import MAX_DESCRIPTION, Intake, Person, Spot, check
from minfu.kernel.errors import Invalid
from minfu.places import locate
from minfu.registry import carrying

#: Session keys: reports under way (key → sealed text), reports sent (key → receipt).
OPEN, SENT = "reports", "reported"
MOST_OPEN, MOST_SENT = 3, 5
#: Characters kept of a page that could not be taken: twice the longest text that can.
MOST_TYPED = 2 * MAX_DESCRIPTION
_PURPOSE = "report"
SOURCE = "web"
_ABOUT_UNITS = frozenset({Kind.COMPLAINT, Kind.WRONGDOING})


@dataclass
class Draft:
    """What was told so far. ``done``: the steps that are answered. ``village`` is "unknown" for "I cannot say"."""

    key: str
    token: str = ""
    kind: str = ""
    description: str = ""
    files: list[list[str]] = field(default_factory=list)
    urgent: bool = False
    topic: str = ""
    #: The resident wants a person to choose the category.
    by_person: bool = False
    answers: dict[str, str] = field(default_factory=dict)
    address: str = ""
    village: str = ""
    unit: str = ""
    #: The demand the resident says is the same; empty for none.
    joins: str = ""
    mode: str = ""
    name: str = ""
    phone: str = ""
    done: list[str] = field(default_factory=list)
    #: What was typed where it could not be taken, by step: who goes back to the page finds it there.
    typed: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """What others reported is asked once for the same words."""
        self._asked: tuple[str, str, str] | None = None
        self._repeated: list[alike.Neutral] = []

    # --- the way through ---

    def steps(self) -> list[str]:
        """Return the steps of this report in order; what was told decides which questions follow."""
        steps = [
            ("kind", True),
            ("what", True),
            ("danger", any(row.emergency for row in self.channels())),
            ("topic", True),
            ("questions", bool(self.questions())),
            ("where", True),
            ("place", self.is_place_unclear()),
            ("same", bool(self.repeated())),
            ("about", self.kind in _ABOUT_UNITS),
            ("who", True),
            ("contact", self.mode in (Mode.NAMED, Mode.CONFIDENTIAL)),
            ("check", True),
        ]
        return [name for name, wanted in steps if wanted]

    def next_step(self) -> str:
        """Return the first step not answered yet; "check" when all are."""
        return next(name for name in self.steps() if name not in self.done)

    def step_before(self, name: str) -> str:
        """Return the step before ``name``; empty for the first."""
        steps = self.steps()
        at = steps.index(name) if name in steps else 0
        return steps[at - 1] if at else ""

    def answer(self, name: str, *reopens: str) -> None:
        """Mark a step as answered; steps it bears upon must be answered again."""
        self.done = [one for one in self.done if one not in (name, *reopens)] + [name]
        self.typed.pop(name, None)

    def keep_typed(self, name: str, typed: dict[str, str]) -> None:
        """Keep what was typed on the page of a step and not taken; of what no page has room for, nothing."""
        self.typed.pop(name, None)
        if sum(map(len, typed.values())) <= MOST_TYPED:
            self.typed[name] = typed

    # --- what it means ---

    def channels(self) -> list[Any]:
        """Return the channels the text may belong to."""
        return hints.channels(self.description, catalog.current())

    def category(self) -> Any:
        """Return the chosen category, None for none."""
        return catalog.current().categories.get(self.topic)

    def questions(self) -> list[Any]:
        """Return the chosen category's questions."""
        category = self.category()
        return list(category.questions) if category else []

    def location(self) -> locate.Location:
        """Return what is understood of the place."""
        told = self.token or self._village()
        text = "" if told else self.description
        return locate.locate(
            qr_token=self.token, address=self.address, text=text, village_code=self._village()
        )

    def suggested_place(self) -> locate.Location | None:
        """Return the village that the text already told for sure, to be chosen for the resident unless they say otherwise."""
        if self.token or self.address or self.village or "where" in self.done:
            return None
        place = locate.locate(text=self.description)
        return place if place.sure else None

    def repeated(self) -> list[alike.Neutral]:
        """Return what others reported that this may repeat, in words that tell nothing of anybody."""
        if "where" not in self.done or self.urgent or self.kind not in alike.PUBLIC_KINDS:
            return []
        place = self.location()
        known = (self.description, self.topic, place.village_code)
        if known != self._asked:
            category = self.category()
            told = alike.Told(
                self.description,
                place.township_code,
                place.village_code if place.sure else "",
                place.grid_id,
                category.pk if category else None,
            )
            self._asked, self._repeated = known, alike.reported_before(told)
        return self._repeated

    def is_place_unclear(self) -> bool:
        """Tell whether the resident must be asked if the place was understood."""
        if self.village == "unknown":
            return False
        if "place" in self.done:
            return True
        told = self.token or self.village
        return bool(self.address) and not (told and self.location().sure)

    def _village(self) -> str:
        return "" if self.village == "unknown" else self.village

    def intake(self, diversion: str = "") -> Intake:
        """Return the demand as told."""
        person = Person() if self.mode == Mode.ANONYMOUS else Person(self.name, self.phone)
        return Intake(
            door=Door.QR if self.token else Door.WEB,
            description=self.description,
            kind=self.kind or Kind.REQUEST,
            mode=self.mode or Mode.NAMED,
            urgency=Urgency.URGENT if self.urgent else Urgency.NORMAL,
            category_code=self.topic,
            refuses_automatic=self.by_person,
            spot=Spot(qr_token=self.token, address=self.address, village_code=self._village()),
            person=person,
            answers=self.answers,
            complained_unit_id=int(self.unit) if self.unit.isdigit() else None,
            diversion_code=diversion,
            file_ids=[UUID(file_id) for file_id, _name in self.files],
            source=SOURCE,
            external_id=self.key,
        )

    def problems(self, **changed: Any) -> dict[str, list[str]]:
        """Return what the rules would say to the report with ``changed`` fields, by field of the intake."""
        try:
            check(replace(self, **changed).intake(), catalog.current())
        except Invalid as refusal:
            return refusal.fields
        return {}


# --- the session ---------------------------------------------------------------------------------------------------


def new(token: str = "") -> Draft:
    """Return an empty report; its key is unguessable (96 bits)."""
    return Draft(key=secrets.token_urlsafe(12), token=token)


def load(request: HttpRequest, key: str) -> Draft | None:
    """Return the report under way with this key, None when it is gone (sent, or the session ended)."""
    carried = request.session.get(OPEN, {}).get(key)
    if carried is None:
        return None
    try:
        return Draft(**json.loads(carrying.unseal(carried, _PURPOSE)))
    except (BadSignature, ValueError, TypeError):
        return None


def save(request: HttpRequest, draft: Draft) -> None:
    """Keep a report in the session, sealed; the oldest of more than three is dropped."""
    kept = {key: value for key, value in request.session.get(OPEN, {}).items() if key != draft.key}
    kept[draft.key] = carrying.seal(json.dumps(asdict(draft), ensure_ascii=False), _PURPOSE)
    request.session[OPEN] = dict(list(kept.items())[-MOST_OPEN:])


def sent(request: HttpRequest, key: str) -> str:
    """Return the receipt of a report sent from this browser, empty if there is none."""
    return str(request.session.get(SENT, {}).get(key, ""))


def forget(request: HttpRequest, key: str, receipt: str) -> None:
    """Drop a report that was sent, and remember its receipt for this browser."""
    request.session[OPEN] = {one: value for one, value in request.session.get(OPEN, {}).items() if one != key}
    kept = {**request.session.get(SENT, {}), key: receipt}
    request.session[SENT] = dict(list(kept.items())[-MOST_SENT:])
