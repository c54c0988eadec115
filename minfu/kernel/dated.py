"""Configuration that changes by day: a changed row is a new version, the one before it ends on the same day.

A row says what it rests on (``source``). What was promised under an old version stays: no version starts in the past.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.kernel import clock, validity
from minfu.kernel.errors import Invalid


class Dated(models.Model):
    """A row valid from a day (inclusive) to a day (exclusive, open when empty), with the source it rests on."""

    valid_from = models.DateField(gettext_lazy("生效日期"))
    valid_to = models.DateField(gettext_lazy("失效日期"), null=True, blank=True)
    source = models.CharField(gettext_lazy("依据"), max_length=200)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="%(app_label)s_%(class)s_ends_after_start",
                violation_error_message=gettext_lazy("失效日期必须晚于生效日期。"),
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="%(app_label)s_%(class)s_names_its_source",
                violation_error_message=gettext_lazy("请写明依据（文号、条款，或“县里确定”）。"),
            ),
        ]


Row = TypeVar("Row", bound=Dated)


def today() -> date:
    """Return the day it is here."""
    return timezone.localdate(clock.now())


def on(model: type[Row], day: date) -> QuerySet[Row]:
    """Return the versions that hold on ``day``."""
    rows: QuerySet[Row] = model._default_manager.all()  # noqa: SLF001 - Django's documented way to a model's manager
    return rows.filter(valid_from__lte=day).exclude(valid_to__lte=day)


def standing(model: type[Row]) -> QuerySet[Row]:
    """Return the versions that hold today or will."""
    rows: QuerySet[Row] = model._default_manager.all()  # noqa: SLF001 - whatever model it is
    return rows.exclude(valid_to__lte=today())


@transaction.atomic
def renew(row: Dated, key: Sequence[str]) -> Dated | None:
    """Save ``row`` as the version from its ``valid_from`` on; end and return the one before it (None for something new).

    ``key`` names the fields that say what the row is about. Raises ``Invalid`` by field for a first day in the past, or
    when a later version stands already.
    """
    if row.valid_from < today():
        raise Invalid({"valid_from": [_("生效日期不能早于今天：以前按当时的规定办。")]})
    same = type(row)._default_manager.filter(**{name: getattr(row, name) for name in key})  # noqa: SLF001 - whatever model it is
    last = same.select_for_update().order_by("-valid_from").first()
    if last is not None and last.valid_from >= row.valid_from:
        raise Invalid(
            {"valid_from": [_("已有一版从 %(day)s 起生效，请选更晚的日期。") % {"day": last.valid_from}]}
        )
    if last is not None and (last.valid_to is None or last.valid_to > row.valid_from):
        last.valid_to = row.valid_from
        last.save(update_fields=["valid_to"])
    validity.save(row)
    return last


def ship(model: type[Dated], key: Sequence[str], lines: Sequence[Mapping[str, Any]]) -> int:
    """Add the shipped rows whose key nobody has written yet; return how many. What the county made its own stays."""
    manager = model._default_manager  # noqa: SLF001 - whatever model it is
    known = set(manager.values_list(*key))
    fresh = [model(**line) for line in lines if tuple(line[name] for name in key) not in known]
    manager.bulk_create(fresh)
    return len(fresh)
