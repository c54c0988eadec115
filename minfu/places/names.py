"""What a place may be called in a text: strong names stand for themselves, weak ones need their surroundings."""

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from minfu.kernel.text import folded
from minfu.places.codes import COMMITTEES, base_name

#: A gazetteer name this long says what it means without its surroundings ("古田县医院"); shorter ones may be words.
LONG = 4
_NUMERALS = "一二三四五六七八九十"
_GROUP = re.compile(rf"第?([0-9]{{1,2}}|[{_NUMERALS}]{{1,3}})(?:村民小组|村民组|小组|组|队|社(?!区))")
#: A grid's name that says only which of its village's grids it is.
NUMBERED = re.compile(rf"(?:第?[0-9{_NUMERALS}]+号?网格|网格第?[0-9{_NUMERALS}]+)")
_BLANKS = re.compile(r"\s+")
#: Endings of the names of villages and townships besides those of their committees: old ones (大队, 公社) and short ones.
_VILLAGE_ENDINGS = ("村", "行政村", "大队", "村委", "村部")
_URBAN_ENDINGS = ("社区", "居委", "社区居委")
_TOWNSHIP_ENDINGS = ("街道", "镇", "乡", "公社")
_DATA = Path(__file__).resolve().parent / "data"
#: Characters written for one another in names of villages, by their look or by habit, and the one that all are read as.
_WRITTEN = {"屹": "圪", "阪": "坂", "垄": "垅", "陇": "垅", "漈": "际", "磜": "际", "垟": "洋"}
_ODDLY = re.compile(f"[{''.join(_WRITTEN)}]")
_WRITTEN_FOR = str.maketrans(_WRITTEN)


@dataclass(frozen=True, slots=True)
class Target:
    """What a name stands for.

    ``kind``: county, township, village, place, above (province and city of the county) or foreign. ``code`` is the
    12-digit division, "" for foreign ones; ``grid_id`` the grid of a gazetteer place, if it is known. ``odd``: the ending is
    not the one the place has (胜利村 for 胜利社区, 凤埔镇 for 凤埔乡): understood, but never certain by itself.
    """

    kind: str
    code: str
    strong: bool
    grid_id: int | None = None
    odd: bool = False


def key(text: str) -> str:
    """Return a text as it is matched: folded, one way of writing, white space only where a line ends."""
    text = folded(text)
    if _ODDLY.search(text):
        text = text.translate(_WRITTEN_FOR)
    return _BLANKS.sub(_blank, text.strip())


def _blank(found: re.Match[str]) -> str:
    """Return what stands for white space: a line's end is a boundary, anything else is nothing."""
    return "\n" if "\n" in found[0] else ""


@lru_cache(maxsize=1)
def common() -> frozenset[str]:
    """Return the names that twenty villages of the country and more have: they may be plain words (前进, 新建)."""
    return frozenset((_DATA / "common.txt").read_text(encoding="utf-8").split())


@lru_cache(maxsize=1)
def sounds() -> dict[int, str]:
    """Return the table for ``str.translate`` that gives all characters of one sound the same character."""
    with (_DATA / "sounds.csv").open(encoding="utf-8", newline="") as file:
        groups = [row["characters"] for row in csv.DictReader(file)]
    return {ord(one): group[0] for group in groups for one in group}


def village_names(name: str) -> tuple[set[str], set[str]]:
    """Return the strong and the weak names of a village or community by its committee's name."""
    base = base_name(name)
    urban = is_urban(name)
    strong = {name, *(base + ending for ending in (_URBAN_ENDINGS if urban else _VILLAGE_ENDINGS))}
    if len(name) > len(base):
        strong |= {base + suffix for suffix in COMMITTEES if ("居" in suffix) == urban}
    return strong, {base} - strong


def base(name: str) -> str:
    """Return a name as it stands in a text without its ending: 前进村 → 前进."""
    for ending in (*COMMITTEES, "行政村", "自然村", "大队", "社区", "村委", "村部", "居委", "村"):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name


def is_urban(name: str) -> bool:
    """Tell whether a name of a committee is that of a community (居委会, 社区)."""
    rest = name[len(base_name(name)) :]
    return "居" in rest or "社区" in rest


def odd_village_names(name: str) -> set[str]:
    """Return a village's name with the endings it does not have."""
    base = base_name(name)
    return {base + ending for ending in (("村",) if is_urban(name) else ("社区", "居委会"))}


def township_names(name: str) -> tuple[set[str], set[str]]:
    """Return the strong and the weak names of a township: 凤埔乡 and 凤埔."""
    base = _township_base(name)
    offices = {base + "办事处", base + "街办"} if name.endswith("街道") else set()
    return ({name} | offices, {base}) if base else ({name}, set())


def odd_township_names(name: str) -> set[str]:
    """Return a township's name with the endings it does not have, or had once."""
    base = _township_base(name)
    return {base + ending for ending in _TOWNSHIP_ENDINGS} - {name} if base else set()


def _township_base(name: str) -> str:
    """Return a township's own name without what it is; empty when there is nothing else to the name."""
    for suffix in ("街道", "镇", "乡"):
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return name.removesuffix(suffix)
    return ""


def county_names(name: str) -> tuple[set[str], set[str]]:
    """Return the strong and the weak names of a county: 古田县 and 古田."""
    return {name}, {name[:-1]} if len(name) > 2 else set()  # noqa: PLR2004 - a name of two characters has no ending


def place_names(kind: str, name: str) -> tuple[set[str], set[str]]:
    """Return the strong and the weak names of a gazetteer place by one of its names."""
    if kind == "natural":
        base = name.removesuffix("自然村")
        return {base + "自然村", base + "村"}, {base}
    if kind == "landmark" and len(name) >= LONG:
        return {name}, set()
    return set(), {name}


def group_number(text: str) -> int | None:
    """Return the number of the village group a text starts with (第三村民小组, 3组, 三队), or None."""
    found = _GROUP.match(text)
    return _number(found[1]) if found else None


def _number(text: str) -> int:
    """Return the value of a numeral below one hundred, in digits or in characters."""
    if text.isascii():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    value = _NUMERALS.find(ones) + 1 if ones else 0
    return value + ((_NUMERALS.find(tens) + 1 if tens else 1) * 10 if ten else 0)
