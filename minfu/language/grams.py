"""Texts as numbers: every run of one, two and three characters, hashed. Pure NumPy.

A text has two blocks: all of it, and its **lead**, the title or the beginning, which says most about the matter. Runs of digits'
values do not matter: all digits are one character.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minfu.language.normal import normalise

Codes = NDArray[np.uint32]
Hashes = NDArray[np.int32]

#: Characters of a text that are read; the rest of a longer one says nothing new.
MOST_READ = 3000
#: A first line up to this long is a title; without one the beginning of this length stands for it.
LONGEST_TITLE, LEAD = 60, 25
ORDERS = (1, 2, 3)
#: Bits of a hash in each block: all of a text, its lead. Few runs share a hash then.
BITS = (23, 21)
#: Texts that are looked at together; more would fall out of the processor's cache.
BATCH = 64
_BEGIN, _END = "\x01", "\x02"
_SPACES = re.compile(r"\s+")
_MIX = np.uint32(0x9E3779B1)
_FIRST = (np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35), np.uint32(0x27D4EB2F))
_ZERO, _NINE = np.uint32(ord("0")), np.uint32(ord("9"))


def blocks(text: str) -> tuple[str, str]:
    """Return a text's two blocks in normal form, without white space: the whole, the lead."""
    normal = normalise(text[: 2 * MOST_READ])[:MOST_READ]
    first, line_end, _rest = normal.partition("\n")
    lead = first if line_end and len(first) <= LONGEST_TITLE else normal[:LEAD]
    return _SPACES.sub("", normal), _SPACES.sub("", lead)


@dataclass(frozen=True)
class Runs:
    """The runs of some texts: each of a text's once, ``begins`` of each text in ``hashes``, and how many ``times`` it is there.

    Every text has the hash 0, which stands for no run.
    """

    begins: NDArray[np.int64]
    hashes: Hashes
    times: NDArray[np.int32]


def runs(texts: Sequence[str], bits: int) -> Runs:
    """Return the runs of at most ``BATCH`` texts."""
    found, begins = hashed(texts, bits)
    owners = np.zeros(len(found[0]), np.int32)
    owners[begins[1:]] = 1 << bits
    np.cumsum(owners, out=owners)
    keys = np.concatenate([hashes | owners for hashes in found])
    keys.sort()
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    times = np.diff(first, append=len(keys)).astype(np.int32)
    keys = keys[first]
    return Runs(
        np.searchsorted(keys, np.arange(len(texts), dtype=np.int32) << bits), keys & ((1 << bits) - 1), times
    )


def hashed(texts: Sequence[str], bits: int) -> tuple[list[Hashes], NDArray[np.int64]]:
    """Return the hashes of all runs of each order over the texts joined, and where each text begins in them.

    A run that reaches into the next text has the hash 0; no other has.
    """
    codes = np.frombuffer("".join([_BEGIN + text + _END for text in texts]).encode("utf-32-le"), np.uint32)
    codes = np.where((codes >= _ZERO) & (codes <= _NINE), _ZERO, codes)
    lengths = np.fromiter((len(text) + 2 for text in texts), np.int64, len(texts))
    ends = np.cumsum(lengths)
    found: list[Hashes] = []
    running = codes * _MIX
    for order in ORDERS:
        if order > 1:
            running = (running[:-1] ^ codes[order - 1 :]) * _MIX
            running ^= running >> np.uint32(15)
        found.append(_closed(running * _FIRST[order - 1], ends, order, bits))
    return found, ends - lengths


def _closed(running: Codes, ends: NDArray[np.int64], order: int, bits: int) -> Hashes:
    """Return the hashes of one order, as many as there are characters, 0 where a run leaves its text."""
    whole = np.zeros(len(running) + order - 1, np.int32)
    whole[: len(running)] = (running >> np.uint32(32 - bits)).astype(np.int32)
    np.maximum(whole, 1, out=whole)
    for back in range(1, order):
        whole[ends - back] = 0
    return whole
