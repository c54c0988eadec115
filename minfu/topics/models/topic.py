"""Topics, which demand is in which, and how far the software has come. Nothing here tells who reported."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Unit
from minfu.topics import states

TITLE = 60


class Topic(models.Model):
    """What several demands tell of. Its numbers are counted from its demands whenever they change, and once a day.

    ``pinned``: people had a hand in it; new demands may join, but the software neither takes any away nor joins it to another.
    ``people`` are all who told of it, ``recent`` those of the last thirty days; ``heat`` is these times how much they tell of one
    thing (``cohesion``, 0 to 1). ``place`` is the smallest division that holds all of it, ``townships`` are all it lies in.
    """

    title = models.CharField(_("名称"), max_length=TITLE)
    #: So many demands it had when the software named it; people's titles stay.
    titled_at = models.PositiveIntegerField(default=0)
    title_fixed = models.BooleanField(default=False)
    state = models.CharField(_("状态"), max_length=10, choices=states.TOPIC.choices, default=states.OPEN)
    pinned = models.BooleanField(default=False)

    demands = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    recent = models.PositiveIntegerField(default=0)
    cohesion = models.FloatField(default=1)
    heat = models.FloatField(default=0)
    place = models.CharField(max_length=12, blank=True)
    townships = ArrayField(models.CharField(max_length=12), default=list)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    #: Until then what was counted holds: from then on the oldest of the last thirty days are older.
    counted_on = models.DateField()

    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    #: As the month's matter: whose, by when, what is to be done, how it was solved.
    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    due_on = models.DateField(null=True)
    task = models.TextField(_("要做什么"), blank=True)
    result = models.TextField(_("办理结果"), blank=True)
    taken_at = models.DateTimeField(null=True)
    solved_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "topics_topic"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[states.TAKEN, states.REPORTED])
                | Q(owner__isnull=False, due_on__isnull=False),
                name="matter_has_owner_and_date",
                violation_error_message=_("列为每月一题，要有责任单位和完成日期。"),
            ),
            models.CheckConstraint(
                condition=~Q(state=states.MERGED) | Q(merged_into__isnull=False),
                name="merged_names_its_topic",
            ),
            models.CheckConstraint(
                condition=Q(pinned=True) | Q(state__in=[states.OPEN, states.GONE]),
                name="what_people_decided_is_pinned",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-heat", "-id"], name="topic_hot", condition=Q(people__gte=3)),
            models.Index(fields=["owner", "-id"], name="topic_owner", condition=Q(owner__isnull=False)),
            models.Index(fields=["counted_on", "id"], name="topic_warm", condition=Q(heat__gt=0)),
            GinIndex(fields=["townships"], name="topic_townships"),
        ]
        triggers = [states.TOPIC.trigger("topic_steps")]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        """Return what it is called in lists of records of several rooms: topics have names, no numbers."""
        return self.title


class Membership(models.Model):
    """A demand the software has read: in which topic it is, None alone. In the order in which they were read.

    Of those alone only the newest are kept, as many as the software compares with. ``pinned``: people put it there.
    """

    case_id = models.BigIntegerField(unique=True)
    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, null=True, related_name="memberships", db_index=False
    )
    pinned = models.BooleanField(default=False)
    township_code = models.CharField(max_length=12, blank=True)
    village_code = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "topics_membership"
        constraints = [
            models.CheckConstraint(
                condition=Q(pinned=False) | Q(topic__isnull=False), name="pinned_somewhere"
            ),
        ]
        indexes = [
            models.Index(fields=["topic", "-at"], name="membership_topic", condition=Q(topic__isnull=False)),
            models.Index(fields=["id"], name="membership_alone", condition=Q(topic__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.topic_id}"


class Progress(models.Model):
    """How far the history was read; one row, which the job and every verb lock before anything else of the room.

    ``stamp`` changes with every change of who is in which topic: what a worker remembers holds for one stamp only. ``decided``
    is what people did since the software last wrote: the stamp before, and the topics it touched, the oldest first.
    """

    cursor = models.BigIntegerField(default=0)
    stamp = models.UUIDField(default=uuid.uuid4)
    decided = models.JSONField(default=list)

    class Meta:
        db_table = "topics_progress"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="topics_progress_is_one_row")]

    def __str__(self) -> str:
        return str(self.cursor)
