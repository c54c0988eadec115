"""The outbox: messages are rows first, written in the transaction that causes them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Unit, User
from minfu.notices import states
from minfu.registry.models import Identity


class Urgency(models.IntegerChoices):
    """How soon a notice must reach its reader outside the house; the text of its kind says which."""

    #: In the daytime, in one digest with others.
    NORMAL = 0, _("一般")
    #: The reader asked for it a moment ago (a code): at once, at any hour, alone.
    ASKED = 1, _("本人索取")
    #: Danger: at once, at any hour, alone, and nobody can switch it off.
    ALARM = 2, _("紧急")


class Why(models.TextChoices):
    """Why a desk has to phone."""

    NONE = "", ""
    NO_WAY = "no_way", _("没有可用的发送渠道")
    FAILED = "failed", _("多次发送失败")
    UNKNOWN = "unknown", _("不确定是否送达")


class Notice(models.Model):
    """One message to one reader: a unit, a staff member, or a resident (by their sealed identity).

    ``context`` fills the template registered for the event and holds no personal data: a number and a name live in the vault
    only. ``secret`` holds, sealed, what only the reader may know (a code, a link); it is dropped once the notice has reached
    its reader, and after ``secret_until`` at the latest. ``desk`` is the unit that phones a resident whom no channel reaches,
    and ``why`` says why. ``planned``: which ways it takes to the outside has been decided.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    identity = models.ForeignKey(
        Identity, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    event = models.CharField(max_length=64)
    template = models.CharField(max_length=64)
    context = models.JSONField(default=dict)
    secret = models.BinaryField(null=True)
    secret_until = models.DateTimeField(null=True)
    urgency = models.PositiveSmallIntegerField(choices=Urgency.choices, default=Urgency.NORMAL)
    planned = models.BooleanField(default=True)
    why = models.CharField(max_length=8, choices=Why.choices, blank=True)
    state = models.CharField(max_length=12, choices=states.NOTICE.choices, default=states.PENDING)
    subject_type = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by_label = models.CharField(max_length=120, blank=True)

    class Meta:
        db_table = "notices_notice"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="notice_has_one_reader",
                condition=(
                    Q(unit__isnull=False, user__isnull=True, identity__isnull=True)
                    | Q(unit__isnull=True, user__isnull=False, identity__isnull=True)
                    | Q(unit__isnull=True, user__isnull=True, identity__isnull=False)
                ),
                violation_error_message=_("一条通知只能有一个接收方。"),
            ),
            models.CheckConstraint(
                name="notice_desk_only_for_residents",
                condition=Q(desk__isnull=True) | Q(identity__isnull=False),
                violation_error_message=_("只有发给居民的通知才需要电话告知单位。"),
            ),
            models.CheckConstraint(
                name="notice_secret_ends",
                condition=Q(secret__isnull=True)
                | Q(secret_until__isnull=False, identity__isnull=False, state__in=states.UNDELIVERED),
                violation_error_message=_("已送达的通知不再保存验证码和链接。"),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "-id"], name="notice_of_unit", condition=Q(unit__isnull=False)),
            models.Index(fields=["user", "-id"], name="notice_of_user", condition=Q(user__isnull=False)),
            models.Index(
                fields=["unit"],
                name="notice_unread_unit",
                condition=Q(state=states.PENDING, unit__isnull=False),
            ),
            models.Index(
                fields=["user"],
                name="notice_unread_user",
                condition=Q(state=states.PENDING, user__isnull=False),
            ),
            models.Index(fields=["identity"], name="notice_identity", condition=Q(identity__isnull=False)),
            models.Index(
                fields=["desk", "id"],
                name="notice_to_phone",
                condition=Q(state=states.NO_CHANNEL),
            ),
            models.Index(fields=["not_before"], name="notice_to_plan", condition=Q(planned=False)),
            models.Index(
                fields=["secret_until"], name="notice_secret", condition=Q(secret_until__isnull=False)
            ),
            models.Index(fields=["subject_type", "subject_id"], name="notice_subject"),
        ]
        triggers: ClassVar = [states.NOTICE.trigger("notice_states")]

    def __str__(self) -> str:
        return f"{self.template} → {self.subject_type}:{self.subject_id}"
