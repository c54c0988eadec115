"""Under which terms data is published: dated, with their source; what was published stays under the terms of its day."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.kernel import dated, gate, record
from minfu.kernel.errors import Forbidden
from minfu.opendata import events, rights
from minfu.opendata.models import Terms

COUNTY = 6
SINCE = date(2020, 1, 1)
SHIPPED = {
    "licence": "CC BY 4.0",
    "words": "可以免费使用、改编、再发布，包括商用，须注明出处和日期。",
    "url": "https://creativecommons.org/licenses/by/4.0/deed.zh-hans",
    "source": "民富设计建议，县里可以改",
}


def load_defaults() -> int:
    """Load the shipped terms unless there are any; return how many."""
    if Terms.objects.exists():
        return 0
    Terms.objects.create(least=settings.MINFU_SMALL_CELLS, valid_from=SINCE, **SHIPPED)
    return 1


def current(day: date) -> Terms:
    """Return the terms that hold on a day; what is shipped where the county has none."""
    row = dated.on(Terms, day).order_by("-valid_from").first()
    return row or Terms(least=settings.MINFU_SMALL_CELLS, valid_from=SINCE, **SHIPPED)


def permit(actor: Actor) -> None:
    """Raise ``Forbidden`` unless the actor may configure, from a post at the county."""
    gate.check(actor, rights.CONFIGURE)
    if len(actor.area) > COUNTY:
        raise Forbidden(_("开放数据全县统一，只有县级岗位可以维护。"))


@transaction.atomic
def set_terms(*, actor: Actor, row: Terms) -> Terms:
    """Start new terms on a day, today at the earliest. Editions published before keep theirs."""
    permit(actor)
    dated.renew(row, ())
    told = {"licence": row.licence, "least": row.least, "on": row.valid_from.isoformat()}
    record.alone(events.CONFIGURATION, record.Fact(events.TERMS_SET, told, row.source), actor.stamp)
    return row
