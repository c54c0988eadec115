"""The poster of a grid with its QR code, which opens the report form with the grid filled in."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.utils.translation import gettext as _

from minfu.kernel.errors import Missing, Refused
from minfu.papers import press, qr
from minfu.places.models import Grid

#: Path of the resident's form for a grid, before the grid's token; the cases room serves it.
REPORT_PATH = "/r/g/"
#: Posters in one file at most.
MOST = 100
Paper = Literal["a4", "a3"]
_TEMPLATE = Path(__file__).with_name("typst") / "poster.typ"


def report_url(grid: Grid) -> str:
    """Return the address that a grid's QR code holds."""
    return f"{settings.MINFU_PUBLIC_URL}{REPORT_PATH}{grid.qr_token}/"


def svg(grid: Grid) -> bytes:
    """Return the QR code as SVG without a size of its own; a quarter of it may be dirty or torn (error correction Q)."""
    return qr.svg(report_url(grid))


def pdf(grids: Sequence[Grid], paper: Paper = "a4") -> bytes:
    """Return the posters of these grids (with village and township fetched) as one PDF, one a page, on A4 or A3.

    ``Missing`` when there are none, ``Refused`` for more than ``MOST``.
    """
    if not grids:
        raise Missing(_("没有可以打印的海报。"))
    if len(grids) > MOST:
        sentence = _("一次最多 %(most)d 张海报，请按村分几次打印。")
        raise Refused(sentence % {"most": MOST}, code="too_many")
    data = {
        "paper": paper,
        "call": _("有事，扫一扫"),
        "lead": _("路灯不亮、水管破了、邻里有矛盾、政策不明白，都可以说。"),
        "steps": [
            _("用手机相机或微信扫上面的码，不用注册，不用装软件。"),
            _("说清什么事、在哪里；可以不留姓名。"),
            _("记下查询码，随时查办到哪一步；办完由您来评。"),
        ],
        "typed": _("扫不了码，也可以在浏览器里打开："),
        "emergency": _("火情119　伤病120　治安110，请直接打电话。"),
        "grids": [_one(grid) for grid in grids],
    }
    pictures = {f"{grid.code}.svg": svg(grid) for grid in grids}
    return press.pdf(_TEMPLATE, data, title=_("网格二维码海报"), pictures=pictures)


def _one(grid: Grid) -> dict[str, str]:
    """Return what the poster of one grid says of it."""
    township = grid.village.parent.name if grid.village.parent else ""
    return {
        "place": f"{township} {grid.village.place_name}".strip(),
        "name": grid.name,
        "code": grid.code,
        "url": report_url(grid),
        "picture": f"{grid.code}.svg",
        "alt": _("%(name)s的报事二维码") % {"name": grid.name},
    }


def file_name(grids: Sequence[Grid], paper: Paper) -> str:
    """Return the file name of posters: the grid's, or the village's for several."""
    where = grids[0].village.place_name + (grids[0].name if len(grids) == 1 else "")
    return _("海报-%(where)s-%(paper)s.pdf") % {"where": where, "paper": paper.upper()}
