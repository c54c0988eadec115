"""What demands are searched by: beside them, filled by a job, so that registering one costs nothing more."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from minfu.cases.models.case import Case


class SearchEntry(models.Model):
    """What a demand is found by: the pairs of neighbouring characters of its words, as screens show them (personal data are
    stars), and the marks of where it lies, who works on it and what sort it is. All as numbers (``minfu/language/pairs.py``).

    Made from the demand by ``rules/search_entries.py``, never written otherwise; can be made anew at any time.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="+")
    keys = ArrayField(models.IntegerField())

    class Meta:
        db_table = "cases_search_entry"
        indexes: ClassVar = [GinIndex(fields=["keys"], name="search_keys")]

    def __str__(self) -> str:
        return str(self.case_id)


class SearchPair(models.Model):
    """A pair of characters that stands in the county's demands, by one way to say it: what pinyin is turned into.

    ``seen``: in how many of the newest demands. Learned anew every night from the entries.
    """

    pair = models.CharField(max_length=2)
    sound = models.CharField(max_length=13)
    initials = models.CharField(max_length=2)
    seen = models.PositiveIntegerField()

    class Meta:
        db_table = "cases_search_pair"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pair", "sound"], name="pair_once_per_sound")
        ]
        indexes: ClassVar = [
            models.Index(fields=["sound", "-seen"], name="search_pair_sound"),
            models.Index(fields=["initials", "-seen"], name="search_pair_initials"),
        ]

    def __str__(self) -> str:
        return f"{self.pair} {self.sound} {self.seen}"


class SearchProgress(models.Model):
    """How far the entries are: one row. Events up to ``upto`` were followed; those of demands below ``below`` are to be made.

    ``names``: digest of the names and the way entries were made with; when it changes, all are made anew, newest first.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    upto = models.BigIntegerField(default=0)
    below = models.BigIntegerField(default=0)
    names = models.CharField(max_length=64, blank=True)
    #: From how many demands pairs were last learned, and the newest of them.
    texts = models.IntegerField(default=0)
    learned = models.BigIntegerField(default=0)

    class Meta:
        db_table = "cases_search_progress"
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="search_progress_is_one_row")]

    def __str__(self) -> str:
        return f"up to {self.upto}, below {self.below}"
