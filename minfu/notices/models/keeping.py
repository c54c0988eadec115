"""How long the log of deliveries is kept: dated, with its source."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from minfu.kernel.dated import Dated


class Keeping(Dated):
    """How many months a delivery that came to its end stays in the log (个人信息保护法 第十九条: no longer than needed)."""

    months = models.PositiveSmallIntegerField(_("发送记录保存（月）"))

    class Meta(Dated.Meta):
        db_table = "notices_keeping"
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["valid_from"],
                name="keeping_once_per_day",
                violation_error_message=_("这一天已经有一版，请刷新后再改。"),
            ),
            models.CheckConstraint(
                condition=Q(months__range=(1, 120)),
                name="keeping_is_sane",
                violation_error_message=_("保存期限请填 1 到 120 个月。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.months} {self.valid_from}"
