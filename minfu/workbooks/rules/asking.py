"""What a person is offered who says what a cell asks for: indicators with their parts, values of splits, periods."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.cases import door as cases
from minfu.figures import door as figures
from minfu.workbooks.rules import marks
from minfu.workbooks.rules.values import PARTS

LEVELS = {
    "household": gettext_lazy("户内化解"), "grid": gettext_lazy("网格化解"), "village": gettext_lazy("村级化解"),
    "township": gettext_lazy("乡镇化解"), "county": gettext_lazy("县级化解"),
}  # fmt: skip
_FIRST_LEVEL = 2


def indicators() -> list[tuple[str, str]]:
    """Return what there is to choose: each indicator, and of shares what is divided and by what."""
    found = []
    for one in figures.indicators():
        found.append((one.name, f"{one.title}（{one.unit}）"))
        if one.is_share and one.has_whole:
            found += [(f"{one.name}.{part}", f"{one.title}：{label}") for part, label in PARTS.items()]
    return found


def splits() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the values of splits in groups."""
    categories = [(code, name) for code, name in cases.category_names().items() if len(code) == _FIRST_LEVEL]
    groups: Iterable[tuple[str, str, Iterable[tuple[str, Any]]]] = (
        (_("按类型"), "kind", cases.Kind.choices),
        (_("按渠道"), "door", cases.Door.choices),
        (_("按类别"), "category", categories),
        (_("按化解层级"), "level", LEVELS.items()),
    )
    return [
        (title, [(f"{name}={value}", str(label)) for value, label in values])
        for title, name, values in groups
    ]


def periods(today: date, chosen: str, offered: Iterable[tuple[str, int]]) -> list[tuple[str, str]]:
    """Return the periods of late by key, this one first; one that is chosen already stands in front."""
    found: dict[str, str] = {}
    if (held := marks.period_of(chosen)) is not None:
        found[held.key] = held.label
    for kind, number in offered:
        for period in (figures.period_of(kind, today), *figures.past(kind, number - 1)):
            found.setdefault(period.key, period.label)
    return list(found.items())
