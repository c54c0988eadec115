"""What people decide about figures: weights, what is left out of the rates, what was published."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Unit
from minfu.figures import states
from minfu.kernel.dated import Dated


class Weight(Dated):
    """How much something counts in a figure from a day on, and the source that says so."""

    key = models.CharField(_("项目"), max_length=40)
    value = models.DecimalField(_("权重"), max_digits=5, decimal_places=3)

    class Meta(Dated.Meta):
        db_table = "figures_weight"
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["key", "valid_from"], name="weight_once_per_day"),
            models.CheckConstraint(
                condition=Q(value__range=(0, 1)),
                name="weight_is_a_share",
                violation_error_message=_("权重应在 0 到 1 之间。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.value}"


class Exclusion(models.Model):
    """A demand left out of the rates: asked with a reason by one person, decided by another."""

    class Reason(models.TextChoices):
        """Why a demand may be left out (§3.2); what ended without an answer is never in a rate and needs none."""

        ABUSE = "abuse", _("恶意或无理由反复反映")
        UNFOUND = "unfound", _("查无此事")
        FORBIDDEN = "forbidden", _("法律禁止本单位办理")
        LEGAL = "legal", _("已进入法定途径")
        FORCE = "force", _("不可抗力")
        REPEATED = "repeated", _("重复反映，已并单")

    case_id = models.BigIntegerField()
    reason = models.CharField(_("原因"), max_length=12, choices=Reason.choices)
    why = models.TextField(_("说明"))
    state = models.CharField(max_length=8, choices=states.EXCLUSION.choices, default="asked")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    asked_by_user_id = models.BigIntegerField()
    asked_at = models.DateTimeField()
    decided_by_user_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True)

    class Meta:
        db_table = "figures_exclusion"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case_id"],
                condition=Q(state__in=["asked", "granted"]),
                name="excluded_once",
                violation_error_message=_("这件诉求已经申请过剔除。"),
            ),
            models.CheckConstraint(
                condition=Q(decided_by_user_id__isnull=True) | ~Q(decided_by_user_id=F("asked_by_user_id")),
                name="excluded_by_a_second_person",
                violation_error_message=_("须由另一人审核，不能审核自己的申请。"),
            ),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(decided_at__isnull=False), name="exclusion_decided_when"
            ),
        ]
        triggers: ClassVar = [states.EXCLUSION.trigger("exclusion_steps")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"


class Published(models.Model):
    """A figure as it was published: its value, the query that made it, and a digest of the records behind it.

    Never changed. What changed since shows as a correction beside it.
    """

    indicator = models.CharField(max_length=40)
    area = models.CharField(max_length=20)
    period = models.CharField(max_length=24)
    value = models.CharField(max_length=40)
    #: What the value was made of: numerator, denominator, the formula in words, weights, calendar version.
    query = models.JSONField()
    rows = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    used_in = models.CharField(max_length=200, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "figures_published"
        indexes: ClassVar = [models.Index(fields=["area", "-at"], name="published_area")]
        triggers: ClassVar = [states.KEPT]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period} {self.value}"
