"""Selects of many options: plain without script; ``combo.js`` lets one type to find instead."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class Select(forms.Select):
    """A select that draws its options itself: Django draws each through a template of its own, which takes twenty times as
    long for the hundreds of villages, units and categories of a county.
    """

    words: Mapping[str, str] = {}

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Draw the select with its groups."""
        del renderer
        chosen = set(self.format_value(value) or ())
        groups = format_html_join("", "{}", ((self._draw(one, chosen),) for one in self.choices))
        return format_html(
            '<select name="{}"{}>{}</select>', name, flatatt(self.build_attrs(self.attrs, attrs)), groups
        )

    def _draw(self, choice: Any, chosen: set[str]) -> SafeString:
        """Draw an option, or a group of them."""
        value, label = choice
        if isinstance(label, list | tuple):
            options = format_html_join("", "{}", ((self._draw(one, chosen),) for one in label))
            return format_html('<optgroup label="{}">{}</optgroup>', value, options)
        text = "" if value is None else str(value)
        extra = {"selected": text in chosen, "data-words": self.words.get(text) or None}
        return format_html('<option value="{}"{}>{}</option>', text, flatatt(extra), label)


class Combo(Select):
    """A select in which one types to find: ``words`` maps a value to further words it is found by."""

    def __init__(self, *, words: Mapping[str, str] | None = None, attrs: dict[str, Any] | None = None):
        """Mark the select for ``combo.js``."""
        super().__init__({"data-combo": "", **(attrs or {})})
        self.words = words or {}


def offer(
    form: forms.BaseForm, name: str, choices: Sequence[Any], words: Mapping[str, str] | None = None
) -> None:
    """Give a field of a form its choices, and the words they are found by."""
    field = cast("forms.ChoiceField", form.fields[name])
    field.choices = list(choices)
    if isinstance(field.widget, Combo):
        field.widget.words = words or {}
