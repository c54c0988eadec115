"""Steps of a document as forms: one for each verb, exactly its arguments; a new document; a new register."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from minfu.accounts.actor import Actor
from minfu.accounts.models import Unit
from minfu.documents import events, states
from minfu.documents.models import Register
from minfu.documents.rules import actions, numbering, shipped
from minfu.documents.rules.actions.writing import LIMITS
from minfu.figures import door as figures
from minfu.kernel.forms import Form
from minfu.kernel.step_pages import StepForm, words
from minfu.kernel.widgets import Combo, offer

STEP = states.DOCUMENT.step


class DocumentForm(StepForm):
    """A step of a document."""


class EditForm(DocumentForm):
    """Change a draft."""

    step, verb, events = STEP("edit"), actions.edit, (events.EDITED,)
    title = forms.CharField(label=gettext_lazy("标题"), max_length=LIMITS["title"])
    text = words(
        gettext_lazy("正文"),
        22,
        help_text=gettext_lazy(
            "标题前写 #（一级）到 ####（四级）；数写成 {{ figure 指标 }}，变化写成 {{ change 指标 }}；"
            "填报过的数写成 {{ answer 数据项 }}；确需手写的数写成 {{ fixed 数 依据 }}。"
        ),
    )
    addressees = forms.CharField(label=gettext_lazy("主送"), max_length=LIMITS["addressees"], required=False)
    copies = forms.CharField(label=gettext_lazy("抄送"), max_length=LIMITS["copies"], required=False)
    head = forms.CharField(label=gettext_lazy("发文机关标志"), max_length=LIMITS["head"])
    signed_by = forms.CharField(label=gettext_lazy("署名"), max_length=LIMITS["signed_by"])
    signer = forms.CharField(
        label=gettext_lazy("签发人"),
        max_length=LIMITS["signer"],
        required=False,
        help_text=gettext_lazy("上行文（请示、报告）必须写。"),
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("紧急程度"),
        required=False,
        choices=[("", gettext_lazy("不标")), ("加急", gettext_lazy("加急")), ("特急", gettext_lazy("特急"))],
    )
    note = forms.CharField(label=gettext_lazy("附注"), max_length=LIMITS["note"], required=False)
    sealed = forms.BooleanField(label=gettext_lazy("盖章"), required=False)

    def prepare(self) -> None:
        """Fill in what the draft says."""
        for name in self.fields:
            if name != "version":
                self.fields[name].initial = getattr(self.row, name)

    def arguments(self) -> dict[str, Any]:
        """Return the text, and what stands around it."""
        told = super().arguments()
        text = told.pop("text")
        return {"text": text, "about": actions.Head(**told, secrecy=self.row.secrecy)}


class SubmitForm(DocumentForm):
    """Ask for approval."""

    step, verb, events = STEP("submit"), actions.submit, (events.SUBMITTED,)


class ApproveForm(DocumentForm):
    """Approve."""

    step, verb, events = STEP("approve"), actions.approve, (events.APPROVED,)


class RefuseForm(DocumentForm):
    """Give back."""

    step, verb, events = STEP("refuse"), actions.refuse, (events.REFUSED,)
    reason = words(gettext_lazy("要改什么"), 3)


class RecallForm(DocumentForm):
    """Take back."""

    step, verb, events = STEP("recall"), actions.recall, (events.RECALLED,)


class IssueForm(DocumentForm):
    """Give it a number and issue it."""

    step, verb, events = STEP("issue"), actions.issue, (events.ISSUED,)
    register_id = forms.TypedChoiceField(
        label=gettext_lazy("字号簿"),
        coerce=int,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("从这本字号簿取今年的下一个号。没有可选的，请县平台先设立。"),
    )

    def prepare(self) -> None:
        """Offer the registers of the unit; the only one is chosen."""
        rows = [(one.pk, str(one)) for one in numbering.registers_for(self.row)]
        offer(self, "register_id", rows)
        if len(rows) == 1:
            self.fields["register_id"].initial = rows[0][0]


class WithdrawForm(DocumentForm):
    """Withdraw."""

    step, verb, events = STEP("withdraw"), actions.withdraw, (events.WITHDRAWN,)
    reason = words(gettext_lazy("为什么撤回"), 3)


class ReplaceForm(DocumentForm):
    """Begin another in its place."""

    step, verb, events = STEP("replace"), actions.replace, (events.REPLACEMENT_BEGUN,)


class DropForm(DocumentForm):
    """Give up a draft."""

    step, verb, events = STEP("drop"), actions.drop, (events.DROPPED,)
    reason = words(gettext_lazy("为什么作废"), 2)


#: Every step a person takes, by its name.
FORMS: dict[str, type[DocumentForm]] = {
    form.step.name: form
    for form in (
        EditForm, SubmitForm, ApproveForm, RefuseForm, RecallForm, IssueForm, WithdrawForm, ReplaceForm, DropForm,
    )
}  # fmt: skip


class BeginForm(Form):
    """A new document: which template, about which place, of which time."""

    code = forms.ChoiceField(label=gettext_lazy("模板"), widget=forms.RadioSelect)
    area = forms.ChoiceField(label=gettext_lazy("写哪里"), widget=Combo)
    period = forms.ChoiceField(
        label=gettext_lazy("写哪一段时间"), help_text=gettext_lazy("只能写已经结束的时段，数才是完整的。")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        """Offer the templates, the places of the actor's area, and periods that are over."""
        super().__init__(*args, **kwargs)
        offer(self, "code", [(one.code, one.label) for one in shipped.templates().values()])
        own = figures.own_area(actor)
        below = [] if own.unit_id is not None else figures.areas_below(own)
        offer(self, "area", [(one.key, one.name) for one in (own, *below)])
        offer(self, "period", figures.past_periods())


class RegisterForm(Form):
    """A new register of numbers."""

    unit_id = forms.TypedChoiceField(label=gettext_lazy("单位"), coerce=int, widget=Combo)
    form = forms.ChoiceField(
        label=gettext_lazy("编号方式"), choices=Register.Form.choices, widget=forms.RadioSelect
    )
    word = forms.CharField(
        label=gettext_lazy("机关代字或刊名"), max_length=10, help_text=gettext_lazy("例如：凤政。")
    )

    def __init__(self, *args: Any, **kwargs: Any):
        """Offer the units that can issue documents."""
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(is_active=True).exclude(kind=Unit.Kind.PARTNER).order_by("level", "name")
        offer(self, "unit_id", [(unit.pk, unit.name) for unit in units])
