"""The filters of the desk's list, as they are drawn. Hundreds of options that are the same for hours are drawn once."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.cases.forms.filters import FilterForm
from minfu.cases.rules import catalog, lists
from minfu.cases.rules.actions.work import SETTLED_LEVELS
from minfu.kernel.errors import Invalid
from minfu.kernel.pages import number_of
from minfu.places import index

#: What may be a number of somebody: drawn each time, and kept nowhere.
_TYPED = ("text", "kept")


@dataclass(frozen=True)
class Filters:
    """The drawn fields, what they narrow the list to in words, and the sentences on what is wrong in them, by field."""

    fields: SafeString
    narrowed: list[str]
    wrong: dict[str, list[str]]

    def check(self) -> None:
        """Raise ``Invalid`` when something is wrong."""
        if self.wrong:
            raise Invalid(self.wrong)


def draw(actor: Actor, given: QueryDict) -> Filters:
    """Return the filters of a list as ``given`` fills them, in the reader's language."""
    filled = tuple((name, str(given[name])) for name in FilterForm.base_fields if given.get(name))
    if any(name in _TYPED for name, _value in filled):
        return _draw(actor, filled)
    offered = (index.current().version, catalog.current().top)
    return _kept(actor, filled, offered, get_language())


@lru_cache(maxsize=512)
def _kept(actor: Actor, filled: tuple[tuple[str, str], ...], _offered: Any, _language: str | None) -> Filters:
    """Return filters drawn before for the same values, as long as the same places and categories are offered."""
    return _draw(actor, filled)


def _draw(actor: Actor, filled: tuple[tuple[str, str], ...]) -> Filters:
    given = QueryDict(mutable=True)
    given.update(dict(filled))
    form = FilterForm(given, actor=actor)
    wrong = {name: [str(text) for text in texts] for name, texts in form.errors.items()}
    fields = render_to_string("cases/desk_filter_fields.html", {"form": form})
    return Filters(fields, _narrowed(form), wrong)


def _narrowed(form: FilterForm) -> list[str]:
    """Say in words what a list is narrowed to."""
    said = [_("按电话查找")] if form.by_phone else []
    for field in form.visible_fields():
        value = form.data.get(field.name)
        if not value:
            continue
        choices = dict(getattr(field.field, "choices", []))
        label = str(field.label)
        said.append(label if field.name == "overdue" else f"{label} {choices.get(value, value)}")
    return [*said, *_led_here(form)]


def _led_here(form: FilterForm) -> list[str]:
    """Say by which unit or level a number elsewhere led here."""
    unit = catalog.current().units.get(number_of(form.data.get("unit", "")) or 0)
    level = lists.HOLDING_LEVELS.get(form.data.get("level", ""))
    settled = SETTLED_LEVELS.get(form.data.get("settled", ""))
    said = [_("现在由%(name)s办") % {"name": name} for name in (unit.name if unit else "", level) if name]
    return [*said, str(settled)] if settled else said
