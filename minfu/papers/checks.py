"""The part of ``minfu doctor`` about paper: is there a font that can print Chinese."""

from collections.abc import Iterator

from minfu.kernel.doctor import Finding, Progress
from minfu.papers import press
from minfu.papers.fonts import Fonts

_REMEDY = "请安装中文字体。Debian、Ubuntu 运行:apt-get install fonts-noto-cjk;装好就能用,不用重新启动。"

_OFFICIAL = (
    "要装自由的仿宋、楷体,运行 tools/setup.sh fonts;"
    "有方正小标宋、仿宋_GB2312 授权的,把字体文件放进 MINFU_HOME 下的 fonts 文件夹"
)


def fonts(progress: Progress) -> Iterator[Finding]:
    """Say with which fonts PDFs are set, or that there is none that has Chinese."""
    del progress
    found = press.fonts()
    if found is None:
        words = "这台机器上没有中文字体,回执、案卷和海报不能做成 PDF(网页照常用,也可以用浏览器打印)"
        yield Finding("打印字体", well=False, words=words, remedy=_REMEDY)
        return
    words = f"PDF 用 {found.serif[0]}(正文)和 {found.sans[0]}(标题)"
    if not found.usual:
        words += ";没有找到常用的字体,凑合用现有的,人名里的生僻字可能印不全,建议安装 fonts-noto-cjk"
    yield Finding("打印字体", well=True, words=words)
    yield _official(found)


def _official(found: Fonts) -> Finding:
    """Say with which fonts official documents are set."""
    names = {"fang": "仿宋", "kai": "楷体"}
    lacking = "、".join(names[part] for part in found.replaced)
    words = f"公文 PDF 用 {found.official['fang'][0]}(正文)和 {found.official['title'][0]}(标题)"
    if lacking:
        words += f";没有{lacking},用宋体代替,Word 文件不受影响。{_OFFICIAL}"
    return Finding("公文字体", well=True, words=words)
