"""Rows of a list as a file: formulas neutralised; contact data opened one by one, each look recorded; watermarked."""

import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.files.sheets import Watermark, csv_lines, write_xlsx
from minfu.kernel import clock
from minfu.kernel.errors import Refused
from minfu.kernel.listings import Listing
from minfu.kernel.templatetags.minfu import moment
from minfu.registry.rules.purposes import purpose as purpose_of
from minfu.registry.vault import Purpose

_CHUNK = 500


def count(rows: Iterable[Any], most: int) -> int:
    """Return how many rows there are, counted up to ``most`` and one more."""
    if isinstance(rows, QuerySet):
        return int(rows.order_by()[: most + 1].count())
    return len(list(rows))


def titles(listing: Listing, *, personal: bool) -> list[str]:
    """Return the titles of the columns."""
    more = listing.personal.titles if personal and listing.personal else ()
    return [str(column.title) for column in listing.columns] + [str(one) for one in more]


def cells(
    listing: Listing, rows: Iterable[Any], actor: Actor, purpose: Purpose | None = None
) -> Iterator[list[object]]:
    """Yield the cells row by row; with a purpose those of contact data too, each look recorded before its row is written."""
    each = rows.iterator(chunk_size=_CHUNK) if isinstance(rows, QuerySet) else rows
    for row in each:
        line = [column.value(row) for column in listing.columns]
        if purpose is not None and listing.personal is not None:
            line += _opened(listing, row, actor, purpose)
        yield line


def _opened(listing: Listing, row: Any, actor: Actor, purpose: Purpose) -> list[object]:
    """Return the cells of contact data of one row; where it is not this actor's to see, why."""
    assert listing.personal is not None  # noqa: S101 - asked by the caller
    try:
        return list(listing.personal.open(actor, row, purpose))
    except Refused as refusal:
        return [str(refusal.message), *[""] * (len(listing.personal.titles) - 1)]


def written(
    format_: str, head: list[str], rows: Iterable[list[object]], *, name: str, mark: Watermark | None = None
) -> bytes:
    """Return the file. A watermark is possible in Excel only."""
    if format_ == "csv":
        return "".join(csv_lines(head, rows)).encode()
    out = io.BytesIO()
    write_xlsx(out, head, rows, name=name, watermark=mark)
    return out.getvalue()


def watermark(actor: Actor, label: str, purpose: Purpose, *, run: int, rows: int) -> Watermark:
    """Return the watermark of a file with contact data: who took it, when, for what, under which number."""
    at = moment(clock.now())
    known = purpose_of(purpose.code)
    told = (
        (
            _("这是什么"),
            _("%(label)s，含居民姓名、电话和住址，共 %(rows)d 行") % {"label": label, "rows": rows},
        ),
        (_("谁导出"), actor.label),
        (_("什么时候"), at),
        (_("用途"), f"{known.label if known else purpose.code}：{purpose.explanation}"),
        (_("导出编号"), str(run)),
        (
            _("请注意"),
            _("只用于上面写的用途，用完即删，不得转发、张贴。每一行的查看都已记录，居民本人看得到。"),
        ),
    )
    return Watermark(
        told,
        _("%(who)s %(at)s 导出编号%(run)d 内部使用不得外传") % {"who": actor.label, "at": at, "run": run},
    )
