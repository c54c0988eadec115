"""How long the parties' identities are kept after a mediation has ended, and taking them out when that time is over.

个人信息保护法 第十九条, 第四十七条. What was agreed, how it ended and the history stay.
"""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from minfu.accounts.actor import system
from minfu.disputes import events, states
from minfu.disputes.models import Mediation, Party
from minfu.kernel import dated, record
from minfu.kernel.record import Fact
from minfu.registry import needed, vault
from minfu.registry.models import Erasure, Identity

ROOM = "disputes"
BATCH = 200


def needs(ids: Collection[UUID], besides: Collection[int] = ()) -> set[UUID]:
    """Return the identities that a mediation (other than ``besides``) still needs: an open one, or one whose time is not over."""
    open_ = Q(mediation__state__in=states.MEDIATION.open_codes)
    rows = Party.objects.filter(open_ | Q(mediation__identity_until__gt=dated.today()), identity__in=ids)
    found = rows.exclude(mediation__in=besides).values_list("identity", flat=True)
    return {pk for pk in found if pk is not None}


def erase_due() -> int:
    """Erase the parties whose time is over, a batch of mediations in one transaction; return how many were looked at.

    An identity that a demand or another mediation still needs stays until that one's time is over.
    """
    with transaction.atomic():
        due = Mediation.objects.filter(identity_until__lte=dated.today()).order_by("identity_until", "pk")
        found = list(due.select_for_update(of=("self",), no_key=True, skip_locked=True)[:BATCH])
        if found:
            _erase(found)
    return len(found)


def _erase(rows: list[Mediation]) -> None:
    stamp, basis = system().stamp, _("调解结束后的保存期限已满")
    parties = list(Party.objects.filter(mediation__in=rows, identity__isnull=False))
    ids = {party.identity_id for party in parties if party.identity_id}
    kept = needs(ids, [row.pk for row in rows]) | needed.elsewhere(ROOM, ids)
    gone = list(Identity.objects.select_for_update(no_key=True).filter(pk__in=ids - kept).order_by("pk"))
    vault.erase(gone, ground=Erasure.Ground.RETENTION, basis=basis, stamp=stamp)
    erased = {one.pk for one in gone}
    touched = {party.mediation_id for party in parties if party.identity_id in erased}
    for row in rows:
        row.identity_until = None
    Mediation.objects.bulk_update(rows, ["identity_until"])
    facts = {(events.SUBJECT, pk): [Fact(events.IDENTITIES_ERASED, {}, basis)] for pk in touched}
    record.append_many(facts, stamp)
