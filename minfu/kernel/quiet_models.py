"""The hours in which nobody is disturbed, by the day from which they hold."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class QuietHours(models.Model):
    """From a day on, nobody is disturbed from ``starts`` to ``ends`` (China's time; may cross midnight), and why so."""

    valid_from = models.DateField(_("生效日期"), primary_key=True)
    starts = models.TimeField(_("从"))
    ends = models.TimeField(_("到"))
    source = models.CharField(_("依据"), max_length=200)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "kernel_quiet_hours"
        constraints = [
            models.CheckConstraint(
                condition=~Q(starts=F("ends")),
                name="quiet_hours_have_an_end",
                violation_error_message=_("开始和结束不能是同一时刻：那样整天都不会发出通知。"),
            ),
            models.CheckConstraint(condition=~Q(source=""), name="quiet_hours_name_their_source"),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}: {self.starts:%H:%M}-{self.ends:%H:%M}"
