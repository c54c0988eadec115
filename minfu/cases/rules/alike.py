"""Which demands may be the same as one: suggestions for whoever merges, never a judgement."""

from datetime import timedelta

from django.db.models import Case as If
from django.db.models import Value, When

from minfu.accounts.actor import Actor
from minfu.cases import states
from minfu.cases.models import Case
from minfu.cases.rules import access
from minfu.kernel import clock

#: How far back one looks, and how many demands of a village that are at most, so that it costs the same in every year.
SPAN = timedelta(days=60)
MOST_READ = 300
MOST = 5


def likely(actor: Actor, case: Case) -> list[Case]:
    """Return up to five open demands of the last sixty days that ``case`` may repeat, and into which it might be merged.

    Same village and category; those of the same grid first, then the newest. None while village or category is not known.
    Only what the actor may open; of restricted ones none unless the demand is restricted itself. One statement.
    """
    if not case.village_code or case.category_id is None:
        return []
    newest = Case.objects.filter(village_code=case.village_code).order_by("-pk").values("pk")[:MOST_READ]
    rows = access.cases_for(actor).filter(
        pk__in=newest,
        category_id=case.category_id,
        is_open=True,
        registered_at__gte=clock.now() - SPAN,
        complained_unit_id=case.complained_unit_id,
        reopened__gte=case.reopened,
    )
    rows = rows.exclude(pk=case.pk).exclude(state=states.ASKING)
    if not case.restricted:
        rows = rows.filter(restricted=False)
    here = [If(When(grid_id=case.grid_id, then=Value(0)), default=Value(1))] if case.grid_id else []
    return list(rows.select_related("category", "grid", "holder").order_by(*here, "-pk")[:MOST])
