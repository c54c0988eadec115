"""What a county configures, dated and with its source: grades of hazards, and who is told when danger is immediate."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Post, Unit
from minfu.kernel.calendar import Unit as Measure
from minfu.kernel.dated import Dated


class Grade(Dated):
    """A grade: how grave, by when it must be rectified, and again after a check found it still there."""

    code = models.SlugField(_("代码"), max_length=20)
    name = models.CharField(_("等级"), max_length=30)
    meaning = models.CharField(_("怎样算这一级"), max_length=200)
    #: The higher, the graver. Only the desk above lowers a grade.
    weight = models.PositiveSmallIntegerField(_("轻重（数字越大越重）"))
    amount = models.PositiveSmallIntegerField(_("整改期限"))
    measure = models.CharField(_("期限单位"), max_length=10, choices=Measure.choices)
    again_amount = models.PositiveSmallIntegerField(_("复查没通过的，再给多久"))
    again_measure = models.CharField(_("再给的单位"), max_length=10, choices=Measure.choices)
    #: Immediate danger: grading it so raises the alarm.
    alarm = models.BooleanField(_("定为这一级就拉响警报"), default=False)

    class Meta(Dated.Meta):
        db_table = "hazards_grade"
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["code", "valid_from"], name="grade_once_per_day"),
            models.CheckConstraint(
                condition=Q(amount__range=(1, 400), again_amount__range=(1, 400)),
                name="grade_limits_are_sane",
                violation_error_message=_("期限请填 1 到 400。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AlarmStep(Dated):
    """One line of the list of who is told: at which stage, whom, and how long until the next stage if nobody acknowledges."""

    class Whom(models.TextChoices):
        """How somebody is named: by their part, so that the list holds for the whole county; or one unit, one post."""

        LEAD = "lead", _("整改单位")
        VILLAGE = "village", _("所在村")
        TOWNSHIP = "township", _("乡镇平台")
        LEADERS = "leaders", _("乡镇领导")
        COUNTY = "county", _("县平台")
        DUTY = "duty", _("有某项职责的县级部门")
        UNIT = "unit", _("指定单位")
        POST = "post", _("指定岗位")

    stage = models.PositiveSmallIntegerField(_("第几轮"))
    whom = models.CharField(_("通知谁"), max_length=10, choices=Whom.choices)
    duty = models.CharField(_("职责代码"), max_length=30, blank=True)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("单位")
    )
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("岗位")
    )
    #: Only hazards of this category (code prefix) and area (division code prefix); empty: all.
    category = models.CharField(_("类别代码（含下级）"), max_length=12, blank=True)
    area = models.CharField(_("区划代码前缀"), max_length=12, blank=True)
    wait_minutes = models.PositiveSmallIntegerField(_("多少分钟没人确认就到下一轮"))

    class Meta(Dated.Meta):
        db_table = "hazards_alarm_step"
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(stage__range=(1, 9), wait_minutes__range=(1, 1440)),
                name="alarm_step_is_sane",
                violation_error_message=_("轮次请填 1 到 9，等待请填 1 到 1440 分钟。"),
            ),
            models.CheckConstraint(
                condition=(Q(whom="unit") & Q(unit__isnull=False) | ~Q(whom="unit") & Q(unit__isnull=True))
                & (Q(whom="post") & Q(post__isnull=False) | ~Q(whom="post") & Q(post__isnull=True))
                & (Q(whom="duty") & ~Q(duty="") | ~Q(whom="duty") & Q(duty="")),
                name="alarm_step_names_whom",
                violation_error_message=_("指定单位、岗位或职责的，请选好是哪一个；其他的不要选。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.get_whom_display()}"
