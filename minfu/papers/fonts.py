"""Which fonts of this machine PDFs are set with. Pure but for reading font files; knows no Django."""

import sys
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typst

#: Fonts for running text and for headings, the best first. All free but those of Windows, which an office may have.
SERIF = (
    "Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC", "FandolSong", "SimSun", "AR PL SungtiL GB",
)  # fmt: skip
SANS = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "FandolHei", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei",
    "Microsoft YaHei", "SimHei",
)  # fmt: skip
#: Fonts of official documents by their part in GB/T 9704, the official ones first: an office that holds a licence puts them
#: into ``MINFU_HOME/fonts``. Free ones stand in for them.
OFFICIAL = {
    "fang": ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", "FandolFang", "FandolFang R"),
    "kai": ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", "FandolKai", "LXGW WenKai", "AR PL UKai CN"),
    "hei": ("SimHei", "黑体", "FandolHei"),
    "song": ("SimSun", "宋体", "FandolSong"),
    "title": ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "FZXiaoBiaoSong-B05", "STZhongsong"),
}  # fmt: skip
#: What set-up brings for this installation (``tools/fonts.py``).
BROUGHT = Path(sys.prefix) / "share" / "fonts" / "minfu"
#: Fonts for what those lack: signs, other alphabets.
FILL = ("DejaVu Sans", "Liberation Serif", "Libertinus Serif")
#: A font that has these can print Chinese.
_PROBE = "民富诉求回执登记单位"
_REGULAR = 400


@dataclass(frozen=True)
class Fonts:
    """The families for text and for headings, each with what fills its gaps; their files with the number inside.

    ``usual``: at least one is a font we know and have looked at. ``official``: the families for each part of an official
    document, its own first where this machine has one; ``bold`` when the title is set in a bold 宋 instead of 小标宋.
    """

    serif: tuple[str, ...]
    sans: tuple[str, ...]
    files: tuple[tuple[str, int], ...]
    usual: bool = True
    official: dict[str, tuple[str, ...]] = field(default_factory=dict)
    bold: bool = True

    @property
    def replaced(self) -> tuple[str, ...]:
        """Return the parts of an official document for which only a font for running text is there."""
        return tuple(
            part for part in ("fang", "kai") if not set(OFFICIAL[part]) & set(self.official.get(part, ()))
        )


def choose(known: "Iterable[typst.FontInfo] | None" = None) -> Fonts | None:
    """Return the fonts to set PDFs with, None when no font of this machine can print Chinese."""
    by_family: dict[str, typst.FontInfo] = {}
    for one in known if known is not None else loaded().fonts():
        held = by_family.get(one.family)
        if held is None or (one.weight == _REGULAR and one.style == "normal"):
            by_family[one.family] = one
    serif = [name for name in SERIF if name in by_family]
    sans = [name for name in SANS if name in by_family]
    usual = bool(serif or sans)
    if not usual:
        serif = sans = [name for name, one in by_family.items() if _can_print(one)][:1]
    if not serif and not sans:
        return None
    fill = [name for name in FILL if name in by_family]
    first, second = _chain(serif, sans, fill), _chain(sans, serif, fill)
    files = tuple(_file(by_family[name]) for name in first if _path(by_family[name]))
    official = {part: _chain([n for n in names if n in by_family], second if part == "hei" else first)
                for part, names in OFFICIAL.items()}  # fmt: skip
    bold = official["title"][0] not in OFFICIAL["title"]
    return Fonts(first, second, files, usual, official, bold)


def loaded(folders: Iterable[str] = ()) -> "typst.Fonts":
    """Return every font of this machine, those set-up brought and those in ``folders``, as typst takes them."""
    import typst

    places = [str(BROUGHT), *folders]
    there: list[str] = [one for one in places if Path(one).is_dir()]
    return typst.Fonts(font_paths=there)


def _chain(*groups: Sequence[str]) -> tuple[str, ...]:
    """Return the families of all groups, each once, in their order."""
    return tuple(dict.fromkeys(name for group in groups for name in group))


def _path(one: "typst.FontInfo") -> str:
    """Return the file of a font; empty for one that typst carries itself."""
    return str(one.path or "")


def _file(one: "typst.FontInfo") -> tuple[str, int]:
    return _path(one), int(one.index or 0)


def _can_print(one: "typst.FontInfo") -> bool:
    """Tell whether a font has what Chinese needs; a file that cannot be read has nothing."""
    return bool(_path(one)) and {ord(sign) for sign in _PROBE} <= characters([_file(one)])


def characters(files: Iterable[tuple[str, int]], wanted: AbstractSet[int] = frozenset()) -> set[int]:
    """Return the code points that these font files (path, number inside) can print; a file takes tenths of seconds.

    With ``wanted`` only as many files are read as it takes to find those.
    """
    from fontTools.ttLib import TTFont, TTLibError

    found: set[int] = set()
    for path, number in files:
        try:
            with TTFont(path, fontNumber=number, lazy=True) as font:
                found.update(font.getBestCmap() or ())
        except (TTLibError, OSError):
            continue
        if wanted and wanted <= found:
            break
    return found
