"""What changed behind a published figure: the records that came and went, as the screen lists them."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import actor_of
from minfu.figures import rights
from minfu.figures.api.base import room
from minfu.figures.api.reading import FigureRecord, record_data
from minfu.figures.rules import corrected, published, registry
from minfu.figures.rules.corrected import Changed, Changes
from minfu.figures.rules.formula import Indicator
from minfu.kernel.api import Id, Out


class ChangedRecord(FigureRecord):
    """A record that came or went. What the caller may not open is ``hidden`` and says only why."""

    why: str


class CorrectionRecords(Out):
    """The records behind a correction: how many came and went, and the newest 50 of each.

    Where the digest that was frozen does not prove which they are, ``proved`` is false and nothing is listed. Nothing came nor
    went of a figure that is as it was published, or whose weights alone changed.
    """

    changed: bool
    proved: bool
    words: str
    came: int
    went: int
    new: list[ChangedRecord]
    gone: list[ChangedRecord]


@room.get(
    "/published-figures/{published_id}/changes",
    _("一份指标定稿以后变了的记录"),
    right=rights.VIEW,
    answer=CorrectionRecords,
)
def list_changes(request: HttpRequest, published_id: Id) -> CorrectionRecords:
    """List the records that came to a published figure since, and those that went; 404 whether it is absent or not yours."""
    actor = actor_of(request)
    row = published.get_published_for(actor, published_id)
    now = published.correction(row)
    found = corrected.changes(actor, row) if now.changed else Changes(proved=True)
    indicator = registry.indicator(row.indicator)
    return CorrectionRecords(
        changed=now.changed,
        proved=found.proved,
        words=found.words if now.changed else now.words,
        came=found.came,
        went=found.went,
        new=_records(found.new, indicator),
        gone=_records(found.gone, indicator),
    )


def _records(found: Sequence[Changed], indicator: Indicator) -> list[ChangedRecord]:
    return [ChangedRecord(**record_data(one.record, indicator), why=one.why) for one in found]
