"""Editions, frozen day by day, and the dated terms they are published under."""

from typing import ClassVar

import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from minfu.kernel.dated import Dated


class Terms(Dated):
    """From a day on: below which number nothing is told, and what everyone may do with the data."""

    least = models.PositiveSmallIntegerField(_("小于几的数不公开"), default=5)
    licence = models.CharField(_("许可"), max_length=60)
    words = models.CharField(_("怎么用"), max_length=300)
    url = models.URLField(_("许可全文的网址"), max_length=200, blank=True)

    class Meta(Dated.Meta):
        db_table = "opendata_terms"
        constraints: ClassVar = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["valid_from"], name="terms_once_per_day"),
            models.CheckConstraint(
                condition=Q(least__range=(3, 50)),
                name="terms_hide_what_is_small",
                violation_error_message=_("阈值请填 3 到 50：再小就可能看得出是谁。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.licence} {self.valid_from}"


class Edition(models.Model):
    """What was published on a day: counts as they were told, numbers of the matters on the board. Never changed.

    ``counts``: names of townships and categories of that day, and cells (measure, month, township, category, number or null).
    ``matters`` are numbers only: their words are read from the board each time, so that what is withdrawn is so everywhere.
    """

    day = models.DateField(unique=True)
    made_at = models.DateTimeField()
    least = models.PositiveSmallIntegerField()
    licence = models.CharField(max_length=60)
    words = models.CharField(max_length=300)
    url = models.CharField(max_length=200, blank=True)
    counts = models.JSONField(encoder=DjangoJSONEncoder)
    matters = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "opendata_edition"
        triggers: ClassVar = [
            pgtrigger.Protect(name="edition_stays", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.digest[:8]}"
