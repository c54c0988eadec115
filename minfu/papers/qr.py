"""QR codes as SVG for screens and paper, as PNG for Word."""

import io
from dataclasses import dataclass

import segno
from django.conf import settings
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Source:
    """Where what is printed was read from: the page's public address, and the same as a picture."""

    address: str
    code: SafeString


def source(path: str) -> Source:
    """Return where a printed page came from, by its path: whoever holds the paper gets back to its numbers, and on from there."""
    address = settings.MINFU_PUBLIC_URL + path
    return Source(address, SafeString(svg(address).decode()))


def svg(text: str) -> bytes:
    """Return a QR code as SVG without a size of its own; a quarter of it may be dirty or torn (error correction Q)."""
    buffer = io.BytesIO()
    code = segno.make_qr(text, error="q")
    code.save(buffer, kind="svg", border=4, omitsize=True, svgclass=None, lineclass=None, xmldecl=False)
    return buffer.getvalue()


def png(text: str) -> bytes:
    """Return the same QR code as a PNG, large enough for print."""
    buffer = io.BytesIO()
    segno.make_qr(text, error="q").save(buffer, kind="png", scale=8, border=4)
    return buffer.getvalue()
