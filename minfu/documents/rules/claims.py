"""Numbers and comparisons that stand in a text without being bound to anything. Pure.

What is no figure may stand: dates, articles of a law, numbers of documents, the hotline. Everything else that counts something
has to come from a query, or be vouched for by name.
"""

import re
from dataclasses import dataclass

_CHINESE = "零〇一二三四五六七八九十百千万亿两"
#: What is written in figures and counts nothing.
_NO_FIGURES = re.compile(
    r"〔\d{4}〕\d+号"
    rf"|第\s*[\d{_CHINESE}]+\s*(?:条|款|项|次|期|号|届|季度|章|节|批|周|年|页|部分)(?:第\s*[\d{_CHINESE}]+\s*[款项])*"
    r"|\d{4}年(?:度)?(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月(?:\d{1,2}日|份|底|初)?|\d{1,2}日|\d{1,2}[:：]\d{2}(?![\d])"
    r"|(?<!\d)12345(?!\d)|GB/T\s?\d+(?:[.-]\d+)*"
)  # fmt: skip
_DIGITS = re.compile(r"[0-9０-９][0-9０-９,.，%％‰]*")
_MEASURES = "件次|人次|件|户|人|名|万元|亿元|元|起|宗|份|条|个百分点|个|项|倍|成|天|小时|亩|公里|%|％"
#: Chinese figures that count: two or more signs, or one that is not 一, before a measure; and hundredths.
_WORDS = re.compile(
    rf"百分之[{_CHINESE}]+|(?<!第)(?:[{_CHINESE}]{{2,}}|[二三四五六七八九十百千万两])(?:{_MEASURES})"
)
#: Words said so often that they count nothing.
_IDIOMS = re.compile(
    "四个|三个代表|两个|两项|一[件个项名次]|十分|千万要|千万不|万一|百姓|两委|四议两公开|一事一议|千家万户|三农"
)
UP, DOWN = ("上升", "增长", "增加", "提高", "多"), ("下降", "减少", "降低", "少")
_DIRECTION = "|".join((*UP[:4], *DOWN[:3]))
#: A comparison with another time that names a direction.
_COMPARED = re.compile(
    rf"(?:同比|环比|比上[^，。；]{{0,4}}|比去年[^，。；]{{0,4}})(?:{_DIRECTION}|多|少)了?$"
)
_COMPARED_BARE = re.compile(
    rf"(?:同比|环比|比上[^，。；]{{0,4}}|比去年[^，。；]{{0,4}})(?:{_DIRECTION})了?(?=[^，。；\s])?"
)


@dataclass(frozen=True)
class Claim:
    """Something a text claims without saying where it comes from."""

    text: str


def unbound(text: str) -> list[Claim]:
    """Return the numbers in a piece of prose that are bound to nothing, in their order."""
    rest = _NO_FIGURES.sub(lambda found: "\x00" * len(found[0]), text)
    rest = _IDIOMS.sub(lambda found: "\x00" * len(found[0]), rest)
    found = [(one.start(), one[0]) for pattern in (_DIGITS, _WORDS) for one in pattern.finditer(rest)]
    return [Claim(said.rstrip(",.，")) for _at, said in sorted(found)]


def direction(text: str) -> int:
    """Return 1 or -1 when a piece of prose ends with a word for growing or falling, 0 otherwise: a number follows it."""
    ending = text.rstrip("了至到约 　")
    if ending.endswith(UP[:4]):
        return 1
    if ending.endswith(DOWN[:3]):
        return -1
    if _COMPARED.search(ending):
        return 1 if ending.endswith("多") else -1
    return 0


def compared(text: str, *, bound_after: bool) -> list[Claim]:
    """Return comparisons with another time that no bound number follows; ``bound_after``: one follows at the end of the text."""
    found = []
    for one in _COMPARED_BARE.finditer(text):
        at_end = not text[one.end() :].strip("了至到约 　")
        if not (at_end and bound_after):
            found.append(Claim(one[0]))
    return found
