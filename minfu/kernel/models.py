"""The append-only history and its seals; the working calendar."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from minfu.kernel.kept_models import KeptAnswer  # noqa: F401 - Django finds an app's tables here
from minfu.kernel.limit_models import Limit  # noqa: F401 - Django finds models here
from minfu.kernel.quiet_models import QuietHours  # noqa: F401 - Django finds models here


class Event(models.Model):
    """One recorded fact about a subject: who did what, in which post, on whose behalf, from which door, when, why.

    Never changed and never deleted: PostgreSQL refuses both. ``hash`` covers the row and the hash of the subject's
    event before it; ``minfu doctor`` names the first broken link.
    """

    subject_type = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    seq = models.PositiveIntegerField()
    name = models.CharField(max_length=64)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_user_id = models.BigIntegerField(null=True)
    actor_post_id = models.BigIntegerField(null=True)
    actor_unit_id = models.BigIntegerField(null=True)
    on_behalf_of_post_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=120, blank=True)
    door = models.CharField(max_length=16)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    prev_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "record_event"
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_id", "seq"], name="event_once_per_seq"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type}:{self.subject_id}#{self.seq} {self.name}"


class Seal(models.Model):
    """A digest over all events up to ``last_event_id``, chained to the seal before: shows a whole subject that vanished."""

    last_event_id = models.BigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        db_table = "record_seal"
        triggers = [
            pgtrigger.Protect(name="seal_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"seal up to {self.last_event_id}"


class CalendarDay(models.Model):
    """A day that differs from the plain week (Monday to Friday worked), or is named, and the document that says so."""

    class Status(models.TextChoices):
        """Whether a notice says so or the law lets it be expected."""

        OFFICIAL = "official", _("国务院通知")
        ESTIMATED = "estimated", _("推算")

    date = models.DateField(primary_key=True)
    is_workday = models.BooleanField()
    name = models.CharField(max_length=60, blank=True)
    source_doc = models.CharField(max_length=200)
    status = models.CharField(max_length=10, choices=Status.choices)

    class Meta:
        db_table = "calendar_day"
        constraints = [
            models.CheckConstraint(condition=~models.Q(source_doc=""), name="calendar_day_names_its_source"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class CalendarVersion(models.Model):
    """One state of the working calendar; deadlines store the number they were counted with.

    ``digest`` is the SHA-256 over all days; ``undo`` holds the touched rows as they were before (null: there was none),
    so that an older version can be rebuilt.
    """

    number = models.PositiveIntegerField(primary_key=True)
    imported_at = models.DateTimeField()
    source = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    undo = models.JSONField(default=dict)

    class Meta:
        db_table = "calendar_version"
        triggers = [
            pgtrigger.Protect(
                name="calendar_version_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return f"calendar {self.number}"
