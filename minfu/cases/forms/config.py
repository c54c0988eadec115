"""Forms of the configuration: they parse; the verbs judge."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Level, Unit
from minfu.cases.models import AutomaticChoice, Kind, TimeLimit, Urgency
from minfu.cases.rules import catalog, defaults
from minfu.cases.rules.actions.configure import Terms
from minfu.cases.rules.actions.configure_checks import (
    MOST_AMOUNT,
    MOST_BYTES,
    MOST_MONTHS,
    MOST_ORDER,
    MOST_QUESTIONS,
    MOST_REMIND,
    MOST_SURE,
    keyed,
)
from minfu.cases.rules.configuration import townships
from minfu.kernel import widgets
from minfu.kernel.forms import Form
from minfu.places import index
from minfu.places.codes import place_name

QUESTION_TYPES = [("text", _("文字")), ("choice", _("选择")), ("number", _("数字")), ("date", _("日期"))]
#: Empty lines offered for new questions.
NEW_QUESTIONS = 2


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


def categories(empty: Any) -> list[tuple[str, str]]:
    """Return the categories of today as choices, indented by their level."""
    rows = sorted(catalog.current().categories.items())
    return [("", empty), *((code, f"{'　' * (row.depth - 1)}{code} {row.name}") for code, row in rows)]


def duties() -> list[tuple[str, str]]:
    """Return the duties of departments as choices."""
    return [("", _now("不限")), *((code, f"{duty.name}({code})") for code, duty in defaults.duties().items())]


class TermsForm(Form):
    """From when a version holds and on what it rests; stands at the end of every form that makes one."""

    valid_from = _day(_("生效日期"), help_text=_("从这一天起登记的诉求按新的办；以前的不变。"))
    source = forms.CharField(
        label=_("依据"), max_length=200, help_text=_("文件名称和文号，或谁在哪次会上定的。")
    )
    field_order: list[str] | None = None

    def __init__(self, *args: Any, **kwargs: Any):
        """Put day and source last."""
        super().__init__(*args, **kwargs)
        self.order_fields(
            [*(name for name in self.fields if name not in ("valid_from", "source")), "valid_from", "source"]
        )

    def terms(self) -> Terms:
        """Return the terms of a valid form."""
        return Terms(self.cleaned_data["valid_from"], self.cleaned_data["source"])

    def content(self) -> dict[str, Any]:
        """Return what the version holds."""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in ("valid_from", "source")
        }


class CategoryForm(TermsForm):
    """A category. Its questions are asked beside it."""

    code = forms.CharField(
        label=_("代码"), max_length=6, help_text=_("大类 2 位，中类 4 位，小类 6 位数字，前面是上级的代码。")
    )
    name = forms.CharField(label=_("名称"), max_length=60)
    standard = forms.CharField(
        label=_("服务标准"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("居民看得懂的一句话：会做什么。不要写做不到的。"),
    )  # fmt: skip
    level = forms.ChoiceField(
        label=_("责任层级"), required=False, choices=[("", _("由平台派单")), *Level.choices],
        help_text=_("能办成这件事的最低一级。"),
    )  # fmt: skip
    duty = forms.ChoiceField(label=_("职责"), required=False)
    reserved = forms.BooleanField(
        label=_("由部门办理"), required=False, help_text=_("履职事项清单里由上级部门办的：不能派给乡镇和村。")
    )
    confidential = forms.BooleanField(
        label=_("保密"), required=False, help_text=_("家庭暴力、未成年人、举报等：只有承办单位看得到。")
    )
    keywords = forms.CharField(
        label=_("关键词"),
        required=False,
        max_length=400,
        help_text=_("用空格隔开；用来提示分类，不会自己决定。"),
    )

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any):
        """Offer today's duties; ``fixed`` keeps the code as it is."""
        super().__init__(*args, **kwargs)
        widgets.offer(self, "duty", duties())
        self.fields["code"].disabled = fixed


class QuestionForm(Form):
    """One question of a category; an empty text takes it away."""

    text = forms.CharField(label=_("问题"), required=False, max_length=100)
    type = forms.ChoiceField(label=_("回答方式"), choices=QUESTION_TYPES)
    choices = forms.CharField(
        label=_("选项"), required=False, max_length=300, help_text=_("用“|”隔开，例如：安全|不安全")
    )
    required = forms.BooleanField(label=_("必须回答"), required=False)
    key = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Ask for choices where one is to be chosen."""
        data = super().clean() or {}
        options = [one.strip() for one in str(data.get("choices") or "").split("|") if one.strip()]
        if data.get("text") and data.get("type") == "choice" and len(options) < 2:  # noqa: PLR2004 - one alone is no choice
            self.add_error("choices", _now("“选择”至少要两个选项，用“|”隔开。"))
        data["options"] = options if data.get("type") == "choice" else []
        return data


QuestionSet = forms.formset_factory(
    QuestionForm, extra=NEW_QUESTIONS, max_num=MOST_QUESTIONS, validate_max=True
)


def questions_of(filled: Any) -> list[dict[str, Any]]:
    """Return the questions of a valid set, each with a key of its own."""
    return keyed(
        [
            {
                "key": data["key"],
                "text": data["text"],
                "type": data["type"],
                "required": data["required"],
                "choices": data["options"],
            }
            for data in filled.cleaned_data
            if data.get("text")
        ]
    )


class _Conditions(TermsForm):
    """Which demands a rule or limit is about; empty holds for all."""

    category_code = forms.ChoiceField(label=_("类别（含下级）"), required=False)
    kind = forms.ChoiceField(label=_("诉求类型"), required=False, choices=[("", _("不限")), *Kind.choices])
    urgency = forms.ChoiceField(
        label=_("紧急程度"), required=False, choices=[("", _("不限")), *Urgency.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any):
        """Offer today's categories."""
        super().__init__(*args, **kwargs)
        widgets.offer(self, "category_code", categories(_now("不限")))


class RuleForm(_Conditions):
    """A routing rule."""

    order = forms.IntegerField(
        label=_("顺序"), min_value=1, max_value=MOST_ORDER,
        help_text=_("从小到大看，第一条符合的生效。条件越窄的排得越前；留空档，方便以后插入。"),
    )  # fmt: skip
    area = forms.ChoiceField(label=_("哪个乡镇"), required=False)
    unit_id = forms.TypedChoiceField(
        label=_("派往单位"), required=False, coerce=int, empty_value=None,
        help_text=_("指定单位时，下面的层级和职责不起作用。"),
    )  # fmt: skip
    level = forms.ChoiceField(
        label=_("派往层级"), required=False,
        choices=[("", _("不按层级")), ("village", _("村（社区）")), ("township", _("乡镇")), ("county", _("县级部门"))],
    )  # fmt: skip
    duty = forms.ChoiceField(label=_("派往职责"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        """Offer today's townships, units and duties."""
        super().__init__(*args, **kwargs)
        units = (
            Unit.objects.filter(is_active=True)
            .exclude(kind=Unit.Kind.PARTNER)
            .order_by("level", "division_id", "name")
        )
        widgets.offer(self, "area", [("", _now("全县")), *townships()])
        widgets.offer(self, "unit_id", [("", _now("不指定")), *units.values_list("pk", "name")])
        widgets.offer(self, "duty", duties())
        first = ["order", "category_code", "kind", "urgency", "area", "unit_id", "level", "duty"]
        self.order_fields([*first, "valid_from", "source"])


class LimitForm(_Conditions):
    """A time limit."""

    clock = forms.ChoiceField(label=_("时限"), choices=TimeLimit.Clock.choices)
    amount = forms.IntegerField(label=_("数量"), min_value=1, max_value=MOST_AMOUNT)
    measure = forms.ChoiceField(label=_("单位"), choices=TimeLimit.Measure.choices)
    remind_percent = forms.IntegerField(
        label=_("提前多少提醒（%）"), min_value=0, max_value=MOST_REMIND, initial=25,
        help_text=_("例如 25：还剩四分之一时间时提醒；0 表示不提醒。夜里不提醒。"),
    )  # fmt: skip

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any):
        """``fixed`` keeps what the limit is about as it is."""
        super().__init__(*args, **kwargs)
        for name in ("clock", "category_code", "kind", "urgency"):
            self.fields[name].disabled = fixed
        first = ["clock", "category_code", "kind", "urgency", "amount", "measure", "remind_percent"]
        self.order_fields([*first, "valid_from", "source"])


class RetentionForm(TermsForm):
    """How long identities are kept."""

    category_code = forms.ChoiceField(label=_("类别（含下级）"), required=False)
    kind = forms.ChoiceField(label=_("诉求类型"), required=False, choices=[("", _("不限")), *Kind.choices])
    months = forms.IntegerField(
        label=_("办结后保存几个月"), min_value=1, max_value=MOST_MONTHS,
        help_text=_("到期后姓名、电话等自动删除，删除有记录；诉求和经过仍保留。只保存必要的时间。"),
    )  # fmt: skip

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any):
        """Offer today's categories; ``fixed`` keeps what the rule is about as it is."""
        super().__init__(*args, **kwargs)
        widgets.offer(self, "category_code", categories(_now("不限")))
        for name in ("category_code", "kind"):
            self.fields[name].disabled = fixed


class ChoiceForm(TermsForm):
    """How sure the software must be to choose by itself."""

    matter = forms.ChoiceField(label=_("判断什么"), choices=AutomaticChoice.Matter.choices)
    percent = forms.IntegerField(
        label=_("准确率要求（%）"), min_value=0, max_value=MOST_SURE,
        help_text=_("按以往学习时没有见过的诉求算，准确率达到这个数才自动判断，达不到就请工作人员判断。填 0 表示不自动判断。"),
    )  # fmt: skip

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any):
        """``fixed`` keeps what is chosen as it is."""
        super().__init__(*args, **kwargs)
        self.fields["matter"].disabled = fixed


class DiversionForm(TermsForm):
    """Where a matter goes that does not belong here."""

    code = forms.SlugField(
        label=_("代码"), max_length=20, help_text=_("英文字母和数字，例如 petition。以后不改。"),
        error_messages={"invalid": _("代码只能用英文字母、数字、横线。")},
    )  # fmt: skip
    name = forms.CharField(label=_("渠道"), max_length=60)
    advice = forms.CharField(
        label=_("告知内容"), max_length=400, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写清去哪里、怎么办、带什么。"),
    )  # fmt: skip
    keywords = forms.CharField(
        label=_("提示词"), required=False, max_length=400, help_text=_("用空格隔开；只用来提醒。")
    )
    emergency = forms.BooleanField(
        label=_("紧急求助"), required=False, help_text=_("有生命危险的：居民提交以前用大字提示。")
    )

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any):
        """``fixed`` keeps the code as it is."""
        super().__init__(*args, **kwargs)
        self.fields["code"].disabled = fixed


class EndForm(Form):
    """The day something ends, and why."""

    on = _day(_("自何日起失效"))
    reason = forms.CharField(label=_("原因或依据"), max_length=200)


class TrialForm(Form):
    """An imagined demand: where would it go?"""

    category = forms.ChoiceField(label=_("类别"), required=False)
    kind = forms.ChoiceField(label=_("诉求类型"), choices=Kind.choices)
    urgency = forms.ChoiceField(label=_("紧急程度"), choices=Urgency.choices)
    village = forms.ChoiceField(label=_("在哪里"), required=False)
    day = _day(_("按哪天的配置"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        """Offer today's categories and places."""
        super().__init__(*args, auto_id="trial_%s", **kwargs)
        widgets.offer(self, "category", categories(_now("还没有分类")))
        widgets.offer(self, "village", _villages())


def _villages() -> list[Any]:
    rows = [row for row in index.current().divisions.values() if row.level == "village" and not row.ended]
    found: list[Any] = [("", _now("地点还不确定"))]
    for code, name in townships():
        inside = sorted((row.code, place_name(row.name)) for row in rows if row.code.startswith(code))
        found.append((name, inside))
    return found


class UploadForm(Form):
    """A table to look at before it is taken over: as a file, or what was looked at (``held``)."""

    file = forms.FileField(label=_("文件"), required=False)
    held = forms.CharField(required=False, widget=forms.HiddenInput, max_length=2 * MOST_BYTES)
    source = forms.CharField(label=_("依据"), max_length=200)

    def clean(self) -> dict[str, Any]:
        """Ask for a file that is there and not too large."""
        data = super().clean() or {}
        file = data.get("file")
        if file is None and not data.get("held"):
            self.add_error("file", _now("请选择文件。"))
        elif file is not None and file.size > MOST_BYTES:
            self.add_error("file", _now("文件超过 1 MB,请确认选对了文件。"))
        return data


class TreeForm(UploadForm):
    """A category tree and the day from which it holds."""

    valid_from = _day(_("生效日期"))


def tomorrow(today: date) -> date:
    """Return the day new versions hold from unless told otherwise."""
    return today + timedelta(days=1)
