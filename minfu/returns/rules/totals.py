"""What the copies of a form say together: every unit's cell with its source, and the sums of what can be added up.

A sum never hides that units are missing: it says of how many units it is. Shares and averages are not added.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.figures import door as figures
from minfu.kernel.errors import Missing, Refused
from minfu.returns import states
from minfu.returns.models import Copy, Field, Form, Kind
from minfu.returns.rules import access

#: Names of what cannot be added up.
_NOT_ADDED = re.compile(r"率|比例|比重|占比|平均|人均|户均|均价|单价|排名|年份")
_MEASURES_NOT_ADDED = ("%", "％", "‰", "名次")
_COUNTY = "000000"
#: A cell nobody filled in.
_NOTHING = {"text": "", "href": ""}


@dataclass(frozen=True)
class Total:
    """The sum of a field over the copies handed in; ``why`` it has none. ``of``: how many units it is of."""

    field: Field
    number: Decimal | None
    of: int
    why: str = ""

    @property
    def shown(self) -> str:
        """Return the sum as people read it, with as many decimals as what was told has: it is never rounded."""
        if self.number is None:
            return ""
        exponent = self.number.as_tuple().exponent
        decimals = max(self.field.decimals, -exponent if isinstance(exponent, int) else 0)
        return f"{self.number:,.{decimals}f}{self.field.measure}"


@dataclass(frozen=True)
class Collected:
    """The copies of a form for one period, as far as the reader may see them, and what they say together."""

    form: Form
    period: str
    fields: Sequence[Field]
    copies: Sequence[Copy]
    totals: Sequence[Total]
    #: All units that were asked, whoever looks.
    asked: int
    warnings: Sequence[str] = field(default_factory=tuple)
    #: The one field it is narrowed to, and then to the copies its sum is made of.
    only: Field | None = None

    @property
    def handed_in(self) -> int:
        """Return how many copies are in, of those in sight."""
        return sum(_is_in(one) for one in self.copies)

    @property
    def is_whole(self) -> bool:
        """Tell whether every unit that was asked is in the sums."""
        return self.handed_in == self.asked

    @property
    def rows(self) -> list[tuple[Copy, list[dict[str, Any]]]]:
        """Return each copy with what it says in each field; empty cells where it is not in, but then not of one field."""
        listed = [copy for copy in self.copies if self.only is None or _is_in(copy)]
        kept = [(copy, (copy.content or {}) if _is_in(copy) else {}) for copy in listed]
        return [
            (
                copy,
                [
                    _NOTHING
                    | content.get(str(one.pk), {})
                    | {"is_number": one.kind == Kind.NUMBER, "name": one.name}
                    for one in self.fields
                ],
            )
            for copy, content in kept
        ]


def periods(actor: Actor, form: Form) -> list[str]:
    """Return the periods a form was asked for, the newest first."""
    found = access.copies_for(actor).filter(form=form).order_by("-period")
    return list(found.values_list("period", flat=True).distinct())


def collected(actor: Actor, form: Form, period: str, item: int | None = None) -> Collected:
    """Return what the copies of a form, which the actor may see, say together for a period; of one field if told which.

    Raises ``Missing`` for a field the form does not have.
    """
    fields = [one for one in form.fields.order_by("place") if item in (None, one.pk)]
    if item is not None and not fields:
        raise Missing(_("这张表里没有这一项。"))
    rows = access.copies_for(actor).filter(form=form, period=period).select_related("unit")
    copies = list(rows.order_by("unit__division_id", "unit_id"))
    done = [one for one in copies if _is_in(one)]
    return Collected(
        form=form,
        period=period,
        fields=fields,
        copies=copies,
        totals=[_total(one, done) for one in fields],
        asked=form.copies.filter(period=period).count(),
        warnings=tuple(_warnings(copies)),
        only=None if item is None else fields[0],
    )


def _is_in(copy: Copy) -> bool:
    return copy.state == states.HANDED_IN and copy.content is not None


def _total(one: Field, done: Iterable[Copy]) -> Total:
    numbers = [_number(one, copy) for copy in done]
    there = [number for number in numbers if number is not None]
    if why := _why_not(one):
        return Total(one, None, len(there), why)
    if len(there) < len(numbers):
        return Total(one, None, len(there), _("有单位填的不是数，不能相加"))
    if not there:
        return Total(one, None, 0)
    return Total(one, sum(there, Decimal(0)), len(there))


def _why_not(one: Field) -> str:
    """Say why a field is not added up; empty when it can be."""
    kind, _colon, name = one.means.partition(":")
    if one.kind != Kind.NUMBER:
        return _("不是数，不相加")
    if one.is_struck and kind == "figure":
        try:
            added = not figures.indicator(name).has_decimals
        except Refused:
            added = False
        return "" if added else _("比率不能相加，请看指标")
    if _NOT_ADDED.search(one.name) or one.measure in _MEASURES_NOT_ADDED:
        return _("比率、平均数不能相加")
    return ""


def _number(one: Field, copy: Copy) -> Decimal | None:
    """Return what a copy says in a field as a number; its measure stands behind it."""
    text = (copy.content or {}).get(str(one.pk), {}).get("text", "")
    match = re.match(r"-?[\d,]+(\.\d+)?", text)
    try:
        return Decimal(match[0].replace(",", "")) if match else None
    except InvalidOperation:
        return None


def _warnings(copies: Sequence[Copy]) -> Iterable[str]:
    """Say when one of the units lies in another: what the village tells may stand in the township's number too."""
    places = {copy.unit.division_id for copy in copies}
    for copy in copies:
        place = copy.unit.division_id
        above = {place[:9] + "000", place[:6] + _COUNTY} - {place}
        if above & places:
            yield _("填报单位里有上下级，下级的数可能已经算在上级里，合计请核对。")
            return
