"""Forms of residents: one question each, in everyday words."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.cases.models import Answer, Category, Kind, Mode
from minfu.files.forms import FilesField
from minfu.kernel import widgets
from minfu.kernel.forms import Form
from minfu.language.asked import MAX_TEXT

Choice = tuple[str, Any]
#: Longest text the form takes before the rules look at it: what is too long comes back with a sentence, nothing cut.
LONGEST_TYPED = 400_000

#: What residents call the kinds, most frequent first.
KINDS = (
    (Kind.REQUEST, gettext_lazy("有困难，要帮忙"), gettext_lazy("东西坏了、办事难、生活有困难")),
    (Kind.HAZARD, gettext_lazy("有危险，怕出事"), gettext_lazy("电线、房子、道路、河塘、山火隐患")),
    (Kind.DISPUTE, gettext_lazy("有矛盾，要调解"), gettext_lazy("邻里、家庭、土地、欠钱的争执")),
    (Kind.CONSULTATION, gettext_lazy("想问问政策"), gettext_lazy("补贴、医保、养老、建房怎么办")),
    (Kind.COMPLAINT, gettext_lazy("对服务不满意"), gettext_lazy("办事拖拉、态度不好、处理不公")),
    (Kind.WRONGDOING, gettext_lazy("举报违法违规"), gettext_lazy("乱建、乱倒、骗补贴、假货")),
    (Kind.SUGGESTION, gettext_lazy("提个建议"), gettext_lazy("对村里、乡里、县里的工作")),
    (Kind.PRAISE, gettext_lazy("想表扬"), gettext_lazy("有人帮了您，有事办得好")),
)
MODES = (
    (
        Mode.NAMED,
        gettext_lazy("留下姓名和电话"),
        gettext_lazy("办事的人好联系您，也好回话。除了办这件事的人，别人看不到。"),
    ),
    (
        Mode.CONFIDENTIAL,
        gettext_lazy("留电话，但要替我保密"),
        gettext_lazy("只有接件的平台能看到您是谁，去办事的单位看不到。"),
    ),
    (
        Mode.ANONYMOUS,
        gettext_lazy("不留姓名和电话"),
        gettext_lazy("照样会办。只能靠您用查询码来看结果，我们联系不到您。"),
    ),
)
OUTCOMES = (
    (Answer.Outcome.SOLVED, gettext_lazy("解决了"), ""),
    (Answer.Outcome.PARTLY, gettext_lazy("解决了一部分"), ""),
    (Answer.Outcome.EXPLAINED, gettext_lazy("没办成，但讲清了道理，我认可"), ""),
    (
        Answer.Outcome.NOT_SOLVED,
        gettext_lazy("没有解决"),
        gettext_lazy("交给上一级重新办，请在下面说说哪里没解决"),
    ),
)
SATISFACTION = (
    ("5", gettext_lazy("非常满意")),
    ("4", gettext_lazy("满意")),
    ("3", gettext_lazy("一般")),
    ("2", gettext_lazy("不满意")),
    ("1", gettext_lazy("非常不满意")),
)


def with_hints(rows: Sequence[tuple[Any, Any, Any]]) -> list[Choice]:
    """Return choices whose labels carry a second, smaller line."""
    return [(str(value), _two_lines(label, hint)) for value, label, hint in rows]


def _two_lines(label: Any, hint: Any) -> SafeString:
    if not hint:
        return format_html("<span><b>{}</b></span>", label)
    return format_html('<span><b>{}</b><span class="hint">{}</span></span>', label, hint)


class Words(forms.CharField):
    """Text as typed; the NUL that broken keyboards send is dropped, since nobody could see it to take it out."""

    def to_python(self, value: Any) -> Any:
        """Return the text without NUL."""
        return super().to_python(value.replace("\0", "") if isinstance(value, str) else value)


class KindForm(Form):
    """What it is about."""

    kind = forms.ChoiceField(label=gettext_lazy("您要说的是哪一种？"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any):
        """Offer the kinds in everyday words."""
        super().__init__(*args, **kwargs)
        widgets.offer(self, "kind", with_hints(KINDS))
        self.fields["kind"].error_messages["required"] = _("请选一种。拿不准就选“有困难，要帮忙”。")


class WhatForm(Form):
    """What happened, with photos."""

    description = Words(
        label=gettext_lazy("是什么事？"),
        help_text=gettext_lazy("怎么说都行：什么时候、什么事、想要怎么办。身份证号、银行卡号不用写。"),
        widget=forms.Textarea(attrs={"rows": 7}),
        max_length=LONGEST_TYPED,
        required=False,  # the rules say what is missing
    )
    photos = FilesField(
        label=gettext_lazy("照片"),
        help_text=gettext_lazy("有照片更好办，没有也行。最多 6 张。照片里的拍摄地点会自动去掉。"),
        required=False,
    )


class DangerForm(Form):
    """Whether someone is in danger now."""

    urgent = forms.ChoiceField(
        label=gettext_lazy("现在还有危险吗？"),
        choices=[
            ("no", gettext_lazy("没有了，只是反映情况")),
            ("yes", gettext_lazy("还有危险，电话已经打了或马上打")),
        ],
        widget=forms.RadioSelect,
    )


class TopicForm(Form):
    """Which everyday category; empty is "I do not know"."""

    topic = Words(required=False, max_length=12)


class QuestionsForm(Form):
    """The category's own questions; a resident may leave any out."""

    def __init__(self, *args: Any, category: Category, **kwargs: Any):
        """Ask the questions of ``category``."""
        super().__init__(*args, **kwargs)
        for question in category.questions:
            self.fields[f"q_{question['key']}"] = _question(question)


def _question(question: dict[str, Any]) -> forms.Field:
    text, choices = question["text"], question.get("choices")
    if choices:
        return forms.ChoiceField(
            label=text, choices=[(one, one) for one in choices], widget=forms.RadioSelect, required=False
        )
    modes = {"number": "decimal", "date": "text"}
    mode = modes.get(question.get("type", ""), "text")
    widget = forms.TextInput(attrs={"inputmode": mode})
    return Words(label=text, widget=widget, required=False, max_length=200)


class WhereForm(Form):
    """Where it is: in words, or by choosing the village."""

    address = Words(
        label=gettext_lazy("在哪里？"),
        help_text=gettext_lazy("写村名和旁边好认的东西，例如“凤埔村小学门口”。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        max_length=LONGEST_TYPED,
        required=False,
    )
    village = forms.ChoiceField(label=gettext_lazy("或者选一个村（社区）"), required=False)

    def __init__(self, *args: Any, villages: Sequence[Any], at_grid: bool = False, **kwargs: Any):
        """Offer the county's villages; where a poster was scanned only the spot itself is asked."""
        super().__init__(*args, **kwargs)
        if at_grid:
            del self.fields["village"]
            self.fields["address"].label = _("具体在什么地方？")
            self.fields["address"].help_text = _("例如“老榕树旁边”“3 号楼后面”。说不清可以不写。")
        else:
            widgets.offer(self, "village", villages)


class PlaceForm(Form):
    """Whether the place was understood."""

    place = forms.ChoiceField(label=gettext_lazy("是这里吗？"), widget=forms.RadioSelect)
    village = forms.ChoiceField(label=gettext_lazy("村（社区）"), required=False)

    def __init__(self, *args: Any, places: Sequence[Choice], villages: Sequence[Any], **kwargs: Any):
        """Offer what was understood, then every village, then the staff's help."""
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [  # type: ignore[attr-defined]  # a field found by its name is any field
            *places,
            ("other", _("都不是，我在下面选")),
            ("unknown", _("说不清，请工作人员帮我确定")),
        ]
        widgets.offer(self, "village", villages)

    def clean(self) -> dict[str, Any]:
        """Ask for the village of whoever wants to choose it; take a chosen one for the answer."""
        cleaned = super().clean() or {}
        if cleaned.get("place") == "other" and not cleaned.get("village"):
            self.add_error("village", _("请在这里选村（社区），或者选“说不清”。"))
        return cleaned


class SameForm(Form):
    """Whether somebody reported the same already."""

    same = forms.ChoiceField(label=gettext_lazy("别人反映过的，是同一件事吗？"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, rows: Sequence[tuple[Any, Any, Any]], **kwargs: Any):
        """Offer what was reported, then that it is none of them."""
        super().__init__(*args, **kwargs)
        own = ("none", _("都不是，这是另一件"), "")
        self.fields["same"].choices = with_hints([*rows, own])  # type: ignore[attr-defined]  # a field found by its name is any field
        self.fields["same"].help_text = _(
            "是同一件，就和先前的一起办，您照样有自己的查询码，办好了也会请您说说解决了没有。"
        )


class AboutForm(Form):
    """Which unit a complaint is about: that one never handles it and never learns who complained."""

    unit = forms.ChoiceField(
        label=gettext_lazy("说的是哪个单位？"),
        help_text=gettext_lazy("被说到的单位不会来办这件事，也看不到您是谁。"),
        widget=forms.RadioSelect,
    )
    other = forms.ChoiceField(label=gettext_lazy("别的单位"), required=False)

    def __init__(self, *args: Any, near: Sequence[Choice], units: Sequence[Any], **kwargs: Any):
        """Offer the units near the place, then all."""
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [  # type: ignore[attr-defined]  # a field found by its name is any field
            *near,
            ("other", _("别的单位，我在下面选")),
            ("none", _("不是说某个单位，或者说不清")),
        ]
        widgets.offer(self, "other", units)

    def clean(self) -> dict[str, Any]:
        """Ask for the unit of whoever wants to choose it."""
        cleaned = super().clean() or {}
        if cleaned.get("unit") == "other" and not cleaned.get("other"):
            self.add_error("other", _("请在这里选单位，或者选“说不清”。"))
        return cleaned


class WhoForm(Form):
    """How far the resident wants to be known."""

    mode = forms.ChoiceField(label=gettext_lazy("要留下您的姓名和电话吗？"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any):
        """Offer the three ways in plain words."""
        super().__init__(*args, **kwargs)
        widgets.offer(self, "mode", with_hints(MODES))
        self.fields["mode"].error_messages["required"] = _("请选一种。不留也照样办。")


class ContactForm(Form):
    """Name and number."""

    phone = Words(
        label=gettext_lazy("您的电话"),
        help_text=gettext_lazy("手机或带区号的座机，例如 13812345678。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel", "class": "short"}),
        max_length=60,
        required=False,
    )
    name = Words(
        label=gettext_lazy("怎么称呼您"),
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "short"}),
        max_length=200,
        required=False,
    )


class FollowForm(Form):
    """The receipt code."""

    code = Words(
        label=gettext_lazy("查询码"),
        help_text=gettext_lazy("回执上的 12 位数字。空格写不写都行。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "code-input"}),
        max_length=80,
        error_messages={"required": gettext_lazy("请填写回执上的 12 位查询码。")},
    )


class CodeForm(Form):
    """The one-time code."""

    code = Words(
        label=gettext_lazy("验证码"),
        help_text=gettext_lazy("6 位数字，10 分钟内有效。"),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "code-input"}
        ),
        max_length=20,
    )


class AnswerForm(Form):
    """How it went."""

    outcome = forms.ChoiceField(label=gettext_lazy("这件事解决了吗？"), widget=forms.RadioSelect)
    remark = Words(
        label=gettext_lazy("想说的话"),
        help_text=gettext_lazy("没有解决的，请说说哪里没解决。"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=LONGEST_TYPED,
    )
    satisfaction = forms.TypedChoiceField(
        label=gettext_lazy("您满意吗？"),
        choices=SATISFACTION,
        widget=forms.RadioSelect,
        required=False,
        coerce=int,
        empty_value=None,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        """Offer the answers in everyday words."""
        super().__init__(*args, **kwargs)
        widgets.offer(self, "outcome", with_hints(OUTCOMES))
        self.fields["outcome"].error_messages["required"] = _("请先选一项：解决了没有。")


class ContestForm(Form):
    """What is not as it was written down."""

    remark = Words(
        label=gettext_lazy("哪里没有解决？"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_TYPED,
    )


class WordsForm(Form):
    """Something to add."""

    text = Words(
        label=gettext_lazy("要补充什么？"),
        help_text=gettext_lazy("办这件事的人会马上收到提醒。原来说的不会改动。"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=LONGEST_TYPED,
    )
    photos = FilesField(label=gettext_lazy("照片"), required=False)
    #: How many words there were when the form was shown: a double tap adds them once.
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class WithdrawForm(Form):
    """Why it is no longer wanted."""

    reason = Words(
        label=gettext_lazy("为什么撤回？"),
        help_text=gettext_lazy("一句话就行，例如“已经自己修好了”。"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=MAX_TEXT,
    )
