"""What the gallery shows: every component in every state, with invented data. For developers; no case is read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from minfu.kernel import clock
from minfu.kernel.forms import Form
from minfu.kernel.steps import State, StateTable, Step, step
from minfu.kernel.templatetags.minfu import icons

#: How many of the sample rows are overdue.
OVERDUE = 6
LOOKS = ("staff", "public", "print", "desk")

LONG = (
    "凤埔乡桃溪村村口到老年活动中心这一段路的路灯从上个月台风以后就全部不亮了，晚上老人孩子走路很不安全，已经有两位老人摔倒，"
    "请尽快派人来看一看，能修的先修，修不了的也请告诉大家什么时候能修好。" * 3
)

TABLE = StateTable(
    states=(
        State("waiting", _("待派单"), True, "blue", "inbox"),
        State("handling", _("办理中"), True, "blue", "progress"),
        State("paused", _("已暂停"), True, "amber", "pause"),
        State("missed", _("已超期"), True, "red", "danger"),
        State("solved", _("居民确认已解决"), False, "green", "check"),
        State("partly", _("居民确认部分解决"), False, "green", "half"),
        State("withdrawn", _("居民已撤回"), False, "grey", "undo"),
    ),
    initial=frozenset({"waiting"}),
    steps=(
        step("report", _("报告办结"), ("handling",), ("solved",), right="", hint=_("写明做了什么，交由其他单位的人核实。")),
        step("ask_extension", _("申请延期"), ("handling",), right="", hint=_("每单一次，须经另一人批准；批准前时限照常计算。")),
        step("call_help", _("请求协办"), ("handling",), right="", hint=_("吹哨：请其他单位在期限内协助，结果分别记录。")),
        step("withdraw", _("撤回"), ("handling",), ("withdrawn",), right="", danger=True, hint=_("居民本人不再需要办理。")),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Next:
    """A next step as ``components/steps_buttons.html`` takes it."""

    step: Step
    url: str = "?look=staff"

    @property
    def label(self) -> Any:
        """Return the verb on the button."""
        return self.step.label

    @property
    def hint(self) -> Any:
        """Return what will happen."""
        return self.step.hint

    @property
    def danger(self) -> bool:
        """Tell whether the step asks before doing."""
        return self.step.danger


@dataclass(frozen=True)
class Past:
    """An event as ``components/history.html`` takes it."""

    sentence: str
    at: datetime
    actor_label: str
    reason: str = ""


class SampleForm(Form):
    """One field of every kind."""

    title = forms.CharField(label=_("标题"), max_length=20, help_text=_("一句话说明是什么事，最多 20 个字。"))
    category = forms.ChoiceField(
        label=_("类别"), choices=[("", _("请选择")), ("road", _("道路")), ("water", _("供水"))]
    )
    urgency = forms.ChoiceField(
        label=_("紧急程度"),
        widget=forms.RadioSelect,
        choices=[("normal", _("一般")), ("urgent", _("紧急：有人可能受伤"))],
        help_text=_("火情、伤病、治安请直接拨打 119、120、110。"),
    )
    when = forms.DateField(
        label=_("发生日期"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    photo = forms.FileField(
        label=_("照片"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"data-downscale": "", "accept": "image/*"}),
    )
    text = forms.CharField(label=_("详细情况"), widget=forms.Textarea(attrs={"rows": 4}))
    agree = forms.BooleanField(label=_("我已核对以上内容"))


class SampleFilter(Form):
    """A filter bar."""

    q = forms.CharField(label=_("关键词"), required=False)
    state = forms.ChoiceField(
        label=_("状态"), choices=[("", _("全部")), ("open", _("办理中"))], required=False
    )
    since = forms.DateField(
        label=_("登记日期从"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )


def _rows(now: datetime) -> list[dict[str, Any]]:
    """Return enough list rows to fill a large desk, each with a different state and deadline."""
    codes = [state.code for state in TABLE.states]
    titles = ["村口路灯不亮", "自来水连续停水三天", "邻居建房占了共用的巷子", "低保申请材料要哪些", LONG]
    return [
        {
            "number": f"GT2611{1000 + index}",
            "title": titles[index % len(titles)],
            "state": codes[index % len(codes)],
            "due": now + timedelta(days=index - OVERDUE, hours=index % 5),
            "place": ("凤埔乡", "桃溪村", f"第{index % 9 + 1}网格"),
            "open": TABLE[codes[index % len(codes)]].is_open,
            "overdue": index < OVERDUE and TABLE[codes[index % len(codes)]].is_open,
        }
        for index in range(45)
    ]


def samples(request: HttpRequest) -> dict[str, Any]:
    """Return what the gallery templates show."""
    now = clock.now()
    past = [
        Past(sentence, now - timedelta(hours=hours), label, reason)
        for sentence, hours, label, reason in (
            ("派单给县住建局", 2, "凤埔乡 · 平台值班员", ""),
            ("报告办结", 27, "县住建局 · 经办人", LONG),
            ("居民说没有解决，提级重办", 51, "居民", "还是没有修好。"),
        )
    ]
    return {
        "table": TABLE,
        "states": TABLE.states,
        "dues": [now + timedelta(days=days, hours=1) for days in (-9, -1, 0, 1, 5, 40, 400)],
        "long": LONG,
        "form": SampleForm(prefix="blank"),
        "wrong_form": SampleForm({"wrong-title": LONG, "wrong-urgency": "later"}, prefix="wrong"),
        "filter_form": SampleFilter(request.GET or None, prefix=""),
        "steps": [Next(one) for one in TABLE.next_steps("handling")],
        "past": past,
        "rows": _rows(now),
        "looks": LOOKS,
        "icon_names": sorted(icons()),
        "matter": "matter" in request.GET,
        "dense": "dense" in request.GET,
    }
