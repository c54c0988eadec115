"""Steps towards the end: one form for each, exactly the arguments of its verb."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy

from minfu.cases import events
from minfu.cases.forms.step import StepForm, words
from minfu.cases.models import Answer
from minfu.cases.rules import actions


class VerifyForm(StepForm):
    """Find that it was done."""

    step_name, verb, event, said = "verify", actions.verify, events.VERIFIED, "finding"
    finding = words(gettext_lazy("怎样核实的（现场、电话、照片等）"), 3)


class SendBackForm(StepForm):
    """Find that it was not done."""

    step_name, verb, event, said = "send_back", actions.send_back, events.SENT_BACK, "finding"
    finding = words(gettext_lazy("哪里没有办好"), 3)


class ConfirmForm(StepForm):
    """Write down what the resident says."""

    step_name, verb, event, said = "confirm", actions.confirm, events.CONFIRMED, "remark"
    same: ClassVar[Mapping[str, str]] = {"outcome": "outcome"}
    outcome = forms.ChoiceField(
        label=gettext_lazy("居民说"), choices=Answer.Outcome.choices, widget=forms.RadioSelect
    )
    satisfaction = forms.TypedChoiceField(
        label=gettext_lazy("满意度"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        choices=[
            ("", gettext_lazy("没有评价")),
            (5, gettext_lazy("5 非常满意")),
            (4, gettext_lazy("4 满意")),
            (3, gettext_lazy("3 基本满意")),
            (2, gettext_lazy("2 不满意")),
            (1, gettext_lazy("1 非常不满意")),
        ],
    )
    remark = words(gettext_lazy("居民原话（没有解决的必须写）"), 3, required=False)


class ConfirmMergedForm(ConfirmForm):
    """Write down what the resident of a merged demand says of the work on the main one."""

    step_name = "confirm_merged"
    verb: Callable[..., Any] = actions.confirm_merged


class CloseUnconfirmedForm(StepForm):
    """Close without the resident's word."""

    step_name, verb, event = "close_unconfirmed", actions.close_unconfirmed, events.CLOSED_UNCONFIRMED


class WithdrawForm(StepForm):
    """End it because the resident no longer wants it."""

    step_name, verb, event, said = "withdraw", actions.withdraw, events.WITHDRAWN, "reason"
    reason = words(gettext_lazy("居民为什么撤回"), 3)


class AttemptForm(StepForm):
    """Write down an attempt to reach the resident."""

    step_name, verb, event, said = "attempt", actions.attempt, events.ATTEMPTED, "note"
    same: ClassVar[Mapping[str, str]] = {"reached": "reached", "channel": "channel"}
    reached = forms.TypedChoiceField(
        label=gettext_lazy("联系上了吗"),
        coerce=lambda value: value == "yes",
        choices=[("no", gettext_lazy("没有联系上")), ("yes", gettext_lazy("联系上了"))],
        widget=forms.RadioSelect,
    )
    channel = forms.ChoiceField(label=gettext_lazy("方式"), choices=list(actions.CHANNELS.items()))
    note = forms.CharField(label=gettext_lazy("备注"), required=False, max_length=200)
