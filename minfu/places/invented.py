"""A county with an invented gazetteer, to be asked about without a database. For ``minfu evaluate place`` and tests."""

import lzma
import random
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache

from minfu.places.codes import base_name, place_name
from minfu.places.index import Index, Known, KnownGrid, KnownPlace, add_names
from minfu.places.loading import DATA, read


@dataclass
class World:
    """A county with an invented gazetteer, and the index made from it."""

    index: Index
    villages: list[Known]
    #: Bases of names that several villages have, or a township and a village.
    shared: dict[str, list[Known]]
    township_bases: set[str]
    #: Village → natural village and its nickname, landmark, former name.
    natural: dict[str, tuple[str, str]] = field(default_factory=dict)
    landmark: dict[str, str] = field(default_factory=dict)
    former: dict[str, str] = field(default_factory=dict)
    grids: dict[str, list[KnownGrid]] = field(default_factory=lambda: defaultdict(list))
    foreign: list[str] = field(default_factory=list)
    noise: list[str] = field(default_factory=list)

    def township(self, village: Known) -> str:
        """Return the name of a village's township."""
        return self.index.divisions[village.parent or ""].name

    def bare_township(self, village: Known) -> str:
        """Return the name of a village's township without what it is."""
        return self.township(village).removesuffix("街道").rstrip("乡镇")

    def full(self, village: Known) -> str:
        """Return township and village."""
        return self.township(village) + place_name(village.name)

    def is_shared(self, village: Known) -> bool:
        """Tell whether the name alone does not say which village it is."""
        return len(self.shared[base_name(village.name)]) > 1


# --- the world -----------------------------------------------------------------------------------------------------

_FIRST = (
    "后门",
    "岭脚",
    "水尾",
    "亭边",
    "井头",
    "坑尾",
    "塘墘",
    "桥头",
    "樟树",
    "石坪",
    "半岭",
    "墓林",
    "油坊",
    "瓦窑",
    "炉下",
    "洋墘",
    "仓楼",
    "牛栏",
    "龙潭",
    "竹林",
)
_SECOND = ("厝", "墩", "坪", "垅", "岗", "湾", "坂", "坝", "弄", "楼", "埕", "兜", "堀", "际", "窠")
_LANDMARKS = ("文化广场", "农贸市场", "老年活动中心", "便民服务站", "水尾殿", "林氏宗祠", "廊桥", "希望小学")
_OLD = ("红旗", "东风", "跃进", "卫东", "立新", "向阳", "红星", "五星", "光明", "曙光")
_FORMER = ("坪", "垱", "寨", "屯", "堡", "店", "园", "田", "林", "泉", "池", "崎", "尖", "峡", "浦")


@lru_cache(maxsize=1)
def national_names() -> tuple[str, ...]:
    """Return the names of all villages of the country (620,573 in the register of 2023), each once."""
    return tuple(lzma.decompress((DATA / "names.txt.xz").read_bytes()).decode().split())


def world(county: str, seed: int) -> World:
    """Return a shipped county (6 digits) with an invented gazetteer; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - a reproducible test, no secret
    index = Index(county=county.ljust(12, "0"))
    above = (county[:2], county[:4], county)
    rows = [
        *(row for row in read(DATA / "nation.csv") if row.code in above),
        *read(DATA / f"divisions_{county}.csv"),
    ]
    for row in rows:
        code = row.code.ljust(12, "0")
        level = {2: "province", 4: "city", 6: "county", 9: "township", 12: "village"}[len(row.code)]
        parent = {"village": code[:9], "township": code[:6]}.get(level)
        above_it = parent.ljust(12, "0") if parent else None
        index.divisions[code] = Known(code, row.name, level, above_it, ended=False, successor=None)
    villages = [one for one in index.divisions.values() if one.level == "village"]
    shared: dict[str, list[Known]] = defaultdict(list)
    for village in villages:
        shared[base_name(village.name)].append(village)
    towns = {
        one.name.removesuffix("街道").rstrip("乡镇")
        for one in index.divisions.values()
        if one.level == "township"
    }
    made = World(index, villages, shared, towns)
    _invent(made, chance)
    taken = {place_name(one.name) for one in villages} | {base_name(one.name) for one in villages}
    made.noise = [name for name in national_names() if name not in taken and base_name(name) not in taken]
    nation = [row for row in read(DATA / "nation.csv") if len(row.code) == 6 and row.code != county]  # noqa: PLR2004 - counties
    made.foreign = [row.name for row in nation if len(row.name) > 2]  # noqa: PLR2004 - longer than a word
    return made


def _invent(made: World, chance: random.Random) -> None:
    """Give every village grids, a natural village with a nickname, a landmark, and one in five a former name."""
    free = [first + second for first in _FIRST for second in _SECOND]
    bases = {base_name(one.name) for one in made.villages} | made.township_bases
    free = [name for name in free if name not in bases]
    chance.shuffle(free)
    old = [first + second for first in _OLD for second in _FORMER]
    chance.shuffle(old)
    places: list[KnownPlace] = []
    former: list[tuple[str, str]] = []
    for number, village in enumerate(made.villages):
        for serial in range(1, 3):
            grid = KnownGrid(
                number * 10 + serial,
                f"{village.code}1{serial:03d}",
                f"第{'一二'[serial - 1]}网格",
                village.code,
            )
            made.index.grids[grid.id] = grid
            made.grids[village.code].append(grid)
        name = free[number % len(free)]
        made.natural[village.code] = (name, "阿" + name[:1] + "仔" + name[-1:])
        made.landmark[village.code] = base_name(village.name) + _LANDMARKS[number % len(_LANDMARKS)]
        grids = made.grids[village.code]
        places += [
            KnownPlace("natural", one, village.code, grids[0].id) for one in made.natural[village.code]
        ]
        places.append(KnownPlace("landmark", made.landmark[village.code], village.code, grids[1].id))
        places += [
            KnownPlace("group", f"第{numeral}村民小组", village.code, grids[0].id) for numeral in "一二三"
        ]
        if number % 5 == 0 and old:
            made.former[village.code] = old.pop() + "村委会"
            former.append((village.code, made.former[village.code]))
    add_names(made.index, former, places)
