"""What a text's title names: a school, a hospital, an estate. Pure: no gazetteer, no database.

Two texts in almost the same words about two schools are two matters: what one copied from the other is not what happened. A
name is known by what it ends with (``…小学``, ``…小区``) and kept as the run of two characters before that, since nothing tells
where in a sentence it begins. So two names are taken for one rather too often than too seldom. Villages and townships are left
out: what moves people (dust, water, a road) reaches across many, and each names its own.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from minfu.language import grams

Names = NDArray[np.int32]

#: Names that are kept of a title: it seldom tells of more.
EACH = 3
_TOLD, _TWO = 2, 1
#: What a name ends with.
_ENDS = (
    "学院|大学|学校|中学|小学|幼儿园|医院|卫生院|小区|花园|家园|嘉园|公寓|国际|公馆|山庄|广场|大厦|豪庭|苑"
)
_NAME = re.compile(rf"([\u4e00-\u9fffA-Za-z0-9]*?)(?:{_ENDS})")
#: Where no name goes on: words that join, and what people say to an office.
_BREAK = re.compile(
    "请问|咨询|投诉|举报|建议|希望|反映|反应|关于|请求|恳请|强烈|要求|督促|关注|再次|我们|附近|旁边|周边|"
    "的|是|在|对|与|及|省|市|县|镇|乡|村|街道"
)
#: What stands in many names, or says which kind without a name. No two ways to read the same characters: time stays bounded.
_KIND = re.compile(
    "(?:实验|职业|技术|培训|配套|公立|公办|民办|私立|普惠性?|附属|人民|中心|中医|第|[一二三四五六七八九十0-9]|期|安置|老旧|住宅|"
    f"居民|居住|新建|高档|多个|一个|这个|整个|部分|社区|新|城|园|老|{_ENDS})+$"
)


def names(leads: Sequence[str], bits: int) -> Names:
    """Return the names in titles, a row of ``EACH`` for each title, 0 where there is none.

    A name is the hash of its run of two characters (``grams.hashed`` with as many bits).
    """
    found = np.zeros((len(leads), EACH), np.int32)
    told = [(at, place, name) for at, lead in enumerate(leads) for place, name in enumerate(_told(lead))]
    if told:
        hashes, begins = grams.hashed([name for _at, _place, name in told], bits)
        rows, places = [at for at, _place, _name in told], [place for _at, place, _name in told]
        found[rows, places] = hashes[_TWO][begins + 1]
    return found


def _told(lead: str) -> list[str]:
    """Return the last two characters of each name in a title, without what many names have."""
    heads = (_KIND.sub("", head)[-_TOLD:] for part in _BREAK.split(lead) for head in _NAME.findall(part))
    return [*dict.fromkeys(head for head in heads if len(head) == _TOLD)][:EACH]


def strangers(some: tuple[Names, Names], others: tuple[Names, Names]) -> NDArray[np.bool_]:
    """Return which pairs tell of different things, a row for each of ``some``. Texts are their names and all their runs.

    Both name something, nothing in common, and neither tells of the other's name anywhere.
    """
    (here, here_runs), (there, there_runs) = some, others
    strange = np.asarray((here[:, :1] != 0) & (there[:, 0] != 0))
    row, column = strange.nonzero()
    strange[row, column] = ~_any_in(here[row], there[column])
    row, column = strange.nonzero()
    strange[row, column] = ~(_any_in(here[row], there_runs[column]) | _any_in(there[column], here_runs[row]))
    return strange


def _any_in(names_of: Names, runs: Names) -> NDArray[np.bool_]:
    """Return for each row whether any of the names is among the runs."""
    there = (names_of[:, :, None] == runs[:, None, :]) & (names_of != 0)[:, :, None]
    return np.asarray(there.any(axis=(1, 2)))
