"""Values as people type them: a number, a text, a day. Pure: no database."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from minfu.answers.models import Answer, Item, Kind
from minfu.answers.rules.declared import refuse_personal_text
from minfu.kernel import clock
from minfu.kernel.errors import Invalid
from minfu.language.normal import clean_input

MOST_TEXT = 500
#: Digits before the point.
MOST_DIGITS = 15
_NUMBER = re.compile(r"[-+]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")

Value = Decimal | str | date


@dataclass(frozen=True)
class Typed:
    """A value in the column it belongs to."""

    number: Decimal | None = None
    text: str = ""
    day: date | None = None

    @property
    def value(self) -> Value:
        """Return the value itself."""
        return self.number if self.number is not None else self.day if self.day is not None else self.text


def typed(item: Item, given: Value | float | str, field: str = "value") -> Typed:
    """Return what was given for an item as a value of its kind; ``Invalid`` at ``field`` with a sentence otherwise."""
    if item.kind == Kind.NUMBER:
        return Typed(number=_number(item, given, field))
    if item.kind == Kind.DATE:
        return Typed(day=_day(given, field))
    text = clean_input(str(given), most=MOST_TEXT, field=field).text.strip()
    if not text:
        raise Invalid({field: [_("请填写“%(name)s”；没有的，写“无”。") % {"name": item.name}]})
    refuse_personal_text(text, field)
    return Typed(text=text)


def _number(item: Item, given: object, field: str) -> Decimal:
    text = unicodedata.normalize("NFKC", str(given)).replace(" ", "").strip()
    if item.measure and text.endswith(item.measure):
        text = text.removesuffix(item.measure)
    if not text:
        raise Invalid({field: [_("请填写“%(name)s”；没有的，填 0。") % {"name": item.name}]})
    if not _NUMBER.fullmatch(text):
        raise Invalid({field: [_("“%(name)s”请填数字，例如 12；不写单位和文字。") % {"name": item.name}]})
    number = Decimal(text.replace(",", ""))
    if abs(number) >= 10**MOST_DIGITS:
        raise Invalid({field: [_("“%(name)s”的数太大了，请核对单位。") % {"name": item.name}]})
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > item.decimals and number != round(number, item.decimals):
        sentence = _("“%(name)s”最多 %(decimals)s 位小数。") if item.decimals else _("“%(name)s”请填整数。")
        raise Invalid({field: [sentence % {"name": item.name, "decimals": item.decimals}]})
    return round(number, item.decimals)


def _day(given: object, field: str) -> date:
    if isinstance(given, date):
        return given
    text = unicodedata.normalize("NFKC", str(given)).strip()
    parts = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    try:
        if parts is not None:
            return date(int(parts[1]), int(parts[2]), int(parts[3]))
    except ValueError:
        pass
    sentence = _("请填日期，例如 %(today)s。")
    raise Invalid({field: [sentence % {"today": clock.today().isoformat()}]})


def shown(item: Item, row: Answer | Typed) -> str:
    """Return a value as people read it, without its measure."""
    if row.number is not None:
        return f"{row.number:,.{item.decimals}f}"
    return row.day.isoformat() if row.day is not None else row.text
