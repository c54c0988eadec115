"""Deliveries: each notice on each way to each reader outside, and what became of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from minfu.accounts.models import Unit, User
from minfu.notices import states
from minfu.notices.models.channels import Channel
from minfu.notices.models.notice import Notice, Urgency


class Delivery(models.Model):
    """One notice on its way through one channel to one reader; where to is found out at the moment of sending.

    ``recipient`` tells readers of a channel apart: ``u`` a person, ``g`` a unit's group, ``i`` an identity, and its number.
    ``unit`` is the staff unit the reader was reached in. ``channel`` is empty for an alarm that no channel could take: it
    waits for a desk to phone. ``bundle`` is the first delivery of the message it went out with.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    recipient = models.CharField(max_length=40)
    urgency = models.PositiveSmallIntegerField(choices=Urgency.choices, default=Urgency.NORMAL)
    state = models.CharField(max_length=8, choices=states.DELIVERY.choices, default=states.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    give_up_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by_label = models.CharField(max_length=120, blank=True)
    fault = models.CharField(max_length=40, blank=True)
    bundle = models.BigIntegerField(null=True)

    class Meta:
        db_table = "notices_delivery"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["notice", "channel", "recipient"],
                name="delivery_once_per_channel",
                nulls_distinct=False,
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["channel", "due_at"], name="delivery_due", condition=Q(state=states.WAITING)
            ),
            models.Index(
                fields=["channel", "recipient"], name="delivery_together", condition=Q(state=states.WAITING)
            ),
            models.Index(fields=["taken_at"], name="delivery_taken", condition=Q(state=states.SENDING)),
            models.Index(
                fields=["unit", "id"],
                name="delivery_to_phone",
                condition=Q(state__in=[states.FAILED, states.UNKNOWN], urgency=Urgency.ALARM),
            ),
            models.Index(fields=["channel", "-id"], name="delivery_of_channel"),
        ]
        triggers: ClassVar = [states.DELIVERY.trigger("delivery_states")]

    def __str__(self) -> str:
        return f"notice {self.notice_id} by {self.channel_id}: {self.state}"
