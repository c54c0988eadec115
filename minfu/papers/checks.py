"""The part of ``minfu doctor`` about paper: is there a font that can print Chinese."""

from collections.abc import Iterator

from minfu.kernel.doctor import Finding, Progress
from minfu.papers import press

_REMEDY = "请安装中文字体。Debian、Ubuntu 运行:apt-get install fonts-noto-cjk;装好就能用,不用重新启动。"


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
