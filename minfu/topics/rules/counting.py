"""What is counted of topics: demands, people, where, since when, how hot. From the rows of their demands, never by hand."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta

from django.db.models import Count, QuerySet

from minfu.cases import door as cases
from minfu.kernel import clock
from minfu.language.heat import WINDOW, heat
from minfu.topics.models import Membership, Topic

#: What a list of a topic's demands can be narrowed to: the last thirty days, since it was solved.
RECENT, SINCE = "recent", "since"
#: Weeks a trend shows.
WEEKS = 12
#: Digits of a township's part of a code.
_TOWNSHIP = 9
_WRITTEN = (
    "demands", "people", "recent", "cohesion", "heat", "place", "townships", "first_at", "last_at", "counted_on",
)  # fmt: skip


def recount(topic_ids: Collection[int], cohesion: Mapping[int, float]) -> list[Topic]:
    """Count topics anew and return them; one without demands keeps its places and times. ``cohesion``: of whom it is known now.

    What people had a hand in is one thing, because they say so. Inside the caller's transaction.
    """
    rows = list(Topic.objects.filter(pk__in=topic_ids).order_by("pk"))
    members: dict[int, list[Membership]] = defaultdict(list)
    for one in Membership.objects.filter(topic__in=topic_ids):
        members[one.topic_id or 0].append(one)
    now = clock.now()
    people = cases.people({pk: [one.case_id for one in ones] for pk, ones in members.items()}, now - WINDOW)
    for row in rows:
        row.cohesion = 1.0 if row.pinned else cohesion.get(row.pk, row.cohesion)
        row.people, row.recent = people.get(row.pk, (0, 0))
        row.heat = heat(row.recent, row.cohesion)
        row.demands, row.counted_on = len(members[row.pk]), clock.day(now)
        if members[row.pk]:
            _placed(row, members[row.pk])
    Topic.objects.bulk_update(rows, _WRITTEN)
    return rows


def _placed(row: Topic, members: list[Membership]) -> None:
    """Say where and when."""
    row.townships = sorted({one.township_code for one in members if one.township_code})
    villages = {one.village_code for one in members}
    row.place = ""
    if len(villages) == 1 and "" not in villages:
        row.place = next(iter(villages))
    elif len(row.townships) == 1 and all(one.township_code for one in members):
        row.place = row.townships[0]
    row.first_at, row.last_at = min(one.at for one in members), max(one.at for one in members)


def trends(topic_ids: Collection[int]) -> dict[int, list[int]]:
    """Return how many demands came in week by week, the oldest first, the last seven days last."""
    today = clock.today()
    since = clock.now() - timedelta(weeks=WEEKS)
    found: dict[int, list[int]] = {pk: [0] * WEEKS for pk in topic_ids}
    rows = Membership.objects.filter(topic__in=topic_ids, at__gt=since).values_list("topic_id", "at")
    for pk, at in rows:
        found[pk or 0][-1 - min(_weeks(today, clock.day(at)), WEEKS - 1)] += 1
    return found


def _weeks(today: date, day: date) -> int:
    return max((today - day).days, 0) // 7


def places(topic: Topic) -> Counter[str]:
    """Return how many demands lie in each township or, if all lie in one, in each of its villages; "" where it is not known."""
    return Counter(topic.memberships.values_list(_column(topic), flat=True))


def _column(topic: Topic) -> str:
    return "village_code" if len(topic.townships) == 1 else "township_code"


def behind(topic: Topic, *, part: str = "", place: str | None = None) -> QuerySet[Membership]:
    """Return what of a topic a number counts: its recent demands, those since it was solved, those of a place, or all.

    ``part`` is ``RECENT``, ``SINCE`` or empty; ``place`` as ``places`` names it.
    """
    rows = topic.memberships.all()
    if part == RECENT:
        rows = rows.filter(at__gte=clock.now() - WINDOW)
    if part == SINCE:
        rows = rows.filter(at__gt=topic.solved_at) if topic.solved_at else rows.none()
    return rows if place is None else rows.filter(**{_column(topic): place})


def villages(rows: QuerySet[Topic]) -> Counter[str]:
    """Return how many of these topics have a demand in each village."""
    found = Membership.objects.filter(topic__in=rows.order_by()).exclude(village_code="")
    return Counter(dict(found.values_list("village_code").annotate(Count("topic", distinct=True)).order_by()))


def lying(rows: QuerySet[Topic]) -> Counter[str]:
    """Return how many of these topics lie in each township."""
    found: Counter[str] = Counter()
    for townships in rows.order_by().values_list("townships", flat=True):
        found.update(townships)
    return found
