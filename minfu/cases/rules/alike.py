"""Which demands may tell of the same: one likeness of words, place and time for whoever merges, registers, reports or settles.

Suggestions, never a judgement. However many demands there are, so many of the newest of the place are read.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from minfu.accounts.actor import Actor
from minfu.accounts.models import Level
from minfu.cases import states
from minfu.cases.models import Case, Kind, Mode, WorkReport
from minfu.cases.rules import access, catalog
from minfu.kernel import calendar, clock
from minfu.language import personal
from minfu.language.likeness import alike, marked
from minfu.places import index
from minfu.places.codes import place_name

#: How far back one looks, and how many of the newest demands of the village and of the township are read.
SPAN = timedelta(days=60)
MOST_VILLAGE, MOST_TOWNSHIP, MOST_SETTLED = 200, 100, 200
MOST = 5
#: What the place adds to the likeness of the words, what the same category adds, what time takes away.
SAME_SPOT, SAME_VILLAGE, SAME_CATEGORY, OLDEST = 0.15, 0.08, 0.12, 0.05
#: Metres that are one spot.
NEAR_METRES = 300
#: Words less alike are another matter; below the second only place and category speak, which is for whoever merges to judge.
LIKE, HARDLY = 0.25, 0.12
#: What residents may be told that somebody else reported: public matters, nobody's quarrel and nobody's fault.
PUBLIC_KINDS = (Kind.REQUEST, Kind.HAZARD, Kind.SUGGESTION)
_DEGREE = 111_320.0  # metres of latitude


@dataclass(frozen=True)
class Told:
    """What was told so far, and where it is: codes of 12 digits, "" where not known; point in WGS 84."""

    text: str
    township_code: str = ""
    village_code: str = ""
    grid_id: int | None = None
    category_id: int | None = None
    point: tuple[float, float] | None = None


@dataclass(frozen=True)
class Neutral:
    """What anyone may read of somebody else's demand: what sort of matter, which village, which day, how it stands."""

    case_id: int
    title: str
    place: str
    day: str
    standing: str


# --- asking --------------------------------------------------------------------------------------------------------


def likely(actor: Actor, case: Case) -> list[Case]:
    """Return up to five open demands of the last sixty days that ``case`` may repeat, and into which it might be merged.

    None while village or category is not known. Only what the actor may open; of restricted ones none unless the demand is
    restricted itself.
    """
    if not case.village_code or case.category_id is None:
        return []
    rows = _recent(access.cases_for(actor), case.village_code, case.township_code).filter(
        complained_unit_id=case.complained_unit_id, reopened__gte=case.reopened
    )
    rows = rows.exclude(pk=case.pk).exclude(state=states.ASKING)
    if not case.restricted:
        rows = rows.filter(restricted=False)

    def enough(one: Case, words: float) -> bool:
        same = one.category_id == case.category_id
        return words >= LIKE or (same and (one.village_code == case.village_code or words >= HARDLY))

    return _best(_of(case), rows.select_related("category", "grid", "holder"), enough)


def typed(actor: Actor, told: Told) -> list[Case]:
    """Return up to five open demands that what is typed may repeat: of those the actor may open, no restricted one."""
    if not told.township_code or not told.text.strip():
        return []
    rows = _recent(access.cases_for(actor), told.village_code, told.township_code)
    rows = rows.filter(restricted=False).exclude(state=states.ASKING)
    return _best(told, rows, lambda _one, words: words >= LIKE)


def reported_before(told: Told) -> list[Neutral]:
    """Return up to five open demands that a resident may be about to repeat: nothing anybody wrote, nothing of anybody.

    Only matters of everyone's: no quarrel, no complaint of anyone, nothing confidential.
    """
    if not told.village_code or not told.text.strip():
        return []
    rows = _recent(Case.objects.filter(public()), told.village_code, told.township_code)
    found = _best(told, rows, lambda _one, words: words >= LIKE)
    return [_neutral(one) for one in found]


def public() -> Q:
    """Return the condition for demands of which residents are told that they exist, and may join."""
    return (
        Q(kind__in=PUBLIC_KINDS, restricted=False, complained_unit__isnull=True, category__isnull=False)
        & ~Q(mode=Mode.CONFIDENTIAL)
        & ~Q(state=states.ASKING)
    )


def may_join(actor: Actor, case: Case, other_id: int) -> bool:
    """Tell whether a demand just registered may join another at its reporter's word: open, of its township, not restricted.

    Of staff: one they may open. Of residents: one they may be told of.
    """
    rows = access.cases_for(actor) if actor.kind == "staff" else Case.objects.filter(public())
    fits = rows.filter(pk=other_id, township_code=case.township_code, restricted=False, is_open=True)
    return bool(case.township_code) and fits.filter(registered_at__gte=clock.now() - SPAN).exists()


def settled(actor: Actor, case: Case) -> list[Case]:
    """Return up to five demands like this one that were settled, as far as the actor may open them, likest first.

    Of the township, of any category, and where it has none like it, of the county; among equals those settled last.
    """
    found = _settled(actor, case, case.township_code) if case.township_code else []
    return found or _settled(actor, case, "")


def _settled(actor: Actor, case: Case, township: str) -> list[Case]:
    """Return the likest of so many demands settled last in a township, "" for the county, however many there are."""
    ends = (states.SOLVED, states.PARTLY, states.EXPLAINED)
    closed = Case.objects.filter(closed_at__isnull=False, state__in=ends)
    if township:
        closed = closed.filter(township_code=township)
    newest = closed.order_by("-closed_at").values("pk")[:MOST_SETTLED]
    rows = access.cases_for(actor).filter(pk__in=newest, restricted=False).exclude(pk=case.pk)
    return _best(_of(case), rows, lambda _one, words: words >= LIKE, by_time=False)


@dataclass(frozen=True)
class How:
    """How a demand was settled: what was done, by which unit, at which level, how content the resident was (1 to 5)."""

    text: str
    unit: str
    level: str
    satisfaction: int | None


def how(cases: Sequence[Case]) -> list[How]:
    """Return how each was settled, by its last report. One statement."""
    reports = WorkReport.objects.filter(case__in=cases).select_related("unit").order_by("pk")
    last = {row.case_id: row for row in reports}
    levels: dict[str, Any] = dict(Level.choices)
    return [
        How(
            last[one.pk].text if one.pk in last else "",
            last[one.pk].unit.name if one.pk in last else "",
            str(levels.get(one.settled_level, "")),
            one.satisfaction,
        )
        for one in cases
    ]


# --- ranking -------------------------------------------------------------------------------------------------------


def _of(case: Case) -> Told:
    return Told(
        case.shown_description,
        case.township_code,
        case.village_code,
        case.grid_id,
        case.category_id,
        _point(case),
    )


def _point(case: Case) -> tuple[float, float] | None:
    if case.longitude is None or case.latitude is None:
        return None
    return case.longitude, case.latitude


def _recent(rows: QuerySet[Case], village: str, township: str) -> QuerySet[Case]:
    """Narrow to open demands of the last sixty days among the newest of the place."""
    newest = []
    if village:
        newest.append(
            Case.objects.filter(village_code=village).order_by("-pk").values_list("pk")[:MOST_VILLAGE]
        )
    if township:
        newest.append(
            Case.objects.filter(township_code=township).order_by("-pk").values_list("pk")[:MOST_TOWNSHIP]
        )
    ids = {pk for (pk,) in chain.from_iterable(newest)}
    return rows.filter(pk__in=ids, is_open=True, registered_at__gte=clock.now() - SPAN)


def _best(
    told: Told, rows: Iterable[Case], enough: Callable[[Case, float], bool], *, by_time: bool = True
) -> list[Case]:
    """Return the demands most like what was told, best first; between equals the newest."""
    found = sorted(rows, key=lambda one: -one.pk)
    likeness = _words(told.text, [one.shown_description for one in found])
    now = clock.now()
    scored = [
        (_score(told, one, words, now if by_time else one.registered_at), -place, one)
        for place, (one, words) in enumerate(zip(found, likeness, strict=True))
        if enough(one, words)
    ]
    return [one for _score_, _place, one in sorted(scored, key=lambda row: row[:2], reverse=True)[:MOST]]


def _words(text: str, others: Sequence[str]) -> list[float]:
    """Return how alike the words of each are to those of ``text``, which may be as it is typed: stars count for nothing."""
    own, *rest = marked([personal.masked(text, personal.find(text)), *others])
    return [float(one) for one in alike(own, rest)]


def _score(told: Told, one: Case, words: float, now: datetime) -> float:
    age = min((now - one.registered_at) / SPAN, 1.0)
    same = SAME_CATEGORY if told.category_id is not None and one.category_id == told.category_id else 0.0
    return words + same + _nearness(told, one) - OLDEST * age


def _nearness(told: Told, one: Case) -> float:
    if told.grid_id is not None and one.grid_id == told.grid_id:
        return SAME_SPOT
    here, there = told.point, _point(one)
    if here and there and _metres(here, there) <= NEAR_METRES:
        return SAME_SPOT
    return SAME_VILLAGE if told.village_code and one.village_code == told.village_code else 0.0


def _metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two points near each other in Fujian's latitudes, a few percent off at most."""
    across = (one[0] - other[0]) * 0.9
    return float(_DEGREE * (across**2 + (one[1] - other[1]) ** 2) ** 0.5)


def _neutral(case: Case) -> Neutral:
    known = index.current()
    village = known.divisions.get(case.village_code) or known.divisions.get(case.township_code)
    category = catalog.current().category_by_id.get(case.category_id or 0)
    today = timezone.localtime(clock.now()).date()
    return Neutral(
        case.pk,
        category.name if category else "",
        place_name(village.name) if village else "",
        calendar.day_text(timezone.localtime(case.registered_at).date(), today),
        case.state_label,
    )
