"""What a county configures, dated and with its source: categories, routing, time limits, diversion."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Level, Unit


class Dated(models.Model):
    """A rule valid from a day (inclusive) to a day (exclusive, open when empty), with the source it rests on."""

    valid_from = models.DateField(_("生效日期"))
    valid_to = models.DateField(_("失效日期"), null=True, blank=True)
    source = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        abstract = True


class Category(Dated):
    """A node of the versioned category tree (three levels); a changed category is a new row, the old one is ended."""

    code = models.CharField(_("代码"), max_length=12)
    name = models.CharField(_("名称"), max_length=60)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    depth = models.PositiveSmallIntegerField()
    standard = models.TextField(_("服务标准"), blank=True)
    #: Lowest level able to settle it.
    level = models.CharField(_("责任层级"), max_length=10, choices=Level.choices, blank=True)
    duty = models.CharField(_("责任单位职责代码"), max_length=30, blank=True)
    #: Reserved for departments by the list of duties (履职事项清单): never sent down to a village or township.
    reserved = models.BooleanField(_("由部门办理"), default=False)
    confidential = models.BooleanField(_("保密"), default=False)
    keywords = models.TextField(_("关键词"), blank=True)
    #: Questions of its own: [{"key", "text", "type": "text|choice|date|number", "required", "choices": []}].
    questions = models.JSONField(_("补充问题"), default=list, blank=True)

    class Meta:
        db_table = "cases_category"
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="category_once_per_day"),
            models.CheckConstraint(condition=Q(depth__range=(1, 3)), name="category_three_levels"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="category_ends_after_start",
                violation_error_message=_("失效日期必须晚于生效日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RoutingRule(Dated):
    """An ordered rule: the first whose conditions hold names the lead. Empty conditions hold for all."""

    order = models.PositiveIntegerField(_("顺序"))
    category_code = models.CharField(_("类别代码（含下级）"), max_length=12, blank=True)
    kind = models.CharField(_("诉求类型"), max_length=12, blank=True)
    urgency = models.CharField(_("紧急程度"), max_length=8, blank=True)
    area = models.CharField(_("区划代码前缀"), max_length=12, blank=True)
    level = models.CharField(_("派往层级"), max_length=10, choices=Level.choices, blank=True)
    duty = models.CharField(_("派往职责代码"), max_length=30, blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("派往单位")
    )

    class Meta:
        db_table = "cases_routing_rule"
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return f"{self.order}"


class TimeLimit(Dated):
    """A time limit for one clock; the most specific row that fits wins (category, then kind, then urgency)."""

    class Clock(models.TextChoices):
        DISPATCH = "dispatch", _("派单")
        ACCEPT = "accept", _("签收")
        CONTACT = "contact", _("联系居民")
        RESOLVE = "resolve", _("办结")
        VERIFY = "verify", _("核实")
        CONFIRM = "confirm", _("居民确认")
        HELP = "help", _("协办")
        OBJECT = "object", _("提出异议")
        DECIDE = "decide", _("裁定异议")
        APPROVE = "approve", _("审批")
        DATA = "data", _("答复个人信息要求")

    class Measure(models.TextChoices):
        HOURS = "hours", _("小时")
        WORKDAYS = "workdays", _("个工作日")
        DAYS = "days", _("天（自然日）")

    clock = models.CharField(_("时限"), max_length=10, choices=Clock.choices)
    category_code = models.CharField(_("类别代码（含下级）"), max_length=12, blank=True)
    kind = models.CharField(_("诉求类型"), max_length=12, blank=True)
    urgency = models.CharField(_("紧急程度"), max_length=8, blank=True)
    amount = models.PositiveSmallIntegerField(_("数量"))
    measure = models.CharField(_("单位"), max_length=10, choices=Measure.choices)
    #: Reminder this share of the limit before its end, in percent (0 = none).
    remind_percent = models.PositiveSmallIntegerField(_("提醒提前（%）"), default=25)

    class Meta:
        db_table = "cases_time_limit"

    def __str__(self) -> str:
        return f"{self.get_clock_display()} {self.amount}{self.get_measure_display()}"


class Retention(Dated):
    """How long after its end the reporter's identity is kept with a demand; the most specific row that fits wins.

    个人信息保护法 第十九条: no longer than the purpose needs. How long that is, the county decides and says why.
    """

    category_code = models.CharField(_("类别代码（含下级）"), max_length=12, blank=True)
    kind = models.CharField(_("诉求类型"), max_length=12, blank=True)
    months = models.PositiveSmallIntegerField(_("办结后保存（月）"))

    class Meta:
        db_table = "cases_retention"
        constraints = [
            models.CheckConstraint(
                condition=Q(months__gte=1), name="kept_a_month_at_least"
            ),  # appeals and "not solved" come within days
        ]

    def __str__(self) -> str:
        return _text("办结后 %(months)s 个月") % {"months": self.months}


class AutomaticChoice(Dated):
    """How sure the software must be before it decides by itself, where nobody at a desk does."""

    class Matter(models.TextChoices):
        CATEGORY = "category", _("类别")

    matter = models.CharField(_("判断什么"), max_length=10, choices=Matter.choices)
    #: Of a hundred choices made by itself so many must be right; 0: it never chooses.
    percent = models.PositiveSmallIntegerField(_("准确率要求（%）"))

    class Meta:
        db_table = "cases_automatic_choice"
        constraints = [
            models.CheckConstraint(
                condition=Q(percent=0) | Q(percent__range=(90, 99)), name="chosen_when_nearly_sure"
            )
        ]

    def __str__(self) -> str:
        if not self.percent:
            return _text("不自动判断")
        return _text("准确率达到 %(percent)s%% 才自动判断") % {"percent": self.percent}


class Diversion(Dated):
    """Where a matter goes that does not belong here: emergency numbers, courts, petitions, disclosure …"""

    code = models.CharField(_("代码"), max_length=20)
    name = models.CharField(_("渠道"), max_length=60)
    #: What the resident is told: where to go and how.
    advice = models.TextField(_("告知内容"))
    #: Words that suggest this channel to the clerk and to the resident's form; never decide by themselves.
    keywords = models.TextField(_("提示词"), blank=True)
    #: Shown before the form is sent, in large type (life in danger).
    emergency = models.BooleanField(_("紧急求助"), default=False)

    class Meta:
        db_table = "cases_diversion"
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="diversion_once_per_day")]

    def __str__(self) -> str:
        return self.name
