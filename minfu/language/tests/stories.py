"""Invented messages that tell of matters, for tests: some matters many tell of, and much that nobody else tells of."""

import random

_MATTERS = {
    "搅拌站": [
        "翠屏湖边的搅拌站整夜开工",
        "搅拌站粉尘飘进翠屏湖居民家里",
        "翠屏湖旁混凝土搅拌站噪音大",
        "搅拌站的灰落满翠屏湖阳台",
    ],
    "车位": [
        "锦绣江南买房必须搭车位",
        "锦绣江南捆绑出售地下车位",
        "开发商强迫锦绣江南买家购车位",
        "锦绣江南车位搭售十二万",
    ],
    "校车": [
        "鹤塘中学校车周五停开",
        "周五下午鹤塘中学没有校车",
        "鹤塘中学取消周五校车孩子走路回家",
        "校车不送鹤塘中学住校生",
    ],
}


def noise(drawn: random.Random, number: int) -> str:
    """Return a message nobody else sends."""
    return f"{_anything(drawn, 10)}\n{_anything(drawn, 40)}{number}。"


def _anything(drawn: random.Random, count: int) -> str:
    return "".join(chr(0x4E00 + drawn.randrange(6000)) for _ in range(count))


def told(count: int, *, share: float = 0.2, seed: int = 0) -> list[tuple[str, str]]:
    """Return messages with the matter each tells of, "" for those that tell of nothing others do."""
    drawn = random.Random(seed)
    out = []
    for number in range(count):
        if drawn.random() < share:
            matter = drawn.choice(list(_MATTERS))
            one, other = drawn.sample(_MATTERS[matter], 2)
            out.append((f"{one}\n{other}，{_anything(drawn, 12)}，请查一查。", matter))
        else:
            out.append((noise(drawn, number), ""))
    return out
