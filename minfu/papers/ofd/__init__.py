"""Pages as OFD (GB/T 33190-2016), in which Chinese offices exchange finished documents: the PDF typst laid out, written anew.

Knows no Django: it runs in the process that sets the PDF (``minfu.papers.child``). Why: docs/decisions/ofd.md.
"""

from minfu.papers.ofd.package import About, package
from minfu.papers.ofd.reading import UnsupportedError, pages

__all__ = ["About", "UnsupportedError", "from_pdf"]


def from_pdf(pdf: bytes, about: About) -> bytes:
    """Return the pages of a PDF of ours as OFD: same places, same glyphs, text that can be copied, links that lead on.

    The same PDF and ``about`` give the same bytes. Raises ``UnsupportedError`` for what typst does not write for us
    (bitmaps, turned text): nothing is left out silently.
    """
    return package(pages(pdf), about)
