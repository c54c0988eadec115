"""Who sees and decides what residents ask about their own data."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Role
from minfu.cases.models import DataRequest
from minfu.cases.rules import access
from minfu.kernel.composed import Question
from minfu.kernel.errors import Missing


def requests_for(actor: Actor) -> QuerySet[DataRequest]:
    """Return what residents asked and wait for at the actor's desk; the county's dispatcher sees all."""
    rows = DataRequest.objects.filter(case__in=access.cases_for(actor)).select_related("case", "desk")
    rows = rows.exclude(Q(case__complained_unit__isnull=False) & Q(case__complained_unit_id=actor.unit_id))
    return rows if actor.role == Role.COUNTY_DISPATCHER else rows.filter(desk_id=actor.unit_id)


def waits(actor: Actor) -> list[Question]:
    """Ask which wait at the actor's desk (the dispatcher: at any), for the badge on every page: by their index alone."""
    return [Question(_waiting, actor)]


def _waiting(actor: Actor) -> QuerySet[DataRequest, Any]:
    rows = DataRequest.objects.filter(state="asked").values("pk")
    return rows if actor.role == Role.COUNTY_DISPATCHER else rows.filter(desk_id=actor.unit_id)


def get_request_for(actor: Actor, pk: int, *, lock: bool = False) -> DataRequest:
    """Return one request; ``Missing`` whether it is absent or not for this actor."""
    rows = requests_for(actor)
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Missing(_("没有找到这个要求，或您无权查看。"))
    return found
