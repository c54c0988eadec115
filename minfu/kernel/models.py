"""The append-only history and its seals."""

import pgtrigger
from django.db import models


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
