"""A new version of a grade; a new line of the list of who is told, and its end."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.accounts.models import Post, Unit
from minfu.hazards.models import AlarmStep, Grade
from minfu.kernel import dated
from minfu.kernel.calendar import Unit as Measure
from minfu.kernel.forms import Form
from minfu.kernel.step_pages import day
from minfu.kernel.widgets import Combo, offer
from minfu.places import index

_MEASURES = [(one.value, one.label) for one in (Measure.HOURS, Measure.DAYS, Measure.WORKDAYS)]


def _source() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("依据"), max_length=200, help_text=gettext_lazy("文号、条款，或“县里确定”。")
    )


class GradeForm(Form):
    """A grade from a day on."""

    code = forms.SlugField(
        label=gettext_lazy("代码"),
        max_length=20,
        help_text=gettext_lazy("英文字母，例如 major。同一代码的前一版到那天失效。"),
    )
    name = forms.CharField(label=gettext_lazy("等级"), max_length=30)
    meaning = forms.CharField(label=gettext_lazy("怎样算这一级"), max_length=200)
    weight = forms.IntegerField(label=gettext_lazy("轻重（数字越大越重）"), min_value=1, max_value=99)
    amount = forms.IntegerField(label=gettext_lazy("整改期限"), min_value=1, max_value=400)
    measure = forms.ChoiceField(label=gettext_lazy("期限单位"), choices=_MEASURES)
    again_amount = forms.IntegerField(
        label=gettext_lazy("复查没通过的，再给多久"), min_value=1, max_value=400
    )
    again_measure = forms.ChoiceField(label=gettext_lazy("再给的单位"), choices=_MEASURES)
    alarm = forms.BooleanField(label=gettext_lazy("定为这一级就拉响警报"), required=False)
    valid_from = day(gettext_lazy("从哪一天起"))
    source = _source()

    def row(self) -> Grade:
        """Return the unsaved version."""
        return Grade(**self.cleaned_data)


class CallForm(Form):
    """A line of the list of who is told."""

    stage = forms.IntegerField(
        label=gettext_lazy("第几轮"),
        min_value=1,
        max_value=9,
        help_text=gettext_lazy("第 1 轮立即通知；没有人确认，就到下一轮。"),
    )
    whom = forms.ChoiceField(
        label=gettext_lazy("通知谁"), choices=AlarmStep.Whom.choices, widget=forms.RadioSelect
    )
    duty = forms.CharField(
        label=gettext_lazy("职责代码"),
        required=False,
        max_length=30,
        help_text=gettext_lazy("选“有某项职责的县级部门”时填，例如 emergency。"),
    )
    unit = forms.TypedChoiceField(
        label=gettext_lazy("指定单位"), required=False, coerce=int, empty_value=None, widget=Combo
    )
    post = forms.TypedChoiceField(
        label=gettext_lazy("指定岗位"), required=False, coerce=int, empty_value=None, widget=Combo
    )
    category = forms.CharField(
        label=gettext_lazy("只限这个类别代码（含下级）"), required=False, max_length=12
    )
    area = forms.CharField(label=gettext_lazy("只限这个区划代码"), required=False, max_length=12)
    wait_minutes = forms.IntegerField(
        label=gettext_lazy("多少分钟没人确认就到下一轮"), min_value=1, max_value=1440, initial=10
    )
    valid_from = day(gettext_lazy("从哪一天起"))
    source = _source()

    def __init__(self, *args: Any, **kwargs: Any):
        """Offer units and the posts in office."""
        super().__init__(*args, **kwargs)
        known = index.current()
        units: dict[str, list[tuple[int, str]]] = {}
        for unit in Unit.objects.filter(is_active=True).order_by("division_id", "kind", "name"):
            units.setdefault(known.label(unit.division_id), []).append((unit.pk, unit.name))
        offer(self, "unit", [("", _("不指定")), *units.items()])
        posts = Post.objects.filter(period__contains=dated.today(), unit__is_active=True)
        rows = [
            (post.pk, f"{post.unit.name} · {post.get_role_display()} · {post.user.name}")
            for post in posts.select_related("unit", "user").order_by("unit_id", "pk")
        ]
        offer(self, "post", [("", _("不指定")), *rows])

    def row(self) -> AlarmStep:
        """Return the unsaved line."""
        told = dict(self.cleaned_data)
        return AlarmStep(unit_id=told.pop("unit"), post_id=told.pop("post"), **told)


class EndForm(Form):
    """From which day a line no longer holds."""

    on = day(gettext_lazy("从哪一天起失效"))
    reason = _source()
