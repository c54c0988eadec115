"""The alarm: raised, told round after round until a person acknowledges it, over when the danger is under control."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Post, Unit, User
from minfu.hazards import states
from minfu.hazards.models.hazard import Hazard


class Alarm(models.Model):
    """An alarm of a hazard. ``stage`` is the round told last; ``next_at`` when the next one is, if nobody acknowledges."""

    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="alarms")
    state = models.CharField(max_length=12, choices=states.ALARM.choices, default="sounding")
    reason = models.TextField(_("什么险情"))
    raised_at = models.DateTimeField()
    raised_by_label = models.CharField(max_length=120)
    #: None: a resident or the software.
    raised_by_user_id = models.BigIntegerField(null=True, blank=True)
    stage = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    acknowledged_by_user_id = models.BigIntegerField(null=True, blank=True)
    acknowledged_by_label = models.CharField(max_length=120, blank=True)
    doing = models.TextField(_("怎么处理"), blank=True)
    over_at = models.DateTimeField(null=True, blank=True)
    ending = models.TextField(_("怎么解除的"), blank=True)

    class Meta:
        db_table = "hazards_alarm"
        constraints = [
            models.UniqueConstraint(
                fields=["hazard"],
                condition=Q(state__in=["sounding", "acknowledged"]),
                name="one_alarm_at_a_time",
                violation_error_message=_("警报已经拉响。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="acknowledged") | Q(acknowledged_by_user_id__isnull=False),
                name="acknowledged_by_a_person",
                violation_error_message=_("警报须由一个人来确认。"),
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_by_user_id__isnull=True)
                | Q(raised_by_user_id__isnull=True)
                | ~Q(acknowledged_by_user_id=F("raised_by_user_id")),
                name="acknowledged_by_another",
                violation_error_message=_("拉响警报的人不能自己确认，要等别的人确认。"),
            ),
            models.CheckConstraint(
                condition=Q(next_at__isnull=True) | Q(state="sounding"), name="only_a_sounding_alarm_goes_on"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="alarm_next", condition=Q(next_at__isnull=False)),
        ]
        triggers = [states.ALARM.trigger("alarm_steps")]

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.raised_at:%F %R}"


class Call(models.Model):
    """One who was told: a unit or a person, in which round. Whoever was told sees the hazard from then on."""

    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="calls")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    stage = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "hazards_call"
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, user__isnull=True) | Q(unit__isnull=True, user__isnull=False),
                name="call_names_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.alarm_id} {self.stage}"
