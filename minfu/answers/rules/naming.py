"""Names as they are compared: 《辖区登记诉求（件）：》 and 「登記訴求數」 name the same thing. Pure: no database."""

import re
from functools import lru_cache

from minfu.language.normal import normalise

#: What may stand in brackets behind a name and says only how it is counted.
_MEASURES = "件|个|人|人次|户|户次|次|场|场次|项|处|亩|公顷|元|万元|亿元|米|公里|千米|吨|公斤|千克|头|只|条|座|间|栋|家|名|天"
_MEASURES += "|小时|平方米|立方米|%|单位"
_BRACKETS = re.compile(rf"[(\[【]\s*(?:单位[:：])?\s*(?:{_MEASURES})\s*[)\]】]")
_NUMBERING = re.compile(r"^(?:其中[:：]?|合计[:：]?|[(]?[0-9一二三四五六七八九十]{1,3}[)]?[、.．)])\s*")
_IDLE = re.compile(r"[\W_]+")
#: Words that say only that something is counted; 人数 and 户数 count different things.
_ENDINGS = ("总件数", "总数", "件数", "数量", "总量", "个数", "数")
#: Names this short keep their ending: 人数 is a name.
_SHORT = 2


#: Names kept as they are compared: a form asks for the same ones cell after cell.
_KEPT = 4096


@lru_cache(maxsize=_KEPT)
def plain(name: str) -> str:
    """Return a name without numbering, measures in brackets, punctuation: what is written equal is compared equal."""
    text = normalise(name)
    while (shorter := _IDLE.sub("", _NUMBERING.sub("", _BRACKETS.sub("", text)))) != text:
        text = shorter
    return text


def bare(name: str) -> str:
    """Return a plain name without an ending that says only that something is counted: 登记诉求数 is 登记诉求."""
    text = plain(name)
    for ending in _ENDINGS:
        if text.endswith(ending) and len(text) - len(ending) >= _SHORT:
            return text.removesuffix(ending)
    return text


def likeness(one: str, other: str) -> float:
    """Return how alike two bare names are, 0 to 1: what share of pairs of characters they have in common."""
    first, second = _pairs(one), _pairs(other)
    if not first or not second:
        return 0.0
    return 2 * len(first & second) / (len(first) + len(second))


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)} if len(text) > 1 else {text} - {""}
