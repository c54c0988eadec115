"""What of a form is known already: to its author at the gate, and in each copy that is filled in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from minfu.accounts.actor import system
from minfu.accounts.models import Unit
from minfu.answers import door as answers
from minfu.figures import door as figures
from minfu.kernel.errors import Refused
from minfu.kernel.templatetags.minfu import moment
from minfu.returns.models import Copy, Decision, Field, Form
from minfu.returns.rules import spans

#: Things an author is shown for one field.
MOST = 3


def candidates(form: Form, name: str) -> list[answers.Match]:
    """Return what the house knows under a field's name, for the time the form asks about; the surest first."""
    return candidates_many(form, [name])[name]


def candidates_many(form: Form, names: Iterable[str]) -> dict[str, list[answers.Match]]:
    """Return the same for many names, in two statements."""
    fitting = ("", "standing", spans.kind_of(form))
    return {
        name: [one for one in found if one.span in fitting][:MOST]
        for name, found in answers.matches_many(names, most=10).items()
    }


@dataclass(frozen=True)
class Cell:
    """A field in one copy: what is known with the link to its records, or that it is asked. ``typed`` is what was told before."""

    field: Field
    #: What the software fills in; empty where it is asked.
    text: str = ""
    href: str = ""
    source: str = ""
    answer_id: int | None = None
    asked: bool = True
    typed: str = ""

    @property
    def name(self) -> str:
        """Return the name of the cell in a form on a screen and in the API."""
        return f"f{self.field.pk}"

    def kept(self) -> dict[str, Any]:
        """Return the cell as it is kept when the copy is handed in."""
        return {"text": self.text, "href": self.href, "self": not self.asked, "answer": self.answer_id}


def area_of(unit: Unit) -> str:
    """Return the area whose figures a unit's copy shows: its place; of a department what it does itself."""
    if unit.kind in (Unit.Kind.DEPARTMENT, Unit.Kind.OTHER):
        return f"u{unit.pk}"
    return "c" if unit.division_id.endswith("000000") else unit.division_id


def cells(copy: Copy, fields: Sequence[Field]) -> list[Cell]:
    """Return every field of a copy with what is known of it now; three statements for the answers, one read of the figures."""
    return cells_of([copy], fields)[copy.pk]


def cells_of(copies: Sequence[Copy], fields: Sequence[Field]) -> dict[int, list[Cell]]:
    """Return the same of several copies by number, read together for each period: as many statements as for one of it."""
    names = [one.means.partition(":")[2] for one in fields if _is_figure(one) and still_known(one)]
    found: dict[tuple[str, str, str], figures.Figure] = {}
    for period in dict.fromkeys(one.period for one in copies) if names else ():
        wanted = {area_of(one.unit) for one in copies if one.period == period}
        read = figures.figures_of(system(), names, wanted, period)
        found |= {(period, *key): figure for key, figure in read.items()}
    items = answers.items(one.item_key for one in fields if one.item_key)
    asked = {
        (copy.pk, field): (key, area, copy.period)
        for copy in copies
        for field, (key, area) in _kept_under(fields, copy.unit, items).items()
    }
    told = answers.known_many(asked.values())
    begun = figures.begun() if names else None
    return {
        copy.pk: [
            _cell(
                one,
                {name: found[copy.period, area_of(copy.unit), name] for name in names},
                told.get(asked[copy.pk, one.pk]) if one.item_key else None,
                begun,
            )
            for one in fields
        ]
        for copy in copies
    }


def kept_under(fields: Sequence[Field], unit: Unit) -> dict[int, tuple[str, str]]:
    """Return, by field, the item a unit's answers are kept under and for whom: its place, or itself. One statement."""
    return _kept_under(fields, unit, answers.items(one.item_key for one in fields if one.item_key))


def _kept_under(
    fields: Sequence[Field], unit: Unit, items: Mapping[str, answers.Item]
) -> dict[int, tuple[str, str]]:
    return {
        one.pk: (one.item_key, answers.area_of(items[one.item_key], unit)) for one in fields if one.item_key
    }


def _cell(
    field: Field, found: dict[str, figures.Figure], told: answers.Known | None, begun: date | None
) -> Cell:
    """Return a field; ``begun``: the day before which nothing was recorded here (None: nothing yet), so that a nought is none."""
    name = field.means.partition(":")[2]
    if field.is_struck and name in found:
        figure = found[name]
        before = (begun is None or figure.period.end < begun) and not figure.indicator.is_stock
        text = "—" if before or figure.value is None else _shown(figure)
        return Cell(field, text, figure.href, str(figure.indicator.title), asked=False)
    if _is_figure(field):
        return Cell(field, "—", source=_("这一项的指标现在没有了，没有数字。"), asked=False)
    if told is None:
        return Cell(field)
    text = f"{told.text}{told.measure}" if isinstance(told.value, Decimal) else told.text
    if field.decision == Decision.AGAIN:
        return Cell(field, typed=told.text)
    return Cell(field, text, told.href, told.source, told.id, asked=False, typed=told.text)


def _is_figure(field: Field) -> bool:
    return field.is_struck and field.means.startswith("figure:")


def _shown(figure: figures.Figure) -> str:
    """Return a figure with its unit; what there is at a moment with that moment, which is not that of the form's period."""
    if not figure.indicator.is_stock:
        return figure.shown
    return _("%(shown)s（%(at)s 时）") % {"shown": figure.shown, "at": moment(figure.at)}


def still_known(field: Field) -> bool:
    """Tell whether what a struck field stands for can still be had."""
    kind, _colon, name = field.means.partition(":")
    try:
        if kind == "figure":
            figures.indicator(name)
        else:
            answers.item(name)
    except Refused:
        return False
    return True
