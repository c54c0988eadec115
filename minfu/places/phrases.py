"""Makes up reports about places; the right answer is known from how each was made. For ``minfu evaluate place`` and tests.

Every division of a county comes up in each kind of phrase it can be in. Nothing here asks the reader that is measured: the
generator takes a division, writes a phrase about it, and knows what it wrote. Names that several townships have are counted
in the register. Grids, natural villages, landmarks, former names and nicknames are invented; all names of divisions are real.
"""

import csv
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from opencc import OpenCC

from minfu.places.codes import base_name, place_name
from minfu.places.index import Known
from minfu.places.invented import World
from minfu.places.loading import DATA


@dataclass(frozen=True, slots=True)
class Phrase:
    """A report and what is right about it.

    ``right``: the divisions it may be about: one, or all that the name fits when a person has to be ``asked``; none when it
    names nothing of ours. ``near``: code of the desk that takes it in, ``grid``: id of the reporter's grid; ``place_grid``: id of
    the grid it tells, if it does.
    """

    kind: str
    text: str
    right: frozenset[str]
    asked: bool = False
    near: str = ""
    grid: int | None = None
    place_grid: int | None = None


# --- sentences -----------------------------------------------------------------------------------------------------

#: Share of the phrases in which something that may be said is said.
SOMETIMES = 0.5

Chance = random.Random


@lru_cache(maxsize=1)
def _sayings() -> dict[str, list[str]]:
    return dict(json.loads((DATA / "sayings.json").read_text(encoding="utf-8")))


def _say(chance: Chance, what: str) -> str:
    return chance.choice(_sayings()[what])


def _report(chance: Chance, place: str) -> str:
    """Return a report about a place."""
    words = _say(chance, "place_words").format(
        place=place, spot=_say(chance, "spots"), trouble=_say(chance, "troubles")
    )
    return _say(chance, "beginnings") + words + _say(chance, "endings")


def _other(made: World, chance: Chance, village: Known) -> Known:
    """Return another village, of another name."""
    while True:
        other = chance.choice(made.villages)
        if base_name(other.name) != base_name(village.name) and not made.is_shared(other):
            return other


def _name(made: World, chance: Chance, village: Known) -> str:
    """Return a name that says which village it is: with the township when the village's own name does not."""
    whole = made.is_shared(village) or chance.random() < SOMETIMES
    return made.full(village) if whole else place_name(village.name)


def _one(kind: str, text: str, village: Known, **more: int | str | None) -> Phrase:
    return replace(Phrase(kind, text, frozenset({village.code})), **more)  # type: ignore[arg-type]  # named fields of the phrase


# --- kinds ---------------------------------------------------------------------------------------------------------
# Each takes the world, chance and a village, and returns a phrase, or None when the village cannot be in one of the kind.


def _full(made: World, chance: Chance, village: Known) -> Phrase:
    county = made.index.divisions[made.index.county].name
    lead = chance.choice(("", "", county, "宁德市" + county, county.removesuffix("县")))
    return _one("乡镇和村", _report(chance, lead + made.full(village)), village)


def _village(made: World, chance: Chance, village: Known) -> Phrase | None:
    if made.is_shared(village):
        return None
    return _one("只有村", _report(chance, place_name(village.name)), village)


def _no_endings(made: World, chance: Chance, village: Known) -> Phrase | None:
    base, town = base_name(village.name), made.bare_township(village)
    # "凤都村尾" reads as the end of 凤都村: nobody could tell.
    if base in made.township_bases or base == village.name or base.startswith("村"):
        return None
    return _one("都不带后缀（凤埔际头）", _report(chance, chance.choice((town, town + "的")) + base), village)


def _bare(made: World, chance: Chance, village: Known) -> Phrase | None:
    base = base_name(village.name)
    if made.is_shared(village) or base in made.township_bases or base == village.name:
        return None
    spot, trouble = _say(chance, "spots"), _say(chance, "troubles")
    said = chance.choice(
        (
            f"{base}{spot}{trouble}",
            f"{base}那边{spot}{trouble}",
            f"在{base}的{spot}{trouble}",
            f"{base}附近{trouble}",
        )
    )
    return _one("只有光名（际头那边）", _say(chance, "beginnings") + said + _say(chance, "endings"), village)


@lru_cache(maxsize=8)
def _traditional(form: str) -> OpenCC:
    return OpenCC(form)


def _in_traditional(made: World, chance: Chance, village: Known) -> Phrase:
    text = _report(chance, _name(made, chance, village))
    return _one("繁体", str(_traditional(chance.choice(("s2t", "s2tw", "s2hk"))).convert(text)), village)


_ENDINGS_SAID = {
    "村": ("大队", "行政村", "村委", "村委会", "村民委员会"),
    "社区": ("居委会", "社区居委会", "居委"),
}


def _other_endings(made: World, chance: Chance, village: Known) -> Phrase | None:
    base, ending = base_name(village.name), place_name(village.name).removeprefix(base_name(village.name))
    if ending not in _ENDINGS_SAID or made.is_shared(village):
        return None
    return _one(
        "别的叫法（大队、村委）", _report(chance, base + chance.choice(_ENDINGS_SAID[ending])), village
    )


def _other_township(made: World, chance: Chance, village: Known) -> Phrase:
    town = made.township(village)
    said = town.removesuffix("街道").rstrip("乡镇") + chance.choice(
        [one for one in ("乡", "镇", "公社") if not town.endswith(one)]
    )
    return _one("乡镇叫错、旧称（凤埔镇、公社）", _report(chance, said + place_name(village.name)), village)


def _spaced(made: World, chance: Chance, village: Known) -> Phrase:
    name = _name(made, chance, village)
    at = chance.randrange(1, len(name))
    gap = chance.choice((" ", "　", "\u200b", "  "))
    words = chance.choice((name[:at] + gap + name[at:], gap.join(name)))
    return _one("名字中间有空格、看不见的字符", _report(chance, words), village)


@lru_cache(maxsize=1)
def _same_sound() -> dict[str, str]:
    with (DATA / "sounds.csv").open(encoding="utf-8", newline="") as file:
        return {one: row["characters"] for row in csv.DictReader(file) for one in row["characters"]}


_LOOKS = {
    "圪": "屹",
    "坂": "阪",
    "垅": "垄",
    "际": "漈",
    "洋": "垟",
    "峰": "峯",
    "洲": "州",
    "州": "洲",
    "溪": "谿",
}


def _mistyped(made: World, chance: Chance, village: Known) -> Phrase | None:
    """One character is another of the same sound, or one that looks like it; what results is no village's name."""
    base, ending = base_name(village.name), place_name(village.name).removeprefix(base_name(village.name))
    at = chance.randrange(len(base))
    same = [one for one in _same_sound().get(base[at], "") if one != base[at]]
    options = [*same, _LOOKS[base[at]]] if base[at] in _LOOKS else same
    if not options or not ending:
        return None
    wrong = base[:at] + chance.choice(options) + base[at + 1 :]

    def sound(name: str) -> str:
        return "".join(_same_sound().get(one, one)[0] for one in name)

    alike = [one for one in made.villages if sound(base_name(one.name)) == sound(base)]
    if wrong in made.shared or wrong in made.township_bases:
        return None
    lead = made.township(village) if len(alike) > 1 or chance.random() < SOMETIMES else ""
    if len([one for one in alike if one.parent == village.parent]) > 1:
        return None
    return _one("打错一个字", _report(chance, lead + wrong + ending), village)


def _former_name(made: World, chance: Chance, village: Known) -> Phrase | None:
    if village.code not in made.former:
        return None
    return _one("旧名", _report(chance, place_name(made.former[village.code])), village)


def _natural(made: World, chance: Chance, village: Known) -> Phrase:
    name, nickname = made.natural[village.code]
    said = chance.choice(
        (
            place_name(village.name) + name,
            name + "自然村",
            name + "村",
            made.full(village) + nickname,
            place_name(village.name) + "的" + name,
        )
    )
    if made.is_shared(village) and said.startswith(place_name(village.name)):
        said = made.full(village) + name
    grid = made.grids[village.code][0].id
    return _one("自然村、俗名", _report(chance, said), village, place_grid=grid)


def _landmark(made: World, chance: Chance, village: Known) -> Phrase | None:
    if made.is_shared(village):
        return None
    grid = made.grids[village.code][1].id
    return _one("地标", _report(chance, made.landmark[village.code]), village, place_grid=grid)


def _group_or_grid(made: World, chance: Chance, village: Known) -> Phrase:
    grids = made.grids[village.code]
    said, grid = chance.choice(
        (("第二网格", grids[1]), ("3组", grids[0]), ("第二村民小组", grids[0]), ("一队", grids[0]))
    )
    place = made.full(village) if made.is_shared(village) else place_name(village.name)
    return _one("村里的网格、小组", _report(chance, place + said), village, place_grid=grid.id)


def _ours(made: World, chance: Chance, village: Known) -> Phrase:
    grid = chance.choice(made.grids[village.code])
    said = chance.choice(("我们村", "本村", "咱们村", "我村", "我们这个村"))
    return _one("“我们村”（知道上报人的网格）", _report(chance, said), village, grid=grid.id)


def _homes(made: World, chance: Chance, village: Known) -> Phrase:
    other = _other(made, chance, village)
    home = chance.choice(
        (made.full(other), place_name(other.name), made.index.divisions[other.parent or ""].name)
    )
    lead = chance.choice(
        (
            f"我是{home}人,",
            f"我家住{home},",
            f"本人是{home}村民,",
            f"我是{home}的,姓陈,",
            f"来电人住{home},",
            f"我老家在{home},",
            f"家住{home}的{_say(chance, 'names')}反映:",
        )
    )
    return _one("还写了自己住哪里", lead + _report(chance, _name(made, chance, village)), village)


def _elsewhere(made: World, chance: Chance, village: Known) -> Phrase:
    other = place_name(_other(made, chance, village).name)
    lead = chance.choice(
        (
            f"我在{other}上班,",
            f"今天去{other}赶集,",
            f"我妹妹嫁到{other},",
            f"隔壁{other}早就修好了,",
            f"{other}都装了路灯,",
            f"不是{other},是",
            f"我已经向{made.township(village)}政府反映过,",
            f"听说{other}已经修了,",
            f"昨天到{other}走亲戚,",
        )
    )
    return _one("还写了别的村", lead + _report(chance, _name(made, chance, village)), village)


def _foreign_beside(made: World, chance: Chance, village: Known) -> Phrase:
    away = chance.choice(made.foreign) + chance.choice(made.noise)
    lead = chance.choice(
        (
            f"我是{away}人,在这边做工,",
            f"我妹妹嫁到{away},",
            f"我在{_say(chance, 'far')}打工,",
            f"我表弟在{chance.choice(made.noise)}开店,",
            f"我从{away}过来,",
        )
    )
    return _one("还写了外地", lead + _report(chance, _name(made, chance, village)), village)


def _shared_alone(made: World, chance: Chance, village: Known) -> Phrase | None:
    if not made.is_shared(village):
        return None
    right = frozenset(one.code for one in made.shared[base_name(village.name)])
    return Phrase(
        "几个乡镇同名（应当问）",
        _report(chance, place_name(village.name)),
        right,
        asked=True,
    )


def _shared_with_township(made: World, chance: Chance, village: Known) -> Phrase | None:
    if not made.is_shared(village):
        return None
    town = made.township(village)
    return _one(
        "同名，别处写了乡镇",
        f"{town}的事。" + _report(chance, place_name(village.name)),
        village,
    )


def _shared_at_desk(made: World, chance: Chance, village: Known) -> Phrase | None:
    if not made.is_shared(village):
        return None
    near = village.parent if chance.random() < SOMETIMES else ""
    grid = None if near else made.grids[_neighbour(made, village)][0].id
    return _one(
        "同名，由平台、网格确定",
        _report(chance, place_name(village.name)),
        village,
        near=near,
        grid=grid,
    )


def _neighbour(made: World, village: Known) -> str:
    """Return another village of the same township."""
    return next(
        one.code for one in made.villages if one.parent == village.parent and one.code != village.code
    )


def _two(made: World, chance: Chance, village: Known) -> Phrase:
    other = _other(made, chance, village)
    one, two = made.full(village), made.full(other)
    text = chance.choice(
        (f"从{one}到{two}的路坏了", f"{one}和{two}交界的地方有人倒垃圾", f"{one}、{two}都停电了")
    )
    return Phrase("两个地方（应当问）", text, frozenset({village.code, other.code}), asked=True)


def _same_elsewhere(made: World, chance: Chance, village: Known) -> Phrase:
    away = chance.choice(made.foreign)
    town = chance.choice(("", "城关镇", "长桥镇", "石塘乡"))
    return Phrase(
        "外县同名（不是本县）",
        _report(chance, away + town + place_name(village.name)),
        frozenset(),
    )


def _noise_alone(made: World, chance: Chance, _village: Known) -> Phrase:
    name = chance.choice(made.noise)
    lead = chance.choice(("", chance.choice(made.foreign)))
    return Phrase("外县的村（不是本县）", _report(chance, lead + name), frozenset())


def _nowhere(_made: World, chance: Chance, village: Known) -> Phrase | None:
    base = base_name(village.name)
    if base == village.name:
        return None
    text = chance.choice(
        (
            f"{base}路{chance.randrange(1, 300)}号门口{_say(chance, 'troubles')}",
            f"{base}牌电饭锅质量差,要求退货",
            f"{base}酒店的发票不给开",
            f"请问{chance.choice(('新农合', '低保', '养老金', '身份证'))}怎么办理",
            f"{_say(chance, 'spots')}{_say(chance, 'troubles')}",
            f"{_say(chance, 'far')}{base}大道堵车",
        )
    )
    return Phrase("路名、店名、没有地点（不是本县）", text, frozenset())


def _township(made: World, chance: Chance, village: Known) -> Phrase:
    town = village.parent or ""
    said = chance.choice(
        (made.township(village), made.township(village) + "街上", made.township(village) + "政府门口")
    )
    return Phrase("只有乡镇", _report(chance, said), frozenset({town}))


#: All kinds, in the order in which they are told.
KINDS: Sequence[Callable[[World, Chance, Known], Phrase | None]] = (
    *(
        _full,
        _village,
        _no_endings,
        _bare,
        _in_traditional,
        _other_endings,
        _other_township,
        _spaced,
        _mistyped,
    ),
    *(_former_name, _natural, _landmark, _group_or_grid, _ours, _homes, _elsewhere, _foreign_beside),
    *(
        _shared_alone,
        _shared_with_township,
        _shared_at_desk,
        _two,
        _same_elsewhere,
        _noise_alone,
        _nowhere,
        _township,
    ),
)


def phrases(made: World, seed: int, *, every: int = 1) -> Iterator[Phrase]:
    """Yield phrases about every division of a world (one village in ``every``), in each kind it can be in.

    The same for the same seed.
    """
    chance = random.Random(seed)  # noqa: S311 - a reproducible test, no secret
    for number, village in enumerate(made.villages):
        for kind in KINDS:
            phrase = kind(made, chance, village)
            if phrase is not None and number % every == 0:
                yield phrase


def foreign_names(made: World) -> Iterator[Phrase]:
    """Yield a report for every name of a village of the country that no village of the county has."""
    chance = random.Random(0)  # noqa: S311 - a reproducible test, no secret
    for name in made.noise:
        yield Phrase(
            "全国其他村名",
            f"{name}{_say(chance, 'spots')}{_say(chance, 'troubles')}",
            frozenset(),
        )
