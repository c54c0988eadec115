"""When mediation leads to nothing: it ends, and the parties are told of the other ways open to them."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.disputes import events
from minfu.disputes.models import Ending, Mediation
from minfu.disputes.rules import terms
from minfu.disputes.rules.actions._base import Change, take
from minfu.disputes.rules.actions.agreeing import lapse_requests
from minfu.disputes.rules.actions.people import ask
from minfu.kernel.errors import Invalid
from minfu.language.asked import text

#: Grounds a failed mediation may end on.
FAILING = (
    Ending.Ground.NO_AGREEMENT,
    Ending.Ground.PARTY_QUITS,
    Ending.Ground.ABSENT,
    Ending.Ground.NOT_SIGNED,
    Ending.Ground.OTHER,
)


def tell_ways(change: Change, ground: str, ways: Sequence[str], note: str) -> Ending:
    """Keep how it ended and what the parties were told, in the words that hold today (人民调解法 第26条)."""
    open_ways = {way.code: way for way in terms.ways(change.today)}
    if not ways or not set(ways) <= open_ways.keys():
        raise Invalid({"ways": [_("请至少勾选一种已告知当事人的其他途径。")]})
    said = text(note, "note", _("请写明情况。") if ground == Ending.Ground.OTHER else "")
    told = [{"name": open_ways[code].name, "advice": open_ways[code].advice} for code in dict.fromkeys(ways)]
    return Ending.objects.create(
        mediation=change.row,
        ground=ground,
        note=said,
        ways=told,
        told_at=change.at,
        post_id=change.actor.post_id,
    )


@transaction.atomic
def decline(
    *,
    actor: Actor,
    pk: int,
    party_id: int,
    asked_by: str,
    ways: Sequence[str],
    note: str = "",
    version: int | None = None,
) -> Mediation:
    """End it because a party clearly refuses: then there must be no mediation (人民调解法 第17条)."""
    change = take(actor, pk, "decline", version=version)
    party = ask(change, party_id, asked_by, consents=False)
    ending = tell_ways(change, Ending.Ground.DECLINED, ways, note)
    lapse_requests(change)
    change.fact(events.DECLINED, party=party.pk, ways=_names(ending), unit=change.row.unit_id)
    return change.done()


@transaction.atomic
def fail(
    *,
    actor: Actor,
    pk: int,
    ground: str,
    ways: Sequence[str],
    note: str = "",
    version: int | None = None,
) -> Mediation:
    """End a mediation that leads to nothing, and tell the parties where else they may turn."""
    change = take(actor, pk, "fail", version=version)
    if ground not in FAILING:
        raise Invalid({"ground": [_("请选择调解不成的原因。")]})
    ending = tell_ways(change, ground, ways, note)
    change.row.agreements.filter(stands=True).update(stands=False)
    lapse_requests(change)
    change.fact(events.FAILED, ground=ground, ways=_names(ending), unit=change.row.unit_id)
    return change.done()


def _names(ending: Ending) -> list[str]:
    return [way["name"] for way in ending.ways]
