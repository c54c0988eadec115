"""Pages of lists: each starts after the key of the last row before it, so that nothing is skipped or counted.

For programs a cursor is opaque; it holds one key in characters that need no escaping in an address. A screen's address holds
the key itself, and one that is none leads to the first page.
"""

from base64 import b64decode, urlsafe_b64encode
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from minfu.kernel.errors import Invalid

Row = TypeVar("Row", bound=Model)
#: Rows of a page unless told otherwise, and the most one may ask for.
SIZE, LONGEST = 100, 200
#: Rows of a screen's list in sight at once.
SHOWN = 40
#: As many digits as any key has: they fit PostgreSQL's bigint.
KEY_DIGITS = 18


def pack(text: str) -> str:
    """Return a cursor that holds ``text``; empty for none."""
    return urlsafe_b64encode(text.encode()).decode()


def unpack(cursor: str) -> str:
    """Return what a cursor holds. ``Invalid`` for what was never one."""
    try:
        text = b64decode(cursor, altchars=b"-_", validate=True).decode()
    except ValueError:  # not base64, or not of text
        raise lost() from None
    if not text or "\0" in text:
        raise lost()
    return text


def lost() -> Invalid:
    """Return the refusal of a cursor that leads nowhere."""
    return Invalid({"cursor": [_("翻页位置已失效，请回到第一页。")]})


def page(
    rows: QuerySet[Row], *, cursor: str = "", size: int = SIZE, key: str = "pk", newest_first: bool = False
) -> tuple[list[Row], str]:
    """Return the page of ``rows`` after ``cursor`` and the cursor of the page after it ("" on the last).

    ``key`` names a unique column, by which the rows are ordered, downwards if ``newest_first``. ``Invalid`` for a cursor
    that is none.
    """
    if cursor:
        field = rows.model._meta.pk if key == "pk" else rows.model._meta.get_field(key)  # noqa: SLF001 - Django's documented Meta API
        try:
            start = field.to_python(unpack(cursor))  # type: ignore[union-attr]  # of a plain column, never of a relation's other end
        except ValidationError:
            raise lost() from None
        rows = rows.filter(**{f"{key}__{'lt' if newest_first else 'gt'}": start})
    size = max(1, min(size, LONGEST))
    found = list(rows.order_by(f"-{key}" if newest_first else key)[: size + 1])
    more = len(found) > size
    return found[:size], pack(str(getattr(found[size - 1], key))) if more else ""


def number_of(text: str, digits: int = KEY_DIGITS) -> int | None:
    """Return the whole number a text of at most so many digits is, None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def newest(rows: QuerySet[Row], after: str, size: int = SHOWN) -> tuple[list[Row], int | None]:
    """Return a screen's page of ``rows``, the newest first, and the key after which the next one begins (None on the last).

    ``after`` is such a key from an address; what is none leads to the first page.
    """
    start = number_of(after)
    if start is not None:
        rows = rows.filter(pk__lt=start)
    found = list(rows.order_by("-pk")[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else None
