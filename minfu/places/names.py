"""What a place may be called in a text: strong names stand for themselves, weak ones need their surroundings."""

import re
from dataclasses import dataclass

from minfu.kernel.text import folded
from minfu.places.codes import COMMITTEES, base_name

#: A gazetteer name this long says what it means without its surroundings ("古田县医院"); shorter ones may be words.
LONG = 4
_NUMERALS = "一二三四五六七八九十"
_GROUP = re.compile(rf"第?([0-9]{{1,2}}|[{_NUMERALS}]{{1,3}})(?:村民小组|村民组|小组|组|队|社)")


@dataclass(frozen=True, slots=True)
class Target:
    """What a name stands for.

    ``kind``: county, township, village, place, above (province and city of the county) or foreign. ``code`` is the
    12-digit division, "" for foreign ones; ``grid_id`` the grid of a gazetteer place, if it is known.
    """

    kind: str
    code: str
    strong: bool
    grid_id: int | None = None


def key(text: str) -> str:
    """Return a text as it is matched: folded, without white space."""
    return "".join(folded(text).split())


def village_names(name: str) -> tuple[set[str], set[str]]:
    """Return the strong and the weak names of a village or community by its committee's name."""
    base = base_name(name)
    rest = name[len(base) :]
    urban = "居" in rest or "社区" in rest
    strong = {name, base + ("社区" if urban else "村")}
    if rest:
        strong |= {base + suffix for suffix in COMMITTEES if ("居" in suffix) == urban}
    return strong, {base} - strong


def township_names(name: str) -> tuple[set[str], set[str]]:
    """Return the strong and the weak names of a township: 凤埔乡 and 凤埔."""
    for suffix in ("街道", "镇", "乡"):
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            return {name}, {name.removesuffix(suffix)}
    return {name}, set()


def county_names(name: str) -> tuple[set[str], set[str]]:
    """Return the strong and the weak names of a county: 古田县 and 古田."""
    return {name}, {name[:-1]} if len(name) > 2 else set()  # noqa: PLR2004 - a name of two characters has no ending


def place_names(kind: str, name: str) -> tuple[set[str], set[str]]:
    """Return the strong and the weak names of a gazetteer place by one of its names."""
    if kind == "natural":
        base = name.removesuffix("自然村")
        return {base + "自然村"}, {base}
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
