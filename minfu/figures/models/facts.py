"""What there is to count, made from the history; and how much of it there is, by day and month."""

from typing import ClassVar

from django.db import models


class Fact(models.Model):
    """One countable thing that happened, as the history has it: what, when, where, and whose it was on that day.

    Made from an event by ``rules/feed.py``, never written otherwise; can be made anew from the history alone. ``mark``, ``level``
    and ``hours`` are what figures tell apart of it. ``secret``: of a restricted matter; it counts at no place below the county.
    """

    pk = models.CompositePrimaryKey("event_id", "what")
    event_id = models.BigIntegerField()
    what = models.CharField(max_length=12)
    subject_id = models.BigIntegerField()
    at = models.DateTimeField()
    day = models.DateField()
    mark = models.CharField(max_length=12)
    level = models.CharField(max_length=12)
    hours = models.IntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    township = models.CharField(max_length=12)
    village = models.CharField(max_length=12)
    category = models.CharField(max_length=12)
    kind = models.CharField(max_length=12)
    door = models.CharField(max_length=12)
    secret = models.BooleanField()

    class Meta:
        db_table = "figures_fact"
        indexes: ClassVar = [
            models.Index(fields=["what", "-day", "-event_id"], name="fact_county"),
            models.Index(fields=["township", "what", "-day", "-event_id"], name="fact_township"),
            models.Index(fields=["village", "what", "-day", "-event_id"], name="fact_village"),
            models.Index(fields=["unit_id", "what", "-day", "-event_id"], name="fact_unit"),
            models.Index(fields=["subject_id"], name="fact_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.what} {self.subject_id}"


class Bucket(models.Model):
    """How many facts there are of a day or a month in an area: in all, and by what they may be split by.

    ``area``: "c" the county, a township's or village's code, "u12" a unit. ``grain``: "d" or "m", ``day`` its first day.
    """

    pk = models.CompositePrimaryKey("area", "grain", "split", "what", "day", "mark", "value")
    area = models.CharField(max_length=20)
    grain = models.CharField(max_length=1)
    split = models.CharField(max_length=8)
    what = models.CharField(max_length=12)
    day = models.DateField()
    mark = models.CharField(max_length=12)
    value = models.CharField(max_length=24)
    number = models.BigIntegerField()

    class Meta:
        db_table = "figures_bucket"

    def __str__(self) -> str:
        return f"{self.area} {self.day} {self.what} {self.number}"


class Progress(models.Model):
    """How far the history has been counted: one row. ``building``: it is being counted anew, so that no figure is whole.

    All events up to ``upto`` were counted; of those up to ``looked`` some may have appeared since, which is looked at again.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    upto = models.BigIntegerField(default=0)
    looked = models.BigIntegerField(default=0)
    building = models.BooleanField(default=False)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "figures_progress"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="figures_progress_is_one_row")
        ]

    def __str__(self) -> str:
        return f"up to {self.upto}"
