"""The indicators there are. Each is defined in a file of ``minfu/figures/indicators`` and registered here when it loads."""

from datetime import date

from django.utils.translation import gettext as _

from minfu.figures.rules.formula import Indicator
from minfu.kernel.errors import Missing

#: What an indicator may be split by. Matters and units; never persons, and a house test sees to it.
SPLITS = frozenset({"place", "unit", "level", "category", "kind", "door", "period"})

_indicators: dict[str, Indicator] = {}


def register(indicator: Indicator) -> Indicator:
    """Add an indicator; a name that is there already, or a split nobody knows, fails at import."""
    if indicator.name in _indicators:
        raise ValueError(f"indicator {indicator.name} is registered twice")
    if unknown := set(indicator.splits) - SPLITS:
        raise ValueError(f"indicator {indicator.name} cannot be split by {sorted(unknown)}")
    _indicators[indicator.name] = indicator
    return indicator


def indicators(on: date | None = None) -> list[Indicator]:
    """Return the indicators, those in force on a day if one is given."""
    return [one for one in _indicators.values() if on is None or holds(one, on)]


def holds(indicator: Indicator, on: date) -> bool:
    """Tell whether an indicator is in force on a day."""
    return indicator.valid_from <= on.isoformat() and (
        not indicator.valid_to or on.isoformat() < indicator.valid_to
    )


def indicator(name: str) -> Indicator:
    """Return an indicator by name; ``Missing`` for one there is not, or whose room is not installed."""
    if name not in _indicators:
        raise Missing(_("没有“%(name)s”这个指标，或它所属的功能没有安装。") % {"name": name[:40]})
    return _indicators[name]
