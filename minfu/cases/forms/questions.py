"""A category's own questions as fields of a form."""

from typing import Any

from django import forms

from minfu.cases.models import Category
from minfu.kernel.forms import say_plainly

PREFIX = "q_"
LONGEST = 500  # characters of an answer


def _field(question: dict[str, Any]) -> forms.Field:
    """Return the field a question is answered in; every answer is kept as text."""
    more: dict[str, Any] = {"label": question["text"], "required": bool(question.get("required"))}
    kind = question.get("type", "text")
    if kind == "choice":
        choices = [(one, one) for one in question.get("choices", [])]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **more)
    if kind == "date":
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **more)
    if kind == "number":
        return forms.DecimalField(min_value=0, max_digits=12, **more)
    return forms.CharField(max_length=LONGEST, **more)


def ask(form: forms.BaseForm, category: Category | None) -> list[str]:
    """Add the category's questions to a form; return the names of the fields."""
    names = []
    for question in category.questions if category else []:
        name = PREFIX + question["key"]
        form.fields[name] = _field(question)
        say_plainly(form.fields[name], question["text"])
        names.append(name)
    return names


def answers(cleaned: dict[str, Any]) -> dict[str, str]:
    """Return the answers by the questions' keys, as text."""
    return {
        name.removeprefix(PREFIX): str(value)
        for name, value in cleaned.items()
        if name.startswith(PREFIX) and value not in (None, "")
    }
