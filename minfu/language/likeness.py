"""How alike two texts are: rare runs of two and three characters that both hold. Pure NumPy, no database, no county.

A text becomes its **marks**: the hashes of the runs in its beginning with how often each stands there, the title's counted
several times. What a run is worth is for the caller to say (``Rarity``, or how rare it is among the texts at hand).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minfu.language import grams, named

Floats = NDArray[np.float32]
Ids = NDArray[np.int32]

BITS = 20
#: Characters of a text that are read, and how much more a run counts that stands in the title.
MOST_READ, TITLE = 400, 5
#: Runs of a text that are kept: the most telling ones, as many as a name and a matter have. More blur, fewer know names only.
KEPT = 72
#: A run in more than this share of the texts tells nothing; nor does one seen in fewer texts than ``KNOWN``.
COMMON, KNOWN = 0.05, 3
#: In a small collection a run may stand in so many texts before it counts as common.
FEW = 10
_TWO, _THREE = 1, 2
_TINY = 1e-9
#: What people say to an office whatever the matter is.
_FRAME = re.compile(
    "尊敬的|领导|您好|你好|请问|咨询|投诉|举报|建议|希望|反映|关于|请求|恳请|强烈|要求|督促|有关部门|相关部门|的问题|问题|什么时候|何时|能否|"
    "小区|业主|居民|村民|情况|解决|处理"
)
_BETWEEN = "\x03"
#: Stars in place of personal data (``personal.masked``), with the words that announced them: two people who leave a number tell
#: of nothing in common.
_MASKED = re.compile(
    r"(?:(?:[我名]叫|姓名|本人|联系人|联系方式|联系电话|电话|手机|微信|身份证|银行卡|卡号|车牌|号码|号)+[是为:： ]{0,2})?"
    r"(?:[\u3400-\u9fff]\*(?![\d*])|[\u3400-\u9fff][A-Za-z]\*{5}"
    r"|(?:住?[\d一二三四五六七八九十]{1,3}(?:栋|幢|座|号楼))?(?:[\d一二三四五六七八九十]单元)?\d*-?\*{4,}[\dXx]*[室房号户]?)[,，]?"
)


@dataclass(frozen=True)
class Marks:
    """The runs of a text, each once, and how much each counts in it (logarithmic); what its title names."""

    ids: Ids
    amounts: Floats
    names: named.Names

    def __len__(self) -> int:
        return len(self.ids)


def marks(text: str) -> Marks:
    """Return the marks of one text; none for an empty one."""
    return marked([text])[0]


def marked(texts: Sequence[str]) -> list[Marks]:
    """Return the marks of texts, in their order. Time grows with their number only: of each the beginning is read."""
    if not texts:
        return []
    parts: list[str] = []
    leads: list[str] = []
    for text in texts:
        told = text[: 2 * MOST_READ]
        whole, lead = grams.blocks(_MASKED.sub("", told) if "*" in told else told)
        leads.append(lead)
        parts += [_FRAME.sub(_BETWEEN, whole[:MOST_READ]), _FRAME.sub(_BETWEEN, lead)]
    found, begins = grams.hashed(parts, BITS)
    names = named.names(leads, BITS)
    ends = np.append(begins[1:], len(found[0]))
    return [
        _marks(
            [found[order][begins[at] : ends[at]] for order in (_TWO, _THREE)],
            [found[order][begins[at + 1] : ends[at + 1]] for order in (_TWO, _THREE)],
            names[at // 2],
        )
        for at in range(0, len(parts), 2)
    ]


def _marks(whole: list[grams.Hashes], lead: list[grams.Hashes], names: named.Names) -> Marks:
    body, title = np.concatenate(whole), np.concatenate(lead)
    amounts = np.concatenate([np.ones(len(body)), np.full(len(title), TITLE)])
    runs = np.concatenate([body, title])
    inside = runs > 0
    ids, places = np.unique(runs[inside], return_inverse=True)
    counted = np.bincount(places, amounts[inside], minlength=len(ids))
    return Marks(ids.astype(np.int32), (1 + np.log(np.maximum(counted, 1))).astype(np.float32), names)


class Rarity:
    """In how many of the texts seen so far each run stood: nothing is known of those to come."""

    def __init__(self) -> None:
        self.texts = 0
        self._seen = np.zeros(1 << BITS, np.int32)

    def see(self, one: Marks) -> None:
        """Count one more text."""
        self.texts += 1
        self._seen[one.ids] += 1

    def worth(self, ids: Ids) -> Floats:
        """Return what runs are worth now; nothing for common ones and for those seen hardly ever."""
        seen = self._seen[ids]
        return np.where(seen < KNOWN, np.float32(0), self.promise(ids))

    def promise(self, ids: Ids) -> Floats:
        """Return what runs would be worth once they are known."""
        return worth(self._seen[ids], self.texts)

    def telling(self, one: Marks) -> Marks:
        """Return the most telling runs of a text, strongest first: those that are known, or may become so."""
        promise = one.amounts * self.promise(one.ids)
        order = np.argsort(-promise, kind="stable")[:KEPT]
        order = order[promise[order] > 0]
        return Marks(one.ids[order], one.amounts[order], one.names)


def worth(seen: NDArray[np.integer], texts: int) -> Floats:
    """Return what runs are worth that stand in ``seen`` of so many texts; nothing for common ones."""
    rare = np.log((texts + 1) / (seen + 0.5)).astype(np.float32)
    return np.where(seen > max(COMMON * texts, FEW), np.float32(0), np.maximum(rare, 0))


def alike(one: Marks, others: Sequence[Marks]) -> Floats:
    """Return how alike ``one`` is to each of the others, from 0 to 1; what is rare among all of them counts most.

    For small collections (the demands of a place): what a run is worth is judged by these texts alone.
    """
    if not others:
        return np.zeros(0, np.float32)
    lengths = np.asarray([len(other) for other in others])
    ids = np.concatenate([other.ids for other in others])
    seen = np.bincount(ids, minlength=1 << BITS)
    pull = np.zeros(1 << BITS, np.float32)
    own = one.amounts * _among(seen[one.ids] + 1, len(others) + 1)
    pull[one.ids] = own
    weights = np.concatenate([other.amounts for other in others]) * _among(seen[ids], len(others) + 1)
    owner = np.repeat(np.arange(len(others)), lengths)
    shared = np.bincount(owner, weights * pull[ids], minlength=len(others))
    length = np.sqrt(np.bincount(owner, weights * weights, minlength=len(others)))
    return np.asarray(shared / (length * float(np.sqrt((own * own).sum())) + _TINY), np.float32)


def _among(seen: NDArray[np.integer], texts: int) -> Floats:
    """Return what runs are worth in a small collection: the rarer the more, even the commonest a little."""
    return np.asarray(np.log(1 + texts / np.maximum(seen, 1)), np.float32)
