"""Forms for the field: short, on a phone, with one hand."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.cases.forms import pickers
from minfu.cases.forms.questions import answers, ask
from minfu.cases.forms.resident import LONGEST_TYPED, Words
from minfu.cases.models import Door, Kind
from minfu.cases.rules import catalog
from minfu.cases.rules.actions import SETTLED_LEVELS
from minfu.files.forms import FilesField
from minfu.kernel import widgets
from minfu.kernel.forms import Form

#: Kinds a round through the grid brings, most frequent first.
KINDS = (
    (Kind.HAZARD, gettext_lazy("隐患")),
    (Kind.REQUEST, gettext_lazy("求助")),
    (Kind.DISPUTE, gettext_lazy("矛盾纠纷")),
    (Kind.COMPLAINT, gettext_lazy("投诉")),
    (Kind.CONSULTATION, gettext_lazy("咨询")),
    (Kind.SUGGESTION, gettext_lazy("建议")),
)
#: From how many grids on one has to choose.
SEVERAL = 2
_HERE = ("household", "grid", "village")
ELSEWHERE = "elsewhere"
#: What one sees first comes first; who asked for it and what it is called, last.
_ORDER = (
    "token", "joins", "description", "photos", "kind", "urgent", "grid", "address", "category", "door", "name", "phone",
)  # fmt: skip


class ReportForm(Form):
    """What was found, or what someone asked to pass on."""

    #: Made when the page was shown; the same form sent again is the same demand.
    token = forms.CharField(widget=forms.HiddenInput, max_length=60)
    #: The demand that is the same: chosen among those that are likely.
    joins = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    door = forms.ChoiceField(
        label=gettext_lazy("谁发现的？"),
        choices=[(Door.VISIT, gettext_lazy("我走访发现的")), (Door.PROXY, gettext_lazy("替居民代报"))],
        widget=forms.RadioSelect,
        initial=Door.VISIT,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("哪一种"), choices=KINDS, widget=forms.RadioSelect, initial=Kind.HAZARD
    )
    description = Words(
        label=gettext_lazy("什么事"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST_TYPED
    )
    photos = FilesField(label=gettext_lazy("照片"), required=False)
    grid = forms.ChoiceField(label=gettext_lazy("在哪个网格"), widget=forms.RadioSelect)
    address = Words(
        label=gettext_lazy("具体地点"),
        help_text=gettext_lazy("例如“老榕树旁边”。在别的村，请写村名。"),
        required=False,
        max_length=LONGEST_TYPED,
    )
    urgent = forms.BooleanField(label=gettext_lazy("很急，有人有危险"), required=False)
    category = forms.ChoiceField(
        label=gettext_lazy("类别"), help_text=gettext_lazy("不清楚可以不选，由平台来选。"), required=False
    )
    name = Words(
        label=gettext_lazy("居民姓名"),
        help_text=gettext_lazy("只在替居民代报时填。"),
        widget=forms.TextInput(attrs={"data-sensitive": True, "autocomplete": "off"}),
        required=False,
        max_length=200,
    )
    phone = Words(
        label=gettext_lazy("居民电话"),
        widget=forms.TextInput(attrs={"data-sensitive": True, "inputmode": "tel", "autocomplete": "off"}),
        required=False,
        max_length=60,
    )

    def __init__(self, *args: Any, grids: Sequence[tuple[str, str]], **kwargs: Any):
        """Offer the worker's grids, and every category; ask what the chosen category asks.

        Of several grids none is chosen beforehand, unless ``initial`` says which: a wrong one nobody would notice.
        """
        super().__init__(*args, **kwargs)
        widgets.offer(self, "grid", [*grids, (ELSEWHERE, _("在别处"))])
        self.fields["grid"].error_messages["required"] = _("请选在哪个网格；不在这些网格里的，选“在别处”。")
        if len(grids) < SEVERAL:
            self.fields["grid"].initial = grids[0][0] if grids else ELSEWHERE
        rows, words = pickers.categories(catalog.current())
        category = self.fields["category"]
        category.widget = widgets.Combo(words=words)
        category.choices = rows  # type: ignore[attr-defined]  # a field found by its name is any field
        self.order_fields(_ORDER)
        ask(self, catalog.current().categories.get(self.data.get("category", "")))

    def answers(self) -> dict[str, str]:
        """Return the answers to the category's questions."""
        return answers(self.cleaned_data)


class DoneForm(Form):
    """What was done, and where it was settled."""

    text = Words(
        label=gettext_lazy("做了什么，结果怎样"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=LONGEST_TYPED,
    )
    settled_level = forms.ChoiceField(
        label=gettext_lazy("在哪一级解决的"),
        choices=[(code, SETTLED_LEVELS[code]) for code in _HERE],
        widget=forms.RadioSelect,
        initial="grid",
    )
    photos = FilesField(label=gettext_lazy("照片"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
