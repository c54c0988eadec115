"""The category a demand comes in with: named by whoever registered it, else chosen by the county's model where it is sure enough.

Only a model that the county learned from its own confirmed demands ever chooses; how sure it must be is the county's dated
configuration (``AutomaticChoice``). Where a clerk registers, the clerk decides. What was read is kept, whoever chose.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from minfu.cases import events
from minfu.cases.models import AutomaticChoice, Category, Door, Kind, Mode, Reading
from minfu.cases.rules.catalog import Catalog
from minfu.cases.rules.hints import MOST_READ, READ, folder, in_percent, unlearned
from minfu.kernel import rows
from minfu.kernel.record import Fact
from minfu.kernel.tongue import of_county
from minfu.language import versions

if TYPE_CHECKING:
    from minfu.cases.rules.intake import Checked
    from minfu.language.category import CategoryModel
    from minfu.language.category import Reading as Read

#: Doors at which nobody of a desk reads along.
_UNATTENDED = frozenset({Door.WEB, Door.QR, Door.IMPORT, Door.API})
_DIGITS = 4  # decimals of a probability that are kept


@dataclass(frozen=True)
class Choice:
    """The category of a demand, what is kept of how it was found, and what its history says of it."""

    category: Category | None
    reading: Reading | None = None
    facts: tuple[Fact, ...] = ()


def choose(checked: "Checked", catalog: Catalog) -> Choice:
    """Return the category a demand comes in with. Without a model of the county's, what was named, or none."""
    named, intake = checked.category, checked.intake
    model = versions.current(folder())
    if model is None or intake.diversion_code or _is_for_people_alone(checked):
        return Choice(named)
    text = checked.description[:READ]
    wanted = named is None and not intake.refuses_automatic and intake.door in _UNATTENDED
    read = model.read(text, most=MOST_READ, why=wanted)
    category = _sure(text, read, model, catalog) if wanted else None
    by = Reading.By.MACHINE if category else Reading.By.PERSON if named else Reading.By.NOBODY
    kept = rows.new(
        Reading,
        version=versions.in_use(folder()) or 0,
        suggested=[[one.label, round(one.probability, _DIGITS)] for one in read.suggestions],
        by=by,
        refused=intake.refuses_automatic,
    )
    return Choice(named or category, kept, (_told(category, read, kept.version),) if category else ())


def possible(catalog: Catalog) -> bool:
    """Tell whether the software may choose a category by itself: residents are then asked whether they want that."""
    return _needed(versions.current(folder()), catalog) <= 1


def _is_for_people_alone(checked: "Checked") -> bool:
    """Tell whether no model shall read a text: reports of wrongdoing and what is confidential are for people alone."""
    intake = checked.intake
    return intake.kind == Kind.WRONGDOING or intake.mode == Mode.CONFIDENTIAL


def _needed(model: "CategoryModel | None", catalog: Catalog) -> float:
    """Return the probability from which on the model may choose; above 1 for never."""
    precision = catalog.precision(AutomaticChoice.Matter.CATEGORY)
    return model.calibration.needed_for(precision) if model is not None and precision else _NEVER


_NEVER = 1.01


def _sure(text: str, read: "Read", model: "CategoryModel", catalog: Catalog) -> Category | None:
    """Return the category that may be chosen; never one that is confidential: who may read a demand is decided by people.

    Nor does the model choose where the words speak for a category of which it has not learned yet.
    """
    if not read.suggestions or read.suggestions[0].probability < _needed(model, catalog):
        return None
    category = catalog.categories.get(read.suggestions[0].label)
    if category is None or category.confidential or unlearned(text, catalog, model):
        return None
    return category


def _told(category: Category, read: "Read", version: int) -> Fact:
    """Return the line of the history, with its reason in the county's language."""
    percent = in_percent(read.suggestions[0].probability)
    data: dict[str, Any] = {"category": category.code, "percent": percent, "model": version}
    with of_county():
        words = _("、").join(f"“{word}”" for word in read.words)
        reason = _("类别“%(name)s”，把握 %(percent)s%%") % {"name": category.name, "percent": percent}
        return Fact(
            events.CHOSEN,
            data,
            _("%(said)s，依据%(words)s") % {"said": reason, "words": words} if words else reason,
        )
