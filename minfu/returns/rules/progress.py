"""How far the copies of a form have come: counts, and for each count the copies it counts. Units, never persons."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.kernel.errors import Invalid
from minfu.returns import states
from minfu.returns.models import Copy, Form
from minfu.returns.rules import access

#: Copies shown on the page; all go out as a table.
MOST = 400
#: Beside the states of a copy, what copies are narrowed by: those that are late, and none.
LATE, ALL = "late", ""


@dataclass(frozen=True)
class Part:
    """A count of copies; ``query`` is what of an address leads to those copies."""

    label: str
    number: int
    query: str
    chosen: bool


@dataclass(frozen=True)
class Progress:
    """The copies of a form in sight, as an address narrows them, with the counts it can be narrowed by."""

    parts: Sequence[Part]
    #: The newest ones, ``MOST`` of them.
    copies: Sequence[Copy]
    #: How many copies the reader may not see; of all states together, so that it tells of no unit what it did.
    hidden: int
    period: str
    query: str

    @property
    def is_begun(self) -> bool:
        """Tell whether anybody was asked yet, or an address narrows what there is."""
        return bool(self.query or self.hidden) or any(part.number for part in self.parts)

    @property
    def is_cut(self) -> bool:
        """Tell whether there are more copies than are shown."""
        return any(part.chosen and part.number > len(self.copies) for part in self.parts)


def narrowed(rows: QuerySet[Copy], part: str, period: str) -> QuerySet[Copy]:
    """Return copies of one state, or those that are late, and of one period; all for none. ``Invalid`` for another text."""
    if period:
        rows = rows.filter(period=period)
    if part == ALL:
        return rows
    if part == LATE:
        return rows.filter(access.late())
    if part not in dict(states.COPY.choices):
        raise Invalid({"in": [_("筛选条件“%(value)s”不存在，请重新选择。") % {"value": part[:20]}]})
    return rows.filter(state=part)


def progress(actor: Actor, form: Form, part: str = ALL, period: str = "") -> Progress:
    """Return how far a form's copies have come, as far as the actor may see them, narrowed as ``narrowed`` says."""
    seen = narrowed(access.copies_for(actor).filter(form=form), ALL, period)
    listed = narrowed(seen, part, ALL).select_related("unit")
    counts = seen.order_by("state").values_list("state")
    found = list(counts.annotate(number=Count("pk"), late=Count("pk", filter=access.late())))
    number = sum(one for _state, one, _late in found)
    parts = [
        _part(part, period, ALL, _("全部"), number),
        *(_part(part, period, state, str(states.COPY[state].label), one) for state, one, _late in found),
        _part(part, period, LATE, _("过了期限没交"), sum(late for _state, _one, late in found)),
    ]
    return Progress(
        parts=[one for one in parts if one.number or one.chosen],
        copies=list(listed.order_by("-period", "unit__division_id", "unit_id")[:MOST]),
        hidden=narrowed(form.copies.all(), ALL, period).count() - number,
        period=period,
        query=query(part, period),
    )


def query(part: str, period: str) -> str:
    """Return what of an address narrows copies so."""
    return urlencode({key: value for key, value in (("in", part), ("period", period)) if value})


def _part(chosen: str, period: str, name: str, label: str, number: int) -> Part:
    return Part(label, number, query(name, period), name == chosen)
