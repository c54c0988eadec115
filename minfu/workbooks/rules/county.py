"""What the county calls its places, units, categories, kinds and doors, and what figures it has."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from minfu.accounts.models import Unit
from minfu.cases import door as cases
from minfu.figures import door as figures
from minfu.figures.door import Indicator
from minfu.kernel import clock
from minfu.places import index, names
from minfu.places.index import Known
from minfu.workbooks.rules import words
from minfu.workbooks.rules.meaning import WHOLE
from minfu.workbooks.rules.words import Lexicon, Names

_FIRST_LEVEL = 2
#: Families of terms that are called otherwise than the groups of figures.
_FAMILIES = {"mediations": "mediation"}


def lexicon() -> Lexicon:
    """Return the words of today: shipped terms, and the names of this county."""
    today = clock.today()
    units = [
        (f"u{pk}", name, short)
        for pk, name, short in Unit.objects.filter(is_active=True)
        .exclude(kind__in=(Unit.Kind.PARTNER, Unit.Kind.VILLAGE))
        .values_list("pk", "name", "short_name")
    ]
    made = names_of(index.current().divisions.values(), cases.category_names(), units)
    return Lexicon(words.shipped(today), made)


def kinds(on: date) -> dict[str, tuple[str, Collection[str]]]:
    """Return, for each indicator in force, what it is (count, share, days, stock) and what it may be split by."""
    return {
        one.name: (_kind(one), one.splits) for one in figures.indicators() if one.valid_from <= on.isoformat()
    }


def _kind(one: Indicator) -> str:
    if one.is_stock:
        return "stock"
    if one.is_share:
        return "share"
    return "days" if one.has_decimals else "count"


def names_of(
    divisions: Iterable[Known], categories: Mapping[str, str], units: Iterable[tuple[str, str, str]] = ()
) -> Names:
    """Return the names of a county: divisions, categories by code, units (key, name, short name)."""
    areas: dict[str, list[str]] = defaultdict(list)
    short: dict[str, list[str]] = defaultdict(list)
    forms = {"village": names.village_names, "township": names.township_names, "county": names.county_names}
    for known in divisions:
        if known.level not in forms or known.ended:
            continue
        key = WHOLE if known.level == "county" else known.code
        strong, weak = forms[known.level](known.name)
        if known.level == "township":
            strong |= {f"{known.name}人民政府", f"{known.name}政府"}
        for name in strong:
            areas[name].append(key)
        for name in weak:
            short[name].append(key)
    for key, name, brief in units:
        for one in {name, brief, name.removeprefix("县")} - {""}:
            areas[one].append(key)
    return Names(
        indicators={
            str(one.title): (one.name, _FAMILIES.get(one.group, one.group)) for one in figures.indicators()
        },
        splits=_splits(categories),
        areas=areas,
        short={name: keys for name, keys in short.items() if name not in areas},
    )


def _splits(categories: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for value, label in cases.Kind.choices:
        found[str(label)].append(f"kind={value}")
    for value, label in cases.Door.choices:
        found[str(label)].append(f"door={value}")
    for code, name in categories.items():
        if len(code) == _FIRST_LEVEL:
            found[name].append(f"category={code}")
    return found
