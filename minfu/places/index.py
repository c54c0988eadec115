"""The county's places in memory: built from the database, shared by all threads, rebuilt when the places changed."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q

from minfu.kernel import clock
from minfu.places import names, vocabulary
from minfu.places.codes import place_name
from minfu.places.models import Division, DivisionVersion, Grid, Place
from minfu.places.vocabulary import Vocabulary

if TYPE_CHECKING:  # loaded where areas are drawn: it is 13 MB a process, and few counties draw any
    import shapely

#: Seconds a process trusts its index before it asks the database whether the places changed.
CHECK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Known:
    """A division of the county (or above it) as the index knows it. ``ended``: no longer in force."""

    code: str
    name: str
    level: str
    parent: str | None
    ended: bool
    successor: str | None


@dataclass(frozen=True, slots=True)
class KnownGrid:
    """A grid in force."""

    id: int
    code: str
    name: str
    village: str

    @property
    def type(self) -> str:
        """Return the type digit: "1" basic, "2" dedicated, "3" micro."""
        return self.code[12]


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A place of the gazetteer under one of its names. ``kind``: natural, group or landmark."""

    kind: str
    name: str
    village: str
    grid_id: int | None


@dataclass
class Index:
    """Everything locating needs, without a query."""

    county: str
    #: County, revision and day: another one wherever anything in it may differ.
    version: tuple[str, UUID | None, date] | None = None
    divisions: dict[str, Known] = field(default_factory=dict)
    grids: dict[int, KnownGrid] = field(default_factory=dict)
    by_qr: dict[str, int] = field(default_factory=dict)
    basic_of: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    groups: dict[tuple[str, int], int | None] = field(default_factory=dict)
    #: Village → its grids' names as they are matched.
    grid_names: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    words: Vocabulary = field(default_factory=lambda: Vocabulary(None, []))
    sounds: Vocabulary = field(default_factory=lambda: Vocabulary(None, []))
    tree: "shapely.STRtree | None" = None
    tree_grids: list[int] = field(default_factory=list)

    def current(self, code: str) -> Known | None:
        """Return the division in force for a code: itself, or the one it was merged into; None if there is none."""
        known = self.divisions.get(code)
        seen = set()
        while known and known.ended:
            seen.add(known.code)
            if not known.successor or known.successor in seen:
                return None
            known = self.divisions.get(known.successor)
        return known

    def label(self, code: str) -> str:
        """Return a division's name from the township down: 凤埔乡苏墩村; the county's own name for the county."""
        known = self.divisions.get(code)
        if known is None:
            return code
        if known.level != "village" or not known.parent:
            return known.name
        above = self.divisions.get(known.parent)
        return (above.name if above else "") + place_name(known.name)

    def at(self, lng: float, lat: float) -> list[KnownGrid]:
        """Return the grids whose area covers a WGS 84 point."""
        if self.tree is None:
            return []
        import shapely

        hits = self.tree.query(shapely.Point(lng, lat), predicate="intersects")
        return [self.grids[self.tree_grids[int(hit)]] for hit in hits]


_lock = threading.Lock()
_cached: tuple[tuple[str, UUID | None, date], Index] | None = None
_checked_at = float("-inf")


def current() -> Index:
    """Return the index of the county in ``MINFU_COUNTY``, at most ``CHECK_SECONDS`` behind the database."""
    global _cached, _checked_at  # noqa: PLW0603 - kept in the process, see the module
    cached = _cached
    if cached and time.perf_counter() - _checked_at < CHECK_SECONDS:
        return cached[1]
    with _lock:
        version = (settings.MINFU_COUNTY, _stamp(), clock.today())
        if _cached is None or _cached[0] != version:
            built = build(version[0], version[2])
            built.version = version
            _cached = (version, built)
        _checked_at = time.perf_counter()
        return _cached[1]


def forget() -> None:
    """Make the next call ask the database; for verbs whose change must be seen at once in this process."""
    global _checked_at  # noqa: PLW0603 - kept in the process, see the module
    _checked_at = float("-inf")


def _stamp() -> UUID | None:
    """Return the revision of the places."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT stamp FROM places_revision WHERE id = 1")
        row = cursor.fetchone()
    return row[0] if row else None


def build(county: str, today: date) -> Index:
    """Read the county's divisions, grids and gazetteer as they hold on ``today``."""
    index = Index(county=county.ljust(12, "0"))
    _add_divisions(index, county)
    _add_grids(index, county, today)
    former = DivisionVersion.objects.filter(division__code__startswith=county)
    add_names(index, former.values_list("division_id", "name"), _places(county))
    return index


def add_names(index: Index, former: Iterable[tuple[str, str]], places: Iterable[KnownPlace]) -> None:
    """Make an index whose divisions and grids are in it ready to be searched for in texts.

    ``former``: code and name of earlier versions of divisions; ``places``: the gazetteer, an entry for every name.
    """
    words: vocabulary.Words = defaultdict(set)
    _add_division_names(index, former, words)
    _add_places(index, places, words)
    _add_grid_names(index, words)
    own = (one for one in index.divisions.values() if one.level in ("village", "township") and not one.ended)
    vocabulary.add_odd(words, [(one.code, one.name, one.level) for one in own])
    vocabulary.add_foreign(words, index.county[:6])
    index.words, index.sounds = vocabulary.vocabulary(words), vocabulary.by_sound(words)


def _add_divisions(index: Index, county: str) -> None:
    """Add the county's divisions and those above it."""
    above = [county[:2].ljust(12, "0"), county[:4].ljust(12, "0")]
    rows = Division.objects.filter(Q(code__startswith=county) | Q(code__in=above))
    for row in rows.values_list("code", "name", "level", "parent_id", "valid_to", "successor_id"):
        code, name, level, parent, valid_to, successor = row
        index.divisions[code] = Known(code, name, level, parent, valid_to is not None, successor)


def _add_grids(index: Index, county: str, today: date) -> None:
    """Add the grids in force and the tree over their areas."""
    rows = Grid.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=today),
        Q(valid_to__isnull=True) | Q(valid_to__gt=today),
        code__startswith=county,
    ).order_by("code")
    areas: list[Any] = []
    for row in rows.values_list("id", "code", "name", "village_id", "qr_token", "geometry"):
        id_, code, name, village, token, geometry = row
        grid = index.grids[id_] = KnownGrid(id_, code, name, village)
        index.by_qr[token] = id_
        if grid.type == Grid.Type.BASIC:
            index.basic_of[village].append(id_)
        if geometry:
            areas.append(geometry)
            index.tree_grids.append(id_)
    if areas:
        index.tree = _tree(areas)


def _tree(areas: Iterable[Any]) -> "shapely.STRtree":
    """Return the tree over areas (GeoJSON)."""
    import shapely
    from shapely.geometry import shape

    return shapely.STRtree([shape(area) for area in areas])


def _add_division_names(index: Index, former: Iterable[tuple[str, str]], words: vocabulary.Words) -> None:
    """Add the present and former names of the county's divisions; ended ones stand for their successor."""
    every = [*((known.code, known.name) for known in index.divisions.values()), *former]
    forms = {
        "village": names.village_names,
        "township": names.township_names,
        "county": names.county_names,
    }
    for code, name in every:
        known = index.current(code)
        level = index.divisions[code].level
        if level not in forms:
            vocabulary.add(words, names.county_names(name), "above", code)
        elif known:
            vocabulary.add(words, forms[level](name), known.level, known.code)


def _places(county: str) -> Iterable[KnownPlace]:
    """Yield the county's gazetteer, an entry for every name."""
    rows = Place.objects.filter(village__code__startswith=county).prefetch_related("aliases")
    for row in rows.only("kind", "name", "village_id", "grid_id"):
        for name in (row.name, *(alias.name for alias in row.aliases.all())):
            yield KnownPlace(row.kind, name, row.village_id, row.grid_id)


def _add_places(index: Index, places: Iterable[KnownPlace], words: vocabulary.Words) -> None:
    """Add the gazetteer; numbered village groups are kept apart, since they mean something only inside their village."""
    for row in places:
        village = index.current(row.village)
        if village is None or village.level != "village":
            continue
        grid = row.grid_id if row.grid_id in index.grids else None
        number = names.group_number(names.key(row.name)) if row.kind == Place.Kind.GROUP else None
        if number is not None:
            index.groups[village.code, number] = grid
        else:
            vocabulary.add_place(words, row.kind, row.name, village.code, grid)


def _add_grid_names(index: Index, words: vocabulary.Words) -> None:
    """Add the names of grids: inside their village all, by themselves those that no other grid has."""
    bearers: dict[str, list[KnownGrid]] = defaultdict(list)
    for grid in index.grids.values():
        name = names.key(grid.name)
        index.grid_names[grid.village].append((name, grid.id))
        bearers[name].append(grid)
    for name, grids in bearers.items():
        if len(grids) == 1 and len(name) >= names.LONG and not names.NUMBERED.match(name):
            words[name].add(names.Target("place", grids[0].village, strong=True, grid_id=grids[0].id))
