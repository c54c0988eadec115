"""An official document as OFD: the pages of its PDF, with what the file says of itself."""

from minfu.papers import press
from minfu.papers.official import model
from minfu.papers.official.model import Official
from minfu.papers.official.pdf import TEMPLATE, data

MEDIA_TYPE = "application/ofd"


def ofd(document: Official) -> bytes:
    """Return the document as OFD. Raises ``Invalid`` for what the layout does not allow, and what ``press.ofd`` raises.

    The file names title, unit, date, kind and number of the document; the same document gives the same bytes.
    """
    model.check(document)
    about = {
        "title": document.title,
        "author": "、".join(document.units) or document.printed_by,
        "subject": document.kind.label if document.kind else "",
        "day": document.day.isoformat() if document.day else "",
        "facts": {"发文字号": document.number} if document.number else {},
    }
    pictures = {one.name: one.svg for one in document.pictures}
    return press.ofd(TEMPLATE, data(document), about=about, pictures=pictures)
