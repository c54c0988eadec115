"""The ways to the outside: channels as the county configured them, how they fare, and who wants to be reached by which."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Unit, User


class Channel(models.Model):
    """A way to the outside: a gateway for text messages, a mail server, the robot of a unit's chat group …

    ``settings`` are plain (addresses of servers, names of fields); ``secrets`` (passwords, keys) are sealed with the vault's
    keys. ``unit`` is set for a robot: it reaches that unit's group and nobody else. ``roles`` empty: every role may use it.
    """

    name = models.CharField(_("名称"), max_length=40)
    kind = models.CharField(_("类型"), max_length=16)
    settings = models.JSONField(default=dict, blank=True)
    secrets = models.BinaryField(default=bytes, blank=True)
    for_residents = models.BooleanField(_("发给居民"), default=False)
    for_staff = models.BooleanField(_("发给工作人员"), default=False)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("单位")
    )
    roles = models.JSONField(_("可用的角色"), default=list, blank=True)
    alarms_only = models.BooleanField(_("只发紧急通知"), default=False)
    digest_minutes = models.PositiveSmallIntegerField(_("合并窗口（分钟）"), default=10)
    order = models.PositiveSmallIntegerField(_("先后"), default=100)
    is_active = models.BooleanField(_("启用"), default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "notices_channel"
        ordering: ClassVar = ["order", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name"], name="channel_name_once", violation_error_message=_("已有同名的渠道。")
            ),
            models.CheckConstraint(
                name="channel_of_a_unit_is_for_staff",
                condition=Q(unit__isnull=True) | Q(for_residents=False),
                violation_error_message=_("单位群里的机器人不能给居民发通知。"),
            ),
            models.CheckConstraint(
                name="channel_digest_within_a_day",
                condition=Q(digest_minutes__lte=1440),
                violation_error_message=_("合并窗口最长 1440 分钟（一天）。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Health(models.Model):
    """How a channel fares: failures in a row, and until when it is left alone because of them."""

    channel = models.OneToOneField(Channel, on_delete=models.PROTECT, primary_key=True, related_name="health")
    failures = models.PositiveIntegerField(default=0)
    closed_until = models.DateTimeField(null=True)
    last_sent_at = models.DateTimeField(null=True)
    last_fault = models.CharField(max_length=40, blank=True)
    last_fault_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notices_health"

    def __str__(self) -> str:
        return f"{self.channel_id}: {self.failures}"


class Reach(models.Model):
    """Whether and where a staff member wants to be reached by a channel. The address is sealed; alarms come even when off."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="reaches")
    is_on = models.BooleanField(default=True)
    address = models.BinaryField()
    language = models.CharField(max_length=10, default="zh-hans")

    class Meta:
        db_table = "notices_reach"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "channel"], name="reach_once_per_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} by {self.channel_id}"


class Caught(models.Model):
    """What the demo's catcher would have sent: to whom (masked), what, when."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    delivery_id = models.BigIntegerField()
    at = models.DateTimeField()
    reader = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    body = models.TextField()
    urgency = models.PositiveSmallIntegerField()
    count = models.PositiveSmallIntegerField(default=1)

    class Meta:
        db_table = "notices_caught"
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.reader}: {self.title}"
