"""Steps of a form as forms: one for each verb, exactly its arguments; a field; a copy to fill in; minutes."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.accounts.models import Unit
from minfu.figures import door as figures
from minfu.kernel import clock
from minfu.kernel.forms import Form
from minfu.kernel.step_pages import StepForm, day, words
from minfu.kernel.widgets import offer
from minfu.returns import events, states
from minfu.returns.models import Decision, Frequency, Kind
from minfu.returns.rules import actions
from minfu.returns.rules.actions.writing import (
    MOST,
    MOST_DECIMALS,
    MOST_MEANING,
    MOST_MEASURE,
    MOST_NAME,
    MOST_WHY,
    MOST_WORKDAYS,
)
from minfu.returns.rules.known import Cell

STEP, COPY_STEP = states.FORM.step, states.COPY.step


class AboutFields(Form):
    """What a form is for."""

    title = forms.CharField(label=gettext_lazy("表名"), max_length=MOST["title"])
    purpose = words(gettext_lazy("为什么要填"), 3, help_text=gettext_lazy("填表的人看得到。"))
    ground = forms.CharField(
        label=gettext_lazy("依据文号"),
        max_length=MOST["ground"],
        help_text=gettext_lazy("没有依据的表不能发。"),
    )
    frequency = forms.ChoiceField(label=gettext_lazy("频次"), choices=Frequency.choices)
    period = forms.ChoiceField(
        label=gettext_lazy("填哪一段时间的情况"),
        required=False,
        help_text=gettext_lazy("只填一次的表才选；按周、按月等填的表，每段时间结束后自动发。"),
    )
    due_workdays = forms.IntegerField(
        label=gettext_lazy("几个工作日内交"), min_value=1, max_value=MOST_WORKDAYS, initial=5
    )
    ends_on = day(gettext_lazy("用到哪一天"), help_text=gettext_lazy("到期自动停用。"))
    units = forms.TypedMultipleChoiceField(
        label=gettext_lazy("由谁来填"),
        coerce=int,
        widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=gettext_lazy("可以选几个：手机上直接勾选，电脑上按住 Ctrl 键再点。"),
    )

    def offer_choices(self) -> None:
        """Offer periods that are over, and the units that can be asked."""
        offer(self, "period", [("", "—"), *figures.past_periods()])
        units = (
            Unit.objects.filter(is_active=True)
            .exclude(kind=Unit.Kind.PARTNER)
            .order_by("level", "division_id", "name")
        )
        groups: dict[str, list[tuple[int, str]]] = {}
        for one in units:
            groups.setdefault(one.get_level_display(), []).append((one.pk, one.name))
        offer(self, "units", list(groups.items()))

    def about(self) -> actions.About:
        """Return what was typed as the verbs take it."""
        told = {name: self.cleaned_data[name] for name in AboutFields.base_fields}
        return actions.About(**told)


class BeginForm(AboutFields):
    """A new form."""

    def __init__(self, *args: Any, **kwargs: Any):
        """Offer the choices."""
        super().__init__(*args, **kwargs)
        self.offer_choices()


class FormStep(StepForm):
    """A step of a form."""


class EditForm(AboutFields, FormStep):
    """Change what a draft is for."""

    step, verb, events = STEP("edit"), actions.edit, (events.EDITED,)

    def prepare(self) -> None:
        """Fill in what the draft says."""
        self.offer_choices()
        for name in AboutFields.base_fields:
            if name != "units":
                self.fields[name].initial = getattr(self.row, name)
        self.fields["units"].initial = list(self.row.addressees.values_list("unit_id", flat=True))

    def arguments(self) -> dict[str, Any]:
        """Return what the form is for."""
        return {"about": self.about()}


class SubmitForm(FormStep):
    """Bring it to the gate."""

    step, verb, events = STEP("submit"), actions.submit, (events.SUBMITTED,)


class ApproveForm(FormStep):
    """Let it in."""

    step, verb, events = STEP("approve"), actions.approve, (events.APPROVED,)


class RefuseForm(FormStep):
    """Do not let it in."""

    step, verb, events = STEP("refuse"), actions.refuse, (events.REFUSED,)
    reason = words(gettext_lazy("为什么不予准入"), 3)


class RecallForm(FormStep):
    """Take it back."""

    step, verb, events = STEP("recall"), actions.recall, (events.RECALLED,)


class ReviseForm(FormStep):
    """Mend it."""

    step, verb, events = STEP("revise"), actions.revise, (events.REVISED,)


class EndForm(FormStep):
    """End it."""

    step, verb, events = STEP("end"), actions.end, (events.ENDED,)
    reason = words(gettext_lazy("为什么提前停用"), 2)


class DropForm(FormStep):
    """Give it up."""

    step, verb, events = STEP("drop"), actions.drop, (events.DROPPED,)


class GiveBackForm(FormStep):
    """Give a copy back."""

    step, verb, events = COPY_STEP("give_back"), actions.give_back, (events.GIVEN_BACK,)
    reason = words(gettext_lazy("哪一项要核对"), 3)


#: Every step of a form a person takes, by its name.
FORMS: dict[str, type[FormStep]] = {
    form.step.name: form
    for form in (EditForm, SubmitForm, ApproveForm, RefuseForm, RecallForm, ReviseForm, EndForm, DropForm)
}


class FieldForm(Form):
    """A field of a form."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=MOST_NAME)
    meaning = words(
        gettext_lazy("口径"), 3, max_length=MOST_MEANING, help_text=gettext_lazy("算什么、不算什么。")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("填什么"), choices=Kind.choices, widget=forms.RadioSelect, initial=Kind.NUMBER
    )
    measure = forms.CharField(label=gettext_lazy("计量单位"), max_length=MOST_MEASURE, required=False)
    decimals = forms.IntegerField(
        label=gettext_lazy("小数位数"), min_value=0, max_value=MOST_DECIMALS, initial=0
    )
    standing = forms.BooleanField(
        label=gettext_lazy("截至期末的数"),
        required=False,
        help_text=gettext_lazy("例如户数、面积；不选，是这段时间里发生的数。"),
    )

    def spec(self) -> actions.Spec:
        """Return what was typed as the verb takes it."""
        return actions.Spec(**self.cleaned_data)


class DecideForm(Form):
    """What is to be done about a field for which something is known."""

    means = forms.ChoiceField(label=gettext_lazy("查到的"), widget=forms.RadioSelect)
    decision = forms.ChoiceField(
        label=gettext_lazy("怎么办"),
        widget=forms.RadioSelect,
        choices=[(one.value, one.label) for one in (Decision.SELF, Decision.AGAIN, Decision.OTHER)],
        initial=Decision.SELF,
    )
    reason = words(
        gettext_lazy("为什么还要问"),
        2,
        max_length=MOST_WHY,
        required=False,
        help_text=gettext_lazy("要问的才写；填表的人看得到。"),
    )

    def __init__(self, *args: Any, found: Any, **kwargs: Any):
        """Offer what is known."""
        super().__init__(*args, **kwargs)
        kinds = {"figure": _("指标"), "item": _("填报过的数")}
        rows = [(one.means, f"{one.title}（{kinds[one.kind]}）：{one.meaning}") for one in found]
        offer(self, "means", rows)
        self.fields["means"].initial = rows[0][0] if rows else ""


class FillForm(Form):
    """A copy: a field for every cell that is asked."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, cells: list[Cell], **kwargs: Any):
        """Ask for what is not known."""
        super().__init__(*args, **kwargs)
        for one in cells:
            if one.asked:
                self.fields[one.name] = _asked(one)

    def values(self) -> dict[str, str]:
        """Return what was typed, by cell."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def _asked(cell: Cell) -> forms.CharField:
    field = cell.field
    label = f"{field.name}（{field.measure}）" if field.measure else field.name
    more = [field.meaning, _("仍要问：%(why)s") % {"why": field.why} if field.why else ""]
    if cell.typed:
        more.append(_("上次填的是 %(value)s。") % {"value": cell.typed})
    made = forms.CharField(
        label=label, max_length=500, initial=cell.typed, help_text=" ".join(filter(None, more))
    )
    made.error_messages["required"] = _("请填写“%(label)s”；没有的，数填 0、文字写“无”。") % {
        "label": field.name
    }
    if field.kind == Kind.DATE:
        made.widget = forms.DateInput(attrs={"type": "date", "max": "9999-12-31"})
    elif field.kind == Kind.TEXT:
        made.widget = forms.Textarea(attrs={"rows": 3})
    else:
        made.widget.attrs["inputmode"] = "decimal"
    return made


class RateForm(Form):
    """Minutes of a kind of field, from a day on."""

    kind = forms.ChoiceField(label=gettext_lazy("填什么"), choices=Kind.choices, widget=forms.RadioSelect)
    minutes = forms.DecimalField(label=gettext_lazy("每项几分钟"), max_digits=5, decimal_places=2)
    source = forms.CharField(
        label=gettext_lazy("依据"),
        max_length=200,
        help_text=gettext_lazy("例如：2026年7月请6个村试填的平均用时。只测表，不测人。"),
    )
    valid_from = day(gettext_lazy("从哪一天起"))

    def __init__(self, *args: Any, **kwargs: Any):
        """Begin today unless told otherwise."""
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = clock.today()
