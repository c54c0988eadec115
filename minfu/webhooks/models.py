"""Addresses that changes are sent to, and each change on its way to one of them."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import System
from minfu.webhooks import states


class Endpoint(models.Model):
    """An address of another system that is told what happens to the demands the system may see.

    ``kinds``: which events, all if empty. ``cursor``: number of the last event looked at. ``secret`` signs, sealed;
    ``former_secret`` signs besides until ``former_until``. ``failures`` counts tries in a row that failed, ``failing_since``
    when the first of them was; until ``rest_until`` nothing is tried.
    """

    class Why(models.TextChoices):
        """Why nothing is sent."""

        NONE = "", "—"
        ADMINISTRATOR = "administrator", _("管理员停止")
        FAILING = "failing", _("一直推送不成，自动停止")
        GONE = "gone", _("对方答复不再接收（410），自动停止")

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+", verbose_name=_("对接系统"))
    label = models.CharField(_("名称"), max_length=60)
    url = models.CharField(_("地址"), max_length=2000)
    kinds = ArrayField(models.CharField(max_length=64), default=list, blank=True, verbose_name=_("哪些事"))
    secret = models.BinaryField()
    former_secret = models.BinaryField(null=True)
    former_until = models.DateTimeField(null=True)
    cursor = models.BigIntegerField()
    is_on = models.BooleanField(default=True)
    off_why = models.CharField(max_length=14, choices=Why.choices, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    rest_until = models.DateTimeField(null=True)
    last_sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "webhooks_endpoint"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_on=True, off_why="") | (Q(is_on=False) & ~Q(off_why="")),
                name="endpoint_off_says_why",
            ),
            models.CheckConstraint(
                condition=Q(former_secret__isnull=True, former_until__isnull=True)
                | Q(former_secret__isnull=False, former_until__isnull=False),
                name="endpoint_former_secret_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Delivery(models.Model):
    """A change on its way to an address. ``status``, ``answer`` (its beginning), ``took_ms`` are of the last try.

    ``tries``: every try in order, each with ``at`` (ISO 8601), ``status`` (null when nobody answered), ``answer``, ``took_ms``.
    """

    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    event_id = models.BigIntegerField()
    kind = models.CharField(max_length=64)
    number = models.CharField(max_length=24)
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=states.DELIVERY.choices, default=states.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField(db_index=True)
    tried_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.CharField(max_length=200, blank=True)
    took_ms = models.PositiveIntegerField(null=True)
    tries = models.JSONField(default=list)

    class Meta:
        db_table = "webhooks_delivery"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "event_id"], name="delivery_once_per_endpoint"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["endpoint", "event_id"], name="webhook_waiting", condition=Q(state=states.WAITING)
            ),
            models.Index(fields=["endpoint", "-id"], name="webhook_log"),
        ]
        triggers: ClassVar = [states.DELIVERY.trigger("webhook_delivery_states")]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}: {self.state}"

    def tries_in_order(self) -> list[dict[str, Any]]:
        """Return every try with its moment as a time, the first one first."""
        return [{**one, "at": datetime.fromisoformat(one["at"])} for one in self.tries]

    @property
    def message_id(self) -> str:
        """Return what a receiver tells messages apart by; the same however often it is sent."""
        return f"msg_{self.endpoint_id}_{self.event_id}"
