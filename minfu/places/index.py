"""The county's places in memory: built from the database, shared by all threads, rebuilt when the places changed."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ahocorasick_rs import AhoCorasick
from django.conf import settings
from django.db import connection
from django.db.models import Q

from minfu.kernel import clock
from minfu.places import names
from minfu.places.codes import place_name
from minfu.places.loading import DATA, read
from minfu.places.models import Division, DivisionVersion, Grid, Place
from minfu.places.names import Target

if TYPE_CHECKING:  # loaded where areas are drawn: it is 13 MB a process, and few counties draw any
    import shapely

#: Seconds a process trusts its index before it asks the database whether the places changed.
CHECK_SECONDS = 2.0
_FOREIGN_ENDINGS = ("省", "市", "县", "旗", "自治州", "地区")


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
    targets: list[tuple[Target, ...]] = field(default_factory=list)
    automaton: AhoCorasick | None = None
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
    words: dict[str, set[Target]] = defaultdict(set)
    _add_division_names(index, county, words)
    _add_places(index, county, words)
    _add_foreign_names(county, words)
    patterns = sorted(word for word in words if len(word) > 1)
    index.targets = [tuple(sorted(words[word], key=lambda target: target.code)) for word in patterns]
    index.automaton = AhoCorasick(patterns) if patterns else None
    return index


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


def _add(words: dict[str, set[Target]], found: tuple[set[str], set[str]], kind: str, code: str) -> None:
    """Add the strong and weak names of a division."""
    for strong, group in zip((True, False), found, strict=True):
        for name in group:
            words[names.key(name)].add(Target(kind, code, strong))


def _add_division_names(index: Index, county: str, words: dict[str, set[Target]]) -> None:
    """Add the present and former names of the county's divisions; ended ones stand for their successor."""
    former = DivisionVersion.objects.filter(division__code__startswith=county)
    every: Iterable[tuple[str, str]] = [
        *((known.code, known.name) for known in index.divisions.values()),
        *former.values_list("division_id", "name"),
    ]
    forms = {
        "village": names.village_names,
        "township": names.township_names,
        "county": names.county_names,
    }
    for code, name in every:
        known = index.current(code)
        level = index.divisions[code].level
        if level not in forms:
            words[names.key(name)].add(Target("above", code, strong=True))
        elif known:
            _add(words, forms[level](name), known.level, known.code)


def _add_places(index: Index, county: str, words: dict[str, set[Target]]) -> None:
    """Add the gazetteer; numbered village groups are kept apart, since they mean something only inside their village."""
    rows = Place.objects.filter(village__code__startswith=county).prefetch_related("aliases")
    for row in rows.only("kind", "name", "village_id", "grid_id"):
        village = index.current(row.village_id)
        if village is None or village.level != "village":
            continue
        grid = row.grid_id if row.grid_id in index.grids else None
        for name in (row.name, *(alias.name for alias in row.aliases.all())):
            number = names.group_number(names.key(name)) if row.kind == Place.Kind.GROUP else None
            if number is not None:
                index.groups[village.code, number] = grid
                continue
            for strong, group in zip((True, False), names.place_names(row.kind, name), strict=True):
                for word in group:
                    words[names.key(word)].add(Target("place", village.code, strong, grid))


def _add_foreign_names(county: str, words: dict[str, set[Target]]) -> None:
    """Add the names of other provinces, cities and counties: a village named right after one of them is not ours."""
    for row in read(DATA / "nation.csv"):
        if county.startswith(row.code) or len(row.name) <= 2 or not row.name.endswith(_FOREIGN_ENDINGS):  # noqa: PLR2004 - a name of two characters has no ending
            continue
        word = names.key(row.name)
        if word not in words:
            words[word].add(Target("foreign", "", strong=True))
