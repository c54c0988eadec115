"""A new version of a term or of another way."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy

from minfu.disputes.models import Term, Way
from minfu.kernel.forms import Form
from minfu.kernel.step_pages import day, words


class _Version(Form):
    valid_from = day(gettext_lazy("从哪一天起"))
    source = forms.CharField(
        label=gettext_lazy("依据"), max_length=200, help_text=gettext_lazy("文号、条款，或“县里确定”。")
    )
    content: ClassVar[tuple[str, ...]]

    def values(self) -> dict[str, Any]:
        """Return the columns of the new version."""
        return {name: self.cleaned_data[name] for name in (*self.content, "valid_from", "source")}


class TermForm(_Version):
    """A new version of a term."""

    content = ("days",)
    days = forms.IntegerField(label=gettext_lazy("天数（自然日）"), min_value=1, max_value=7300)
    field_order = ("days", "valid_from", "source")

    def row(self, key: str) -> Term:
        """Return the unsaved version."""
        return Term(key=key, **self.values())


class WayForm(_Version):
    """A new way, or a new version of one."""

    content = ("code", "name", "advice")
    code = forms.SlugField(
        label=gettext_lazy("代码"),
        max_length=20,
        help_text=gettext_lazy("英文字母，例如 court。同一代码的前一版到那天失效。"),
    )
    name = forms.CharField(label=gettext_lazy("途径"), max_length=60)
    advice = words(gettext_lazy("告知内容"), 4, max_length=1000)
    field_order = ("code", "name", "advice", "valid_from", "source")

    def row(self) -> Way:
        """Return the unsaved version."""
        return Way(**self.values())
