"""The hours in which nobody is disturbed: the installation's setting until the county says otherwise, by day."""

from collections.abc import Sequence
from datetime import date, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.kernel import clock, record, validity
from minfu.kernel.calendar import store
from minfu.kernel.calendar.durations import Quiet
from minfu.kernel.errors import Invalid
from minfu.kernel.quiet_models import QuietHours

#: Recorded about ("quiet_hours", 1).
CHANGED = record.event("kernel.quiet_hours_set", gettext_lazy("修改了安静时段"))
SUBJECT = ("quiet_hours", 1)


def standing_quiet_hours() -> Sequence[QuietHours]:
    """Return what the county has said: the row that holds today, and those that will; newest day first."""
    today = timezone.localdate(clock.now())
    rows = list(QuietHours.objects.order_by("-valid_from"))
    holds = next((row for row in rows if row.valid_from <= today), None)
    return [row for row in rows if row.valid_from > today or row is holds]


@transaction.atomic
def set_quiet_hours(quiet: Quiet, *, valid_from: date, source: str, stamp: record.Stamp) -> QuietHours:
    """Let nobody be disturbed in other hours, from a day on; a row of that very day is replaced. Recorded with what was before.

    The caller has checked the right. ``Invalid`` by field for a day in the past, no source, or hours without an end.
    """
    wrong = {}
    if valid_from < timezone.localdate(clock.now()):
        wrong["valid_from"] = [_("生效日期不能早于今天。")]
    if not source.strip():
        wrong["source"] = [_("请写明依据，例如文件名称，或谁在哪次会上定的。")]
    if wrong:
        raise Invalid(wrong)
    old = QuietHours.objects.select_for_update().filter(valid_from=valid_from).first()
    before = str(old) if old else ""
    row = old or QuietHours(valid_from=valid_from)
    row.starts, row.ends, row.source, row.set_at = quiet[0], quiet[1], source.strip()[:200], clock.now()
    validity.save(row)
    said: dict[str, Any] = {"on": valid_from.isoformat(), "from": _hm(row.starts), "to": _hm(row.ends)}
    record.append(SUBJECT, [record.Fact(CHANGED, said | {"before": before}, row.source)], stamp)
    store.forget()
    return row


def _hm(moment: time) -> str:
    return f"{moment:%H:%M}"
