"""What demands are searched by, kept up to date by a job that follows the history: never in the transaction of a step.

An entry is made from the demand alone. Whatever happened to it, the next run makes the entry again and writes it if it differs:
so it follows corrections, moves, erasures and new units alike.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import translation
from django.utils.timezone import localtime

from minfu.cases import events
from minfu.cases.models import Case, Help, Kind, SearchProgress
from minfu.cases.rules import catalog, search_pairs
from minfu.kernel import seals
from minfu.kernel.models import Event
from minfu.language import personal
from minfu.language.pairs import mark, pairs, pieces
from minfu.places import index
from minfu.places.codes import place_name

#: Changes when entries are made in another way: all are then made anew.
WAY = "1"
#: Demands written in one transaction, and so many times in one run of the job.
BATCH, ROUNDS = 500, 40
#: Demands (by their numbers, newest first) one mark of age stands for; ``search_gather`` looks at the newest ones first.
AGE = 1 << 13
#: What happens to a demand often, and changes nothing it is found by.
_INERT = frozenset(
    {
        events.ADVISED, events.DANGER, events.REVEALED, events.REMINDED, events.RECOUNTED, events.NOTED, events.REMARKED,
        events.CONTACTED, events.ATTEMPTED, events.FILE_ADDED, events.WORDS_ADDED, events.DATA_ASKED, events.DATA_HANDED_OUT,
        events.DATA_TAKEN,
    }
)  # fmt: skip
#: Columns that an entry is made of.
READS = (
    "registered_at", "kind", "category_id", "description", "personal", "address", "township_code", "village_code", "grid_id",
    "restricted", "lead_id", "desk_id", "holder_id", "registered_by_id",
)  # fmt: skip
_WRITE = """
    INSERT INTO cases_search_entry AS e (case_id, keys)
    SELECT id, keys::integer[] FROM unnest(%s::bigint[], %s::text[]) AS t (id, keys)
    ON CONFLICT (case_id) DO UPDATE SET keys = excluded.keys WHERE e.keys IS DISTINCT FROM excluded.keys
"""


@dataclass(frozen=True)
class Words:
    """The words of a demand, in parts: what it is, where it is, what was told. Personal data are stars in them."""

    title: str
    place: str
    told: str


def words(case: Case) -> Words:
    """Return the words a demand is found by, as every reader of it sees them."""
    config, known = catalog.current(), index.current()
    titles, category = [str(Kind(case.kind).label)], config.category_by_id.get(case.category_id or 0)
    while category is not None:
        titles.insert(0, category.name)
        category = config.category_by_id.get(category.parent_id or 0)
    places = [
        place_name(division.name)
        for code in (case.township_code, case.village_code)
        if (division := known.divisions.get(code))
    ]
    if grid := known.grids.get(case.grid_id or 0):
        places.append(grid.name)
    address = personal.masked(case.address, personal.find(case.address))
    return Words("\n".join(titles), "\n".join([*places, address]), case.shown_description)


def keys(case: Case, helpers: Collection[int]) -> list[int]:
    """Return what a demand is found by. ``helpers``: the units that help with it, or did."""
    told = words(case)
    return sorted(pairs(pieces(f"{told.title}\n{told.place}\n{told.told}")) | _marks(case, helpers))


def _marks(case: Case, helpers: Collection[int]) -> set[int]:
    """Return what else a demand is looked up by: only to find fewer rows, who may see it is asked of the demand itself."""
    config = catalog.current()
    category = config.category_by_id.get(case.category_id or 0)
    units = {case.lead_id, case.desk_id, case.holder_id, *helpers} - {None}
    found = {mark("unit", unit) for unit in units}
    found |= {
        mark("age", case.pk // AGE),
        mark("month", localtime(case.registered_at).strftime("%Y-%m")),
        mark("kind", case.kind),
        mark("top", category.code[:2] if category else ""),
        mark("post", case.registered_by_id),
        mark("at", case.township_code),
        mark("at", case.village_code),
    }
    if not case.restricted:
        areas = (case.township_code, case.village_code)
        found |= {mark("open", area) for area in areas if area} | {mark("grid", case.grid_id)}
        if case.kind == Kind.DISPUTE:
            found |= {mark("dispute", area) for area in areas if area}
    return found


def write(ids: Collection[int]) -> None:
    """Make the entries of demands, and write those that are not there or differ. Two statements to read, one to write."""
    rows = list(Case.objects.filter(pk__in=ids).only(*READS))
    helping = Help.objects.filter(case__in=ids, state__in=("called", "coming", "done"))
    helpers: dict[int, set[int]] = {}
    for case_id, unit_id in helping.values_list("case_id", "unit_id"):
        helpers.setdefault(case_id, set()).add(unit_id)
    with (
        translation.override(None),
        connection.cursor() as cursor,
    ):  # names of kinds as they are stored, whoever asks
        made = [f"{{{','.join(map(str, keys(row, helpers.get(row.pk, ()))))}}}" for row in rows]
        cursor.execute(_WRITE, [[row.pk for row in rows], made])


def follow() -> int:
    """Follow the history by one batch, then make older entries by another; return how many demands were looked at.

    Nothing while another process does so.
    """
    SearchProgress.objects.get_or_create(pk=1)
    with transaction.atomic():
        row = SearchProgress.objects.select_for_update(skip_locked=True).filter(pk=1).first()
        if row is None:
            return 0
        before = (row.names, row.upto, row.below)
        _begin(row)
        looked = _follow(row, seals.settled()) + _make_older(row)
        if (row.names, row.upto, row.below) != before:  # a quiet county writes nothing every five seconds
            row.save()
    return looked


def _begin(row: SearchProgress) -> None:
    """Have all made anew where they were made with other names, or never: from the newest down."""
    names = digest()
    if row.names != names:
        newest = Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        row.upto = row.upto or seals.settled()
        row.names, row.below = names, newest + 1


def digest() -> str:
    """Return what stands for the names of categories and places, and for the way entries are made."""
    config, known = catalog.current(), index.current()
    parts: list[Iterable[object]] = [
        sorted((code, row.name) for code, row in config.categories.items()),
        sorted((code, row.name) for code, row in known.divisions.items()),
        sorted((grid.id, grid.name) for grid in known.grids.values()),
    ]
    return hashlib.sha256(repr((WAY, parts)).encode()).hexdigest()


def _follow(row: SearchProgress, upto: int) -> int:
    found = list(
        Event.objects.filter(pk__gt=row.upto, pk__lte=upto)
        .order_by("pk")
        .values_list("pk", "subject_type", "subject_id", "name")[:BATCH]
    )
    if not found:
        return 0
    changed = {pk for _id, kind, pk, name in found if kind == events.SUBJECT and name not in _INERT}
    if changed:
        write(changed)
    row.upto = found[-1][0]
    return len(found)


def _make_older(row: SearchProgress) -> int:
    if not row.below:
        return 0
    ids = list(Case.objects.filter(pk__lt=row.below).order_by("-pk").values_list("pk", flat=True)[:BATCH])
    if ids:
        write(ids)
    row.below = ids[-1] if len(ids) == BATCH else 0
    return len(ids)


def keep_up() -> None:
    """Follow until nothing is left, or for as long as one run of the job should take; learn the pairs while few are known."""
    for _round in range(ROUNDS):
        if not follow():
            break
    if search_pairs.are_few():
        search_pairs.learn()


def make_anew(told: Callable[[int], None]) -> int:
    """Make all entries anew, from the newest down, and return how many; ``told`` is told the number after each batch.

    What happens meanwhile is followed as ever, by the job or here.
    """
    SearchProgress.objects.update_or_create(pk=1, defaults={"names": ""})
    made = 0
    while True:
        with transaction.atomic():
            row = SearchProgress.objects.select_for_update().get(pk=1)
            _begin(row)
            made += _make_older(row)
            row.save()
        told(made)
        if not row.below:
            return made
