"""Lists of demands: the same scopes, filters and order for screens, API and export; keyset pages, flat at millions.

A scope is a question people ask ("what has my unit to do?"); each is one index. Open lists run by due moment, the others
newest first.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.accounts.actor import Actor
from minfu.accounts.models import Level, Role
from minfu.cases import rights, states
from minfu.cases.models import Approval, Case, Door, Help, Kind, Urgency
from minfu.cases.rules import access, periods
from minfu.cases.rules import catalog as catalogs
from minfu.cases.rules.actions.work import SETTLED_LEVELS
from minfu.kernel import clock, codes, composed, gate
from minfu.kernel.errors import Invalid
from minfu.kernel.pages import lost, number_of
from minfu.registry import vault
from minfu.registry.models import Identity

_Read = TypeVar("_Read")
PAGE = 40
#: A number of another system: a digit in it, nothing that is a word.
_OF_A_SOURCE = re.compile(r"(?=[\w./-]*\d)[\w./-]{3,80}", re.ASCII)
#: Where demands came from, one look into the index for each (a loose index scan).
_SOURCES = """
    WITH RECURSIVE known AS (
        (SELECT source FROM cases_case WHERE external_id <> '' ORDER BY source LIMIT 1)
        UNION ALL
        SELECT (SELECT source FROM cases_case WHERE external_id <> '' AND source > known.source ORDER BY source LIMIT 1)
          FROM known WHERE known.source IS NOT NULL
    ) SELECT source FROM known WHERE source IS NOT NULL
"""
#: Demands of one caller that are shown while the next is taken in.
EARLIER = 6
LONGEST_PAGE = 200
#: Stands in a filter for demands whose township or village is not known yet.
NOWHERE = "none"
#: What hangs on a demand and is fetched with it, where nothing less is asked for.
RELATED = ("category", "division", "holder", "lead", "grid")


@dataclass(frozen=True)
class Scope:
    """A question a list answers: its name, label, whether it is of open demands, and its condition.

    ``by_end``: of ended demands, the one that ended last first; the others run by number.
    """

    name: str
    label: Any
    open_only: bool
    condition: Callable[[Actor], Q]
    by_end: bool = False


#: States in which, with approval, no clock runs: nothing is to be done now.
_STANDING = (states.PAUSED, states.DEFERRED)


def _mine(actor: Actor) -> Q:
    if actor.role == Role.GRID_WORKER:
        held = [states.ASSIGNED, states.HANDLING, states.PAUSED, states.DEFERRED]
        return Q(grid_id__in=actor.grid_ids, lead_id=actor.unit_id, state__in=held)
    return Q(holder_id=actor.unit_id) & ~Q(state__in=_STANDING)


def _helping(actor: Actor) -> Q:
    return Q(
        Exists(Help.objects.filter(case=OuterRef("pk"), unit=actor.unit_id, state__in=["called", "coming"]))
    )


def overdue() -> Q:
    """Past its due moment, and not standing still with approval."""
    return Q(due_at__lt=clock.now()) & ~Q(state__in=_STANDING)


def _asked(actor: Actor) -> Q:
    asked = Approval.objects.filter(case=OuterRef("pk"), state="asked")
    if actor.role != Role.COUNTY_DISPATCHER:
        asked = asked.filter(Q(desk_id=actor.unit_id) | Q(case__township_code__startswith=actor.area))
    return Q(Exists(asked))


SCOPES = {
    scope.name: scope
    for scope in (
        Scope("inbox", gettext_lazy("待我单位处理"), True, _mine),
        Scope("area", gettext_lazy("辖区在办"), True, access.area),
        Scope(
            "unplaced",
            gettext_lazy("地点待定"),
            True,
            lambda _actor: Q(state=states.WAITING, village_code=""),
        ),
        Scope("objections", gettext_lazy("异议待裁定"), True, lambda _actor: Q(state=states.OBJECTED)),
        Scope("approvals", gettext_lazy("待审批"), True, _asked),
        Scope("asking", gettext_lazy("待回访"), True, lambda _actor: Q(state=states.ASKING)),
        Scope("overdue", gettext_lazy("已超期"), True, lambda _actor: overdue()),
        Scope("escalated", gettext_lazy("提级督办"), True, lambda _actor: ~Q(escalated_to="")),
        Scope(
            "reopened",
            gettext_lazy("居民说没解决，重办中"),
            True,
            lambda _actor: Q(reopened__gt=0, is_open=True),
        ),
        Scope("standing", gettext_lazy("暂停挂账"), True, lambda _actor: Q(state__in=_STANDING)),
        Scope("helping", gettext_lazy("协办"), True, _helping),
        Scope("lead", gettext_lazy("本单位牵头"), False, lambda actor: Q(lead_id=actor.unit_id)),
        Scope("registered", gettext_lazy("我登记的"), False, lambda actor: Q(registered_by_id=actor.post_id)),
        Scope(
            "today",
            gettext_lazy("今天登记"),
            False,
            lambda _actor: Q(registered_at__gte=periods.today().start),
        ),
        Scope(
            "solved_week",
            gettext_lazy("本周居民确认解决"),
            False,
            lambda _actor: Q(state=states.SOLVED, closed_at__gte=periods.this_week().start),
            by_end=True,
        ),
        Scope(
            "solved_month",
            gettext_lazy("近四周居民确认解决"),
            False,
            lambda _actor: Q(state=states.SOLVED, closed_at__gte=periods.four_weeks().start),
            by_end=True,
        ),
        Scope("all", gettext_lazy("全部"), False, lambda _actor: Q()),
    )
}


#: Levels of units that hold demands, and what the page of the leader calls them.
HOLDING_LEVELS = {
    str(Level.VILLAGE): gettext_lazy("村（社区）"),
    str(Level.TOWNSHIP): gettext_lazy("乡镇"),
    str(Level.COUNTY): gettext_lazy("县级部门和平台"),
}


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to. Empty values hold for all. ``text`` is a number, a receipt or a telephone number.

    ``unit`` is the id of the unit whose step is next (digits), ``level`` the level such a unit is of, ``settled`` the level
    it was settled at.
    """

    state: str = ""
    kind: str = ""
    category: str = ""
    urgency: str = ""
    door: str = ""
    township: str = ""
    village: str = ""
    unit: str = ""
    settled: str = ""
    level: str = ""
    overdue: bool = False
    text: str = ""

    @classmethod
    def parse(cls, given: Mapping[str, Any]) -> "Filters":
        """Read filters from a query; unknown choices raise ``Invalid`` with a sentence."""
        allowed = {
            "state": [code for code, _label in states.CASE.choices],
            "kind": Kind.values,
            "urgency": Urgency.values,
            "door": Door.values,
            "settled": list(SETTLED_LEVELS),
            "level": list(HOLDING_LEVELS),
        }
        for name, values in allowed.items():
            if given.get(name) and given[name] not in values:
                raise Invalid(
                    {name: [_("筛选条件“%(value)s”不存在，请重新选择。") % {"value": str(given[name])[:20]}]}
                )
        return cls(
            **{
                name: str(given.get(name) or "")
                for name in (*allowed, "category", "township", "village", "unit", "text")
            },
            overdue=str(given.get("overdue") or "") in ("1", "true", "on"),
        )


@dataclass(frozen=True)
class Page:
    """One page of a list. ``next`` is the cursor of the page after it, empty on the last."""

    cases: list[Case]
    next: str


def default_scope(actor: Actor) -> str:
    """Return the scope an actor starts with."""
    if actor.role == Role.PARTNER:
        return "all"
    return "area" if actor.role in (Role.TOWNSHIP_LEADER, Role.AUDITOR) else "inbox"


def select(actor: Actor, scope: str, filters: Filters) -> QuerySet[Case]:
    """Return the demands of a scope that the actor may see, in the list's order. ``Invalid`` for an unknown scope."""
    found = SCOPES.get(scope)
    if found is None:
        raise Invalid({"scope": [_("没有这个列表，请从左侧选择。")]})
    return _of_scope(access.cases_for(actor).filter(narrowed(actor, filters)), actor, found)


def _of_scope(rows: QuerySet[Case], actor: Actor, found: Scope) -> QuerySet[Case]:
    """Return those of the rows that belong to a scope, in its order."""
    rows = rows.filter(found.condition(actor))
    if found.open_only:
        return rows.filter(is_open=True, due_at__isnull=False).order_by("due_at", "pk")
    if found.by_end:
        return rows.order_by("-closed_at", "-pk")
    return rows.order_by("-pk")


def narrowed(actor: Actor, filters: Filters) -> Q:
    """Return the condition for what the filters leave."""
    condition = _of_units(filters)
    for name, column in _NARROWED_BY.items():
        if value := getattr(filters, name):
            condition &= Q(**{column: value})
    if filters.category:
        condition &= Q(category__code__startswith=filters.category)
    for name, column in (("township", "township_code"), ("village", "village_code")):
        if value := getattr(filters, name):
            condition &= Q(**{column: "" if value == NOWHERE else value})
    if filters.overdue:
        condition &= overdue()
    if filters.text:
        condition &= by_text(actor, filters.text)
    return condition


_NARROWED_BY = {
    "state": "state", "kind": "kind", "urgency": "urgency", "door": "door", "settled": "settled_level",
}  # fmt: skip


def _of_units(filters: Filters) -> Q:
    """Return the condition for whose step is next."""
    condition = Q(holder_id=number_of(filters.unit) or 0) if filters.unit else Q()
    if filters.level:
        units = catalogs.current().units.values()
        condition &= Q(holder_id__in=[unit.id for unit in units if unit.level == filters.level])
    return condition


def by_text(actor: Actor, text: str) -> Q:
    """Return the condition for a number, a receipt or, for a desk, a telephone number typed into the search box, or its token.

    A telephone number never finds a demand whose reporter the actor may not see: that would tell who reported.
    """
    if actor.may(rights.CONTACT) and vault.is_phone_token(text):
        return _of_reporters(actor, vault.by_phone_token(text))
    if (receipt := _read(codes.parse_receipt, text)) is not None:
        return Q(receipt=receipt)
    if (number := _read(codes.parse_case_number, text)) is not None:
        return Q(pk=number.id)
    phone = _read(codes.parse_phone, text) if actor.may(rights.CONTACT) else None
    if phone is None:
        raise _not_a_search()
    return _of_reporters(actor, vault.same_phone(phone))


def _not_a_search() -> Invalid:
    return Invalid({"text": [_("请输入诉求编号或查询码；平台人员还可以输入完整的电话号码。")]})


def _of_reporters(actor: Actor, reporters: QuerySet[Identity]) -> Q:
    """Return the condition for demands of reporters, as far as the actor may know who reported."""
    shown = Q(restricted=False, complained_unit__isnull=True) | (
        Q(desk_id=actor.unit_id) & ~Q(complained_unit_id=actor.unit_id)
    )
    return Q(reporter__in=reporters) & shown


def by_source_number(text: str) -> Q | None:
    """Return the condition for demands that another system handed over under this number; None for what is no such number.

    Where demands come from are a handful of names: each is looked up in the index of what came from a source.
    """
    if not _OF_A_SOURCE.fullmatch(text):
        return None
    with connection.cursor() as cursor:
        cursor.execute(_SOURCES)
        sources = [row[0] for row in cursor.fetchall()]
    return Q(source__in=sources, external_id=text) & ~Q(external_id="")


def is_secret(text: str) -> bool:
    """Tell whether a text is a telephone, identity or receipt number: nothing to leave in an address or a log."""
    parsers: tuple[Callable[[str], str], ...] = (codes.parse_phone, codes.parse_receipt)
    return _is_like_id(text) or any(_read(parse, text) is not None for parse in parsers)


def _is_like_id(text: str) -> bool:
    """Tell whether a text has the form of an identity number, mistyped or not."""
    return re.fullmatch(r"\d{17}[\dXx]", re.sub(r"[\s-]", "", text)) is not None


def in_address(actor: Actor, text: str) -> str:
    """Return what stands in an address for what was typed into the search box: for a telephone number its token.

    A receipt becomes the number of its demand. Raises ``Invalid`` as ``by_text`` does, and for a receipt that finds nothing.
    """
    text = text.strip()
    if not text or vault.is_phone_token(text):
        return text
    if (receipt := _read(codes.parse_receipt, text)) is not None:
        case = access.cases_for(actor).filter(receipt=receipt).first()
        if case is None:
            raise Invalid({"text": [_("没有查到这个查询码，或不在您的范围内。请核对 12 位数字。")]})
        return case.number
    if _is_like_id(text):
        raise _not_a_search()
    by_text(actor, text)
    return text if _read(codes.parse_case_number, text) is not None else vault.phone_token(text)


def earlier(actor: Actor, phone: str) -> list[Case]:
    """Return the caller's newest demands by telephone number, as far as the actor may know who reported them.

    Raises ``Forbidden`` without the right to contact residents, ``Invalid`` for what is no number.
    """
    gate.check(actor, rights.CONTACT)
    found = access.cases_for(actor).filter(by_text(actor, phone))
    return list(found.select_related(*RELATED).order_by("-pk")[:EARLIER])


def _read(parse: Callable[[str], _Read], text: str) -> _Read | None:
    try:
        return parse(text)
    except Invalid:
        return None


def page(rows: QuerySet[Case], *, cursor: str = "", size: int = PAGE, fields: Sequence[str] = ()) -> Page:
    """Return one page of an ordered list from after ``cursor``: whole demands with ``RELATED``, or only ``fields`` of them."""
    order = str(rows.query.order_by[0])
    if cursor:
        rows = rows.filter(after(cursor, order))
    size = max(1, min(size, LONGEST_PAGE))
    shown = rows.only(*fields) if fields else rows.select_related(*RELATED)
    found = list(shown[: size + 1])
    more = len(found) > size
    last = found[size - 1] if more else None
    return Page(found[:size], cursor_of(last, order) if last else "")


def cursor_of(case: Case, order: str) -> str:
    """Return the cursor of the page after ``case``, in an order (``due_at``, ``-closed_at``, any other by key)."""
    moment = {"due_at": case.due_at, "-closed_at": case.closed_at}.get(order)
    return f"{moment.isoformat()}~{case.pk}" if moment else str(case.pk)


def after(cursor: str, order: str) -> Q:
    """Return what holds of the demands after a cursor, in an order; ``Invalid`` for a cursor that is none."""
    try:
        if order not in ("due_at", "-closed_at"):
            return Q(pk__lt=int(cursor))
        text, _sep, pk = cursor.partition("~")
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError(text)
        # The redundant first condition lets PostgreSQL start the index scan at the cursor.
        if order == "due_at":
            return Q(due_at__gte=moment) & (Q(due_at__gt=moment) | Q(pk__gt=int(pk)))
        return Q(closed_at__lte=moment) & (Q(closed_at__lt=moment) | Q(pk__lt=int(pk)))
    except ValueError:
        raise lost() from None


#: Lists that are short when a county does well: counted up to ``MOST_COUNTED``, so that it costs the same when it does not.
_COUNTED = ("unplaced", "objections", "approvals", "asking", "overdue", "escalated", "standing", "helping")
MOST_COUNTED = 99


def count_to_do(actor: Actor) -> int:
    """Return how many demands the actor's first list holds, at most ``MOST_COUNTED`` + 1."""
    return composed.count(_to_do, actor)


def _to_do(actor: Actor) -> QuerySet[Case, Any]:
    return select(actor, "inbox", Filters()).order_by().values("pk")[: MOST_COUNTED + 1]


def sizes(actor: Actor, names: Collection[str]) -> dict[str, str]:
    """Return how many demands each of the short lists holds, as text up to "99+"; empty ones are left out. One statement."""
    counted = tuple(name for name in names if name in _COUNTED)
    if not counted:
        return {}
    found = Counter(name for (name,) in composed.rows(_short, actor, counted))
    return {
        name: f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number) for name, number in found.items()
    }


def _short(actor: Actor, names: tuple[str, ...]) -> QuerySet[Case, Any]:
    """Return the name of its list for each demand in one of the short lists, of each list as many as are counted."""
    seen = access.cases_for(actor)
    parts = [_few(seen, actor, name).values_list(Value(name))[: MOST_COUNTED + 1] for name in names]
    return parts[0].union(*parts[1:], all=True)


def _few(seen: QuerySet[Case], actor: Actor, name: str) -> QuerySet[Case]:
    """Return a short list of what the actor has ``seen`` without its order, which only the overdue need.

    Nearly every due moment of a table is past, so that PostgreSQL would otherwise read the table from its beginning rather
    than the few open ones from their index.
    """
    rows = _of_scope(seen, actor, SCOPES[name])
    return rows if name == "overdue" else rows.order_by()
