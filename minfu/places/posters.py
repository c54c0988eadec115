"""The QR code on a grid's poster: it opens the report form with the grid filled in."""

import io

import segno
from django.conf import settings

from minfu.places.models import Grid

#: Path of the resident's form for a grid, before the grid's token; the cases room serves it.
REPORT_PATH = "/r/g/"


def report_url(grid: Grid) -> str:
    """Return the address that a grid's QR code holds."""
    return f"{settings.MINFU_PUBLIC_URL}{REPORT_PATH}{grid.qr_token}/"


def svg(grid: Grid) -> bytes:
    """Return the QR code as SVG without a size of its own; a quarter of it may be dirty or torn (error correction Q)."""
    buffer = io.BytesIO()
    code = segno.make_qr(report_url(grid), error="q")
    code.save(buffer, kind="svg", border=4, omitsize=True, svgclass=None, lineclass=None, xmldecl=False)
    return buffer.getvalue()
