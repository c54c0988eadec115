"""Which hashes are known, and which row of a table each has: one bit a hash instead of one number. Pure NumPy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minfu.language.grams import Hashes

_WORD = 64


@dataclass(frozen=True)
class Known:
    """A bit per hash in ``words`` of 64, and the row before the first of each word (``rows``). Rows count up with the hashes.

    Four million hashes take 0.8 MB, so that looking one up stays within the processor's cache.
    """

    words: NDArray[np.uint64]
    rows: NDArray[np.int32]

    def places(self, hashes: Hashes) -> NDArray[np.int32]:
        """Return the row of each hash; 0 for one that is not known."""
        at = hashes >> np.int32(6)
        word = self.words.take(at)
        bit = np.left_shift(np.uint64(1), (hashes & np.int32(_WORD - 1)).astype(np.uint64))
        rows = self.rows.take(at) + np.bitwise_count(word & (bit - np.uint64(1)))
        # One more than the bits before it: rows begin at 1.
        return np.asarray((rows + np.int32(1)) * ((word & bit) != 0), np.int32)

    def fits(self, bits: int, size: int) -> bool:
        """Tell whether it knows hashes of so many bits, whose rows are all within a table of this size."""
        whole = len(self.words) == len(self.rows) == (1 << bits) // _WORD
        return (
            whole and self.rows.min() >= 0 and bool((self.rows + np.bitwise_count(self.words)).max() < size)
        )


def known(hashes: NDArray[np.integer], bits: int) -> Known:
    """Return what knows these hashes (each once, rising); their rows begin at 1."""
    flags = np.zeros(1 << bits, np.bool_)
    flags[hashes] = True
    words = np.packbits(flags, bitorder="little").view(np.dtype("<u8")).astype(np.uint64)
    each = np.bitwise_count(words).astype(np.int32)
    return Known(words, (np.cumsum(each, dtype=np.int32) - each).astype(np.int32))
