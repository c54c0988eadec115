"""The county's configuration: routing rules, time limits, channels, retention. A change is a new version from a day on."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import BaseModel, Field

from minfu.accounts.actor import Actor, actor_of
from minfu.cases import rights
from minfu.cases.api import config_schemas as told
from minfu.cases.api.schemas import Code, DivisionCode, choice
from minfu.cases.models import Kind, TimeLimit, Urgency
from minfu.cases.rules import configuration, defaults
from minfu.cases.rules.actions import configure, configure_checks
from minfu.cases.rules.actions.configure import PARTS, Terms, Versioned
from minfu.kernel import record
from minfu.kernel.api import Day, Id, Room

room = Room("config", _("配置"))


class Imagined(BaseModel):
    """A demand that might come."""

    kind: Annotated[str, choice(Kind.values)] = "request"
    urgency: Annotated[str, choice(Urgency.values)] = "normal"
    category: Code = ""
    village: DivisionCode = ""
    day: Day | None = None
    """By the configuration of this day; left out: today's."""


class LimitAsked(BaseModel):
    """A limit that might be."""

    amount: Annotated[int, Field(ge=1, le=1000)] = 1
    measure: Annotated[str, choice(TimeLimit.Measure.values)] = "workdays"


def may_configure(request: HttpRequest) -> Actor:
    """Return who calls; only from a post at the county."""
    actor = actor_of(request)
    configure.permit(actor)
    return actor


@room.get("/config", _("配置概览"), right=rights.CONFIGURE, answer=told.ConfigOut)
def overview(request: HttpRequest) -> told.ConfigOut:
    """Show the parts of the configuration and what was changed last."""
    may_configure(request)
    return told.ConfigOut(
        parts=[
            told.PartOut(name=part.name, label=str(part.label), count=configure.standing(part).count())
            for part in PARTS.values()
        ],
        changes=[
            told.ConfigChange(
                at=row.at,
                what=record.told(row.name, row.data),
                label=str(row.data.get("label", "")),
                who=row.actor_label,
                reason=row.reason,
                data=row.data,
            )
            for row in configuration.changes()
        ],
    )


@room.get("/config/duties", _("职责代码"), right=rights.CONFIGURE, answer=list[told.DutyOut])
def duties(request: HttpRequest) -> list[told.DutyOut]:
    """List what departments can be charged with; units, categories and rules name these codes."""
    may_configure(request)
    return [
        told.DutyOut(code=code, name=one.name, scope=one.scope) for code, one in defaults.duties().items()
    ]


@room.get("/config/rules/try", _("试一试派到哪里"), right=rights.CONFIGURE, answer=told.TrialOut)
def try_rules(request: HttpRequest, asked: Query[Imagined]) -> told.TrialOut:
    """Say where a demand would go, and why."""
    may_configure(request)
    found = configuration.trial(**dict(asked))
    lead = found.route.lead
    return told.TrialOut(
        lead=lead.name if lead else "",
        lead_id=lead.id if lead else None,
        desk=found.route.desk.name,
        reason=found.route.reason,
        due=found.due,
    )


@room.get("/config/limits/example", _("时限举例"), right=rights.CONFIGURE, answer=told.ExampleOut)
def limit_example(request: HttpRequest, asked: Query[LimitAsked]) -> told.ExampleOut:
    """Say when a demand registered now would be due by such a limit."""
    may_configure(request)
    configure_checks.known_measure(asked.measure)
    return told.ExampleOut(example=configuration.example(asked.amount, asked.measure))


# --- rows of a part: listed, made, given a new version, ended ---

_ORDER = {
    "rules": ("order", "id"),
    "limits": ("clock", "category_code", "kind", "urgency", "valid_from"),
    "diversions": ("-emergency", "code", "valid_from"),
    "retention": ("category_code", "kind", "valid_from"),
    "choices": ("matter", "valid_from"),
}


def kept(row: Versioned) -> dict[str, Any]:
    """Return what is told of every version."""
    return {
        "id": row.pk,
        "label": configure.label(row),
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "source": row.source,
    }


def terms(body: told.TermsIn) -> Terms:
    """Return from when and why."""
    return Terms(body.valid_from, body.source)


def _says(name: str, row: Any) -> dict[str, str]:
    """Return a row in words."""
    if name == "diversions":
        return {"about": row.name, "says": row.advice}
    if name == "rules":
        return {"about": configuration.about(row), "says": configuration.target(row)}
    words = {"about": configuration.about(row), "says": str(row)}
    if name == "limits":
        words["example"] = configuration.example(row.amount, row.measure)
    return words


def _part(name: str, new: Any, change: Any, out: Any) -> None:
    """Declare the operations of one part. ``new`` and ``change`` are the bodies, ``out`` is what is told of a row."""
    part = PARTS[name]

    def shown(row: Any) -> Any:
        columns = {column: getattr(row, column) for column in (*part.key, *part.content)}
        return out(**kept(row), **_says(name, row), **columns)

    def save(request: HttpRequest, body: Any, pk: int | None = None) -> Any:
        content = body.model_dump(exclude={"valid_from", "source"})
        if pk is not None:
            old = configure.get(part, pk)
            content = {column: getattr(old, column) for column in part.key} | content
        row = configure.save_version(
            actor=actor_of(request), part=part, content=content, terms=terms(body), pk=pk
        )
        return shown(row)

    def listing(request: HttpRequest) -> Any:
        may_configure(request)
        return [shown(row) for row in configure.standing(part).order_by(*_ORDER[name])]

    def create(request: HttpRequest, body: new) -> Any:
        return save(request, body)

    def revise(request: HttpRequest, row_id: Id, body: change) -> Any:
        return save(request, body, row_id)

    def end(request: HttpRequest, row_id: Id, body: told.EndConfig) -> Any:
        actor = actor_of(request)
        configure.end_version(actor=actor, part=part, pk=row_id, on=body.on, reason=body.reason)
        return shown(configure.get(part, row_id))

    right, path = rights.CONFIGURE, f"/config/{name}"
    for view, about in (
        (listing, "List the versions that hold today or will."),
        (create, "Make a row of something new."),
        (revise, "Give a row a new version; the present one ends on the same day."),
        (end, "End a row on a day."),
    ):
        view.__doc__, view.__name__ = about, f"{name}_{view.__name__}"
    room.get(path, part.label, right=right, answer=list[out])(listing)
    room.post(path, _NEW[name], right=right, answer=out, status=201)(create)
    room.post(f"{path}/{{row_id}}/versions", _CHANGE[name], right=right, answer=out, status=201)(revise)
    room.post(f"{path}/{{row_id}}/end", _END[name], right=right, answer=out)(end)


_NEW = {
    "rules": _("新建派单规则"),
    "limits": _("新建办理时限"),
    "diversions": _("新建告知渠道"),
    "retention": _("新建个人信息保存期限"),
    "choices": _("新建自动判断"),
}
_CHANGE = {
    "rules": _("修改派单规则"),
    "limits": _("修改办理时限"),
    "diversions": _("修改告知渠道"),
    "retention": _("修改个人信息保存期限"),
    "choices": _("修改自动判断"),
}
_END = {
    "rules": _("结束派单规则"),
    "limits": _("结束办理时限"),
    "diversions": _("结束告知渠道"),
    "retention": _("结束个人信息保存期限"),
    "choices": _("结束自动判断"),
}

_part("rules", told.RuleIn, told.RuleIn, told.RuleKept)
_part("limits", told.LimitIn, told.LimitChange, told.LimitKept)
_part("diversions", told.DiversionIn, told.DiversionChange, told.DiversionKept)
_part("retention", told.RetentionIn, told.RetentionChange, told.RetentionKept)
_part("choices", told.ChoiceIn, told.ChoiceChange, told.ChoiceKept)
