"""What a list can be narrowed to."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.cases import states
from minfu.cases.models import Door, Kind, Urgency
from minfu.cases.rules import catalog, lists
from minfu.cases.rules.access import COUNTY, TOWNSHIP
from minfu.kernel import widgets
from minfu.kernel.forms import Form
from minfu.places import index
from minfu.places.codes import place_name
from minfu.registry import vault

_ALL = ("", _("全部"))


class _Narrowing(Form):
    """What demands are narrowed to, by what anyone can name."""

    state = forms.ChoiceField(
        label=_("状态"), required=False, widget=widgets.Select, choices=[_ALL, *states.CASE.choices]
    )
    kind = forms.ChoiceField(
        label=_("类型"), required=False, widget=widgets.Select, choices=[_ALL, *Kind.choices]
    )
    category = forms.ChoiceField(label=_("类别"), required=False, widget=widgets.Select)
    township = forms.ChoiceField(label=_("乡镇"), required=False, widget=widgets.Select)
    village = forms.ChoiceField(label=_("村"), required=False, widget=widgets.Select)

    def __init__(self, given: QueryDict, *, actor: Actor):
        """Offer the categories of today and the places of the actor's area; no field shares its id with a step's beside it."""
        super().__init__(given, auto_id="filter_%s")
        widgets.offer(self, "category", [_ALL, *catalog.current().top])
        self._offer_places(actor)

    def _offer_places(self, actor: Actor) -> None:
        """Offer the townships to who sees the county, and the villages of the one township that is looked at."""
        rows = [row for row in index.current().divisions.values() if not row.ended]
        prefix = str(self.data.get("township") or "")[:TOWNSHIP] or actor.area
        nowhere = (lists.NOWHERE, _("地点待定"))
        if len(actor.area) > COUNTY:
            del self.fields["township"]
        else:
            towns = [(row.code, row.name) for row in rows if row.level == "township"]
            widgets.offer(self, "township", [_ALL, nowhere, *sorted(towns)])
        if len(actor.area) > TOWNSHIP or len(prefix) < TOWNSHIP:
            del self.fields["village"]
        else:
            below = [row for row in rows if row.level == "village" and row.code.startswith(prefix)]
            villages = [(row.code, place_name(row.name)) for row in below]
            widgets.offer(self, "village", [_ALL, nowhere, *sorted(villages)])


class FilterForm(_Narrowing):
    """The filters of a list; the scope travels with them, what led here, and what stands for a telephone number."""

    field_order = ("scope", "kept", "text")
    scope = forms.CharField(required=False, widget=forms.HiddenInput)
    kept = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("编号、查询码或电话"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "inputmode": "search"}),
    )
    urgency = forms.ChoiceField(
        label=_("紧急程度"), required=False, widget=widgets.Select, choices=[_ALL, *Urgency.choices]
    )
    door = forms.ChoiceField(
        label=_("渠道"), required=False, widget=widgets.Select, choices=[_ALL, *Door.choices]
    )
    overdue = forms.BooleanField(label=_("只看超期"), required=False)
    #: What a number somewhere else led here by: kept while one narrows further, and said in words.
    unit = forms.CharField(required=False, max_length=18, widget=forms.HiddenInput)
    level = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    settled = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)

    def __init__(self, given: QueryDict, *, actor: Actor):
        """What stands for a telephone number is not shown in the search box; another search may be typed over it."""
        shown = given.copy()
        self.by_phone = vault.is_phone_token(str(given.get("text") or ""))
        if self.by_phone:
            shown["kept"], shown["text"] = str(given["text"]), ""
        super().__init__(shown, actor=actor)
        if self.by_phone:
            self.fields["text"].widget.attrs["placeholder"] = _("按电话查找中，可改填")


class SearchForm(_Narrowing):
    """What is searched for by words, and what it is narrowed to."""

    field_order = ("text",)
    text = forms.CharField(
        label=_("找什么"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "inputmode": "search"}),
    )
    days = forms.TypedChoiceField(
        label=_("时间"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=widgets.Select,
        choices=[_ALL, (7, _("近一周")), (30, _("近一个月")), (90, _("近三个月")), (365, _("近一年"))],
    )
