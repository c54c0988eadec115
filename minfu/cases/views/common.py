"""What the desk's screens share: which list they came from, how a row of a list reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor, actor_of
from minfu.accounts.models import Role
from minfu.cases import rights, states
from minfu.cases.models import Approval, Case, Deadline
from minfu.cases.rules import actions, catalog, lists, printing
from minfu.kernel import calendar, clock
from minfu.kernel.steps import State
from minfu.kernel.templatetags.minfu import svg_icon
from minfu.papers import press
from minfu.places import index
from minfu.places.codes import place_name

#: What of an address says which list one came from; carried from screen to screen.
LIST_KEYS = (
    "scope", "text", "state", "kind", "category", "township", "village", "urgency", "door", "unit", "settled",
    "overdue", "cursor",
)  # fmt: skip
#: Screens besides the desk's list that a step may be opened from (``back`` in its address) and leads back to.
FIELD, DISPATCH = "field", "dispatch"
#: States in which no clock of the demand runs.
STANDING = frozenset({states.PAUSED, states.DEFERRED})
ROW_TEXT = 90  # characters of the demand shown in a row


def came_from(given: QueryDict) -> str:
    """Return the query string of the list one came from, with its question mark; empty for none."""
    kept = QueryDict(mutable=True)
    for name in LIST_KEYS:
        value = given.get(name)
        if value and not (name == "text" and lists.is_secret(value)):
            kept[name] = value
    return f"?{kept.urlencode()}" if kept else ""


def in_the_field(actor: Actor) -> bool:
    """Tell whether the actor works outdoors: their page of a demand is the one for a phone."""
    return actor.role == Role.GRID_WORKER


def own_page(actor: Actor, pk: int) -> str:
    """Return the page of a demand that suits the actor best."""
    return reverse("cases:field_case" if in_the_field(actor) else "cases:case", args=[pk])


def case_url(request: HttpRequest, pk: int) -> str:
    """Return the page of a demand that a step leads back to: the one in the field, else the desk's beside its list.

    ``back`` in the address is one of a few words, never an address: nobody can be sent elsewhere by it.
    """
    if request.GET.get("back") == FIELD and actor_of(request).may(rights.FIELD):
        return reverse("cases:field_case", args=[pk])
    return reverse("cases:case", args=[pk]) + came_from(request.GET)


def list_url(request: HttpRequest) -> str:
    """Return the list that a step leads back to when its demand is no longer the actor's to see."""
    back = request.GET.get("back")
    if back == FIELD and actor_of(request).may(rights.FIELD):
        return reverse("cases:field")
    if back == DISPATCH and actor_of(request).may(rights.DISPATCH):
        return reverse("cases:dispatch")
    return reverse("cases:inbox") + came_from(request.GET)


@dataclass(frozen=True)
class Row:
    """A demand in a list."""

    case: Case
    state: State
    badge: SafeString
    title: str
    text: str
    where: list[str]
    left: str
    due: str
    tone: str

    @property
    def place(self) -> str:
        """Return the village, else the township, or that there is none: a grid's name alone ("第一网格") tells nobody where."""
        return self.where[:2][-1] if self.where else _("地点待定")

    @property
    def spot(self) -> str:
        """Return village and grid, as far as known."""
        return " ".join(self.where[1:]) or self.place


@dataclass(frozen=True)
class Asked:
    """A request for more time, a pause or a deferral, in words."""

    row: Approval
    amount: str
    ground: str


def asked(requests: Sequence[Approval]) -> list[Asked]:
    """Return requests with how much is asked for, in the measure of each demand's own clock; one query for all."""
    clocks = Deadline.objects.filter(case_id__in=[row.case_id for row in requests], clock="resolve")
    measures = {row.case_id: row.get_measure_display() for row in clocks.order_by("pk")}
    return [
        Asked(
            row,
            _how_much(row, measures.get(row.case_id, "")),
            str(actions.GROUNDS.get(row.ground, row.ground)),
        )
        for row in requests
    ]


def _how_much(row: Approval, measure: str) -> str:
    if row.until is not None:
        return _("到 %(day)s") % {"day": calendar.day_text(row.until, localtime(clock.now()).date())}
    return f"{row.amount} {measure}" if row.amount else ""


def unit_name(case: Case, part: str) -> str:
    """Return the name of the unit that is a demand's ``lead``, ``desk`` or ``holder``; empty where there is none.

    One that is no longer active is read from the database.
    """
    known = catalog.current().units.get(getattr(case, f"{part}_id") or 0)
    unit = known or getattr(case, part)
    return str(unit.name) if unit else ""


#: What of a demand a row shows; names of places and categories come from what the process holds.
ROW_SHOWS = (
    "registered_at", "category_id", "kind", "description", "personal", "state", "urgency", "reopened", "due_at", "closed_at",
    "township_code", "village_code", "grid_id",
)  # fmt: skip


def rows(cases: Sequence[Case]) -> list[Row]:
    """Return demands as rows of a list; no query for any of them, and one for all whose category is no longer in use."""
    in_use = catalog.current().category_by_id
    prefetch_related_objects(
        [one for one in cases if one.category_id and one.category_id not in in_use], "category"
    )
    known, working, now = index.current(), calendar.current(), clock.now()
    badges: dict[str, SafeString] = {}
    return [_row(case, known, working, now, badges) for case in cases]


def _badge(state: State) -> SafeString:
    """Return a state as word, shape and colour, as ``components/state_badge.html`` draws it."""
    return format_html(
        '<span class="state tone-{}">{}<span>{}</span></span>', state.tone, svg_icon(state.icon), state.label
    )


def _row(
    case: Case,
    known: index.Index,
    working: calendar.Calendar,
    now: datetime,
    badges: dict[str, SafeString],
) -> Row:
    if case.state not in badges:
        badges[case.state] = _badge(states.CASE[case.state])
    left, due, tone = _time_left(case, working, now)
    return Row(
        case=case,
        state=states.CASE[case.state],
        badge=badges[case.state],
        title=title(case),
        text=_short(case.shown_description),
        where=where(case, known),
        left=left,
        due=due,
        tone=tone,
    )


def receipt_pdf(case: Case) -> HttpResponse:
    """Return the answer with the resident's receipt as PDF."""
    follow = reverse("cases:follow_case", args=[case.receipt])
    made = printing.receipt(case, follow_path=follow, form_path=reverse("cases:follow"))
    return press.answer(made, printing.receipt_name(case))


def _short(description: str) -> str:
    """Return how a demand's text begins, on one line; of a long text no more is looked at than a row may show."""
    line = " ".join(description[: 4 * ROW_TEXT].split())
    return line if len(line) <= ROW_TEXT else line[: ROW_TEXT - 1] + "…"


def title(case: Case) -> str:
    """Return what a demand is in a word or two: its category, else its kind."""
    return printing.title(case)


def where(case: Case, known: index.Index) -> list[str]:
    """Return the place from the township down; empty when nothing is certain."""
    parts = []
    for code in (case.township_code, case.village_code):
        division = known.divisions.get(code) if code else None
        if division is not None:
            parts.append(place_name(division.name))
    if case.grid_id and (grid := known.grids.get(case.grid_id)):
        parts.append(grid.name)
    return parts


def _time_left(case: Case, working: calendar.Calendar, now: datetime) -> tuple[str, str, str]:
    """Return what is left in a word, the whole sentence, and its tone."""
    if case.closed_at is not None:
        ended = calendar.day_text(localtime(case.closed_at).date(), localtime(now).date())
        return _("%(day)s 办结") % {"day": ended}, "", "plain"
    if case.due_at is None:
        return _("没有时限"), "", "plain"
    if case.state in STANDING:
        return _("已停表"), "", "plain"
    short, tone = _short_of(working.remaining(now, case.due_at), get_language())
    return short, calendar.phrase(working, now, case.due_at), tone


@lru_cache(maxsize=4096)
def _short_of(left: calendar.Remaining, _language: str | None) -> tuple[str, str]:
    """Say what is left in a word of the language that is spoken now, and its tone."""
    words: dict[str, Any] = {"n": left.workdays or left.hours}
    if left.overdue:
        short = _("超期 %(n)d 个工作日") if left.workdays else _("超期 %(n)d 小时")
    elif left.workdays:
        short = _("还剩 %(n)d 个工作日")
    else:
        short = _("还剩 %(n)d 小时") if left.hours else _("不到 1 小时")
    tone = "red" if left.overdue else "amber" if not left.workdays else "plain"
    return short % words, tone
