"""The form on which a person says which column is which: one choice for each column."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from minfu.kernel.forms import Form, say_plainly
from minfu.tables.headers import Look
from minfu.tables.importers import Importer

_PREFIX = "col_"


class ColumnsForm(Form):
    """What each column of a table is; of a waiting file also whether that is to be remembered."""

    title_row = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=99)
    remember = forms.BooleanField(
        label=_("记住：下次同样标题的表格直接这样导入，不再核对"), required=False, initial=True
    )

    def __init__(self, importer: Importer, look: Look, data: Mapping[str, Any] | None = None):
        """Make a choice for every column, with what is proposed chosen."""
        first: dict[str, Any] = {f"{_PREFIX}{one.place}": one.key for one in look.guesses}
        super().__init__(data, initial={"title_row": look.title_row, **first})
        choices = [("", _("不导入")), *((one.key, _titled(one)) for one in importer.columns)]
        for one in look.guesses:
            label = _now("%(letter)s 列 %(title)s") % {"letter": one.letter, "title": one.said}
            field = forms.ChoiceField(label=label, choices=choices, required=False)
            say_plainly(field, label)
            self.fields[f"{_PREFIX}{one.place}"] = field

    def places(self) -> dict[int, str]:
        """Return the field chosen for each column, by place."""
        return {
            int(name.removeprefix(_PREFIX)): value
            for name, value in self.cleaned_data.items()
            if name.startswith(_PREFIX)
        }


def _titled(column: Any) -> Any:
    """Return how a field stands in the choice; what must be there says so."""
    return _("%(title)s（必须有）") % {"title": column.title} if column.required else column.title
