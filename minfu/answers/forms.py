"""What people type: an answer, a correction, an item, other words for one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Unit
from minfu.answers.models import Item, Kind, Span, Whose
from minfu.answers.rules import declared, offered, values
from minfu.answers.rules.actions.telling import MOST_REASON, MOST_SOURCE
from minfu.figures import door as figures
from minfu.kernel import clock
from minfu.kernel.forms import Form
from minfu.kernel.step_pages import day
from minfu.kernel.widgets import Combo, offer


class ValueForm(Form):
    """A value of an item."""

    value = forms.CharField(label=_("填报"), max_length=values.MOST_TEXT)

    def __init__(self, *args: Any, item: Item, **kwargs: Any):
        """Say what is asked for."""
        super().__init__(*args, **kwargs)
        field = self.fields["value"]
        field.label = f"{item.name}（{item.measure}）" if item.measure else item.name
        field.help_text = item.meaning
        if item.kind == Kind.DATE:
            field.widget = forms.DateInput(attrs={"type": "date", "max": "9999-12-31"})
        elif item.kind == Kind.TEXT:
            field.widget = forms.Textarea(attrs={"rows": 4})
        else:
            field.widget.attrs["inputmode"] = "decimal"


class CorrectForm(ValueForm):
    """Another value, and why."""

    reason = forms.CharField(label=_("为什么更正"), max_length=MOST_REASON)


class TellForm(ValueForm):
    """An answer: of which place or unit, of what time."""

    area = forms.ChoiceField(label=_("哪里的"), widget=Combo)
    period = forms.ChoiceField(label=_("哪一段时间的"))
    source = forms.CharField(
        label=_("从哪里来"), max_length=MOST_SOURCE, help_text=_("例如：村级台账、乡镇农经站统计。")
    )
    field_order = ("area", "period", "value", "source")

    def __init__(self, *args: Any, actor: Actor, item: Item, **kwargs: Any):
        """Offer the places or units the actor tells it for, and times that are over."""
        super().__init__(*args, item=item, **kwargs)
        offer(self, "area", offered.areas(actor, item))
        if item.span == Span.STANDING:
            self.fields["period"] = day(_("截至哪一天"), initial=clock.today())
            self.order_fields(self.field_order)
        else:
            offer(self, "period", offered.periods(item))

    def clean_period(self) -> str:
        """Return the period as the rules read it."""
        given = self.cleaned_data["period"]
        return given if isinstance(given, str) else given.isoformat()


class ItemForm(Form):
    """A new item."""

    name = forms.CharField(label=_("名称"), max_length=declared.MOST_NAME, help_text=_("例如：常住户数。"))
    meaning = forms.CharField(
        label=_("口径"),
        max_length=declared.MOST_MEANING,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("算什么、不算什么、从哪里来。"),
    )
    kind = forms.ChoiceField(
        label=_("填什么"), choices=Kind.choices, widget=forms.RadioSelect, initial=Kind.NUMBER
    )
    measure = forms.CharField(label=_("计量单位"), max_length=declared.MOST_MEASURE, required=False)
    decimals = forms.IntegerField(
        label=_("小数位数"), min_value=0, max_value=declared.MOST_DECIMALS, initial=0
    )
    whose = forms.ChoiceField(
        label=_("按什么填"), choices=Whose.choices, widget=forms.RadioSelect, initial=Whose.AREA
    )
    span = forms.ChoiceField(label=_("多久填一次"), choices=Span.choices, initial=Span.STANDING)
    owner_id = forms.TypedChoiceField(
        label=_("归口单位"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=Combo,
        help_text=_("由一个单位统一提供的才选；不选，由各地各单位自己填。"),
    )
    origin = forms.CharField(label=_("为什么设立"), max_length=declared.MOST_ORIGIN)
    about_person = forms.BooleanField(
        label=_("涉及具体的人"), required=False, help_text=_("涉及具体的人的不能设为数据项。")
    )

    def __init__(self, *args: Any, **kwargs: Any):
        """Offer the units."""
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(is_active=True).exclude(kind=Unit.Kind.PARTNER).order_by("level", "name")
        offer(self, "owner_id", [("", "—"), *((unit.pk, unit.name) for unit in units)])


class SynonymForm(Form):
    """Other words for something known."""

    words = forms.CharField(label=_("表上的说法"), max_length=60)
    means = forms.ChoiceField(label=_("就是"), widget=Combo)
    source = forms.CharField(label=_("依据"), max_length=200, help_text=_("文号、条款，或“县里确定”。"))
    valid_from = day(_("从哪一天起"))

    def __init__(self, *args: Any, **kwargs: Any):
        """Offer the indicators and the items."""
        super().__init__(*args, **kwargs)
        known = [(f"figure:{one.name}", str(one.title)) for one in figures.indicators()]
        items = [
            (f"item:{key}", name) for key, name in Item.objects.order_by("name").values_list("key", "name")
        ]
        offer(self, "means", [(_("指标"), known), (_("数据项"), items)])
        self.fields["valid_from"].initial = clock.today()
