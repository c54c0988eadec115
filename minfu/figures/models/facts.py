"""What there is to count, made from the history: how much of it by day and month, and which events it is.

Everything here is made by ``rules/feed.py``, never written otherwise, and can be made anew from the history alone. It is kept
in few wide rows: numbers stand in arrays, beside the numbers of their keys, so that a year of a village is twelve rows.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Key(models.Model):
    """Something that is counted apart: a count, its mark and level; and, of some, a value of ``split`` (kind, door, category,
    unit, hours), empty for the whole. Only added to, in the order of ``id``.
    """

    id = models.AutoField(primary_key=True)
    what = models.CharField(max_length=12)
    mark = models.CharField(max_length=12)
    level = models.CharField(max_length=12)
    split = models.CharField(max_length=8)
    value = models.CharField(max_length=12)

    class Meta:
        db_table = "figures_key"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["what", "mark", "level", "split", "value"], name="figures_key_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.mark} {self.level} {self.split} {self.value}"


class Shape(models.Model):
    """The keys one event counts under, without splits, in order: there are some hundreds. Only added to."""

    id = models.AutoField(primary_key=True)
    keys = ArrayField(models.IntegerField(), unique=True)

    class Meta:
        db_table = "figures_shape"

    def __str__(self) -> str:
        return str(self.keys)


class Cell(models.Model):
    """What counts on a day for one unit (0: none) at one place ("": none), and which events that is.

    ``secret``: of restricted matters; they count at no place below the county. ``events``, in order, lie in record_event;
    ``shapes`` says of each under which keys it counts.
    """

    pk = models.CompositePrimaryKey("day", "unit_id", "place", "secret")
    day = models.DateField()
    unit_id = models.BigIntegerField()
    place = models.CharField(max_length=12)
    secret = models.BooleanField()
    township = models.CharField(max_length=12)
    keys = ArrayField(models.IntegerField())
    numbers = ArrayField(models.IntegerField())
    events = ArrayField(models.BigIntegerField())
    shapes = ArrayField(models.IntegerField())

    class Meta:
        db_table = "figures_cell"
        indexes: ClassVar = [
            models.Index(fields=["township", "day"], name="cell_township"),
            models.Index(fields=["place", "day"], name="cell_place"),
            models.Index(fields=["unit_id", "day"], name="cell_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.unit_id} {self.place}"


class Bucket(models.Model):
    """How much there is of a quarter or month in an area, and of a day in the county and its townships (a village's and a
    unit's days are sums of cells).

    ``area``: "c" the county, a township's or village's code, "u12" a unit. ``grain``: "q", "m" or "d", ``day`` its first day.
    ``part``: which count its keys are of, "/h" behind it those of its hours, "/l" those of its hours
    by level, "units" those of all counts by unit.
    """

    pk = models.CompositePrimaryKey("area", "grain", "part", "day")
    area = models.CharField(max_length=20)
    grain = models.CharField(max_length=1)
    part = models.CharField(max_length=16)
    day = models.DateField()
    keys = ArrayField(models.IntegerField())
    numbers = ArrayField(models.IntegerField())

    class Meta:
        db_table = "figures_bucket"

    def __str__(self) -> str:
        return f"{self.area} {self.grain} {self.part} {self.day}"


class Progress(models.Model):
    """How far the history has been counted: one row.

    All events up to ``looked`` were counted but those whose numbers lie in ``missing`` ([from, to] both included): given out to
    transactions that had not ended then, or that never will.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    looked = models.BigIntegerField(default=0)
    missing = ArrayField(ArrayField(models.BigIntegerField(), size=2), default=list)
    counted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "figures_progress"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="figures_progress_is_one_row")
        ]

    def __str__(self) -> str:
        return f"up to {self.looked}"
