"""Looking at who the parties are, for a stated purpose; and printing papers with their names."""

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.disputes import events
from minfu.disputes.models import Mediation, Party
from minfu.disputes.rules import access
from minfu.kernel import limits, record
from minfu.kernel.errors import Missing
from minfu.kernel.record import Fact
from minfu.registry import vault

#: Looks at full identities one person may take in an hour, in this room.
LOOKS_PER_HOUR = 60


def reveal(*, actor: Actor, pk: int, party_id: int, purpose: vault.Purpose) -> vault.Contact:
    """Return a party's full identity for a stated purpose; recorded in the vault and in the mediation's history.

    Raises ``Forbidden`` without the right, ``Missing`` when nobody is known, ``Invalid`` without a purpose, ``TooMany`` beyond
    ``LOOKS_PER_HOUR``.
    """
    limits.hit(f"reveal:{actor.user_id}", limit=LOOKS_PER_HOUR, seconds=3600)
    with transaction.atomic():
        row = access.get_for(actor, pk, lock=True)
        party = access.get_party_for(row, party_id)
        contact = _opened(party, actor, purpose)
        _note(row, actor, events.REVEALED, purpose, party=party.pk)
    return contact


def reveal_all(*, actor: Actor, pk: int, purpose: vault.Purpose, paper: str) -> dict[int, vault.Contact]:
    """Return every party's identity by the party's id, to print a paper with them; each look is recorded."""
    limits.hit(f"reveal:{actor.user_id}", limit=LOOKS_PER_HOUR, seconds=3600)
    with transaction.atomic():
        row = access.get_for(actor, pk, lock=True)
        people = row.parties.filter(identity__isnull=False).select_related("identity").order_by("pk")
        found = {party.pk: _opened(party, actor, purpose) for party in people}
        _note(row, actor, events.PRINTED, purpose, paper=paper)
    return found


def _opened(party: Party, actor: Actor, purpose: vault.Purpose) -> vault.Contact:
    if party.identity is None:
        raise Missing(_("这位当事人的身份信息不在这里。"))
    return vault.reveal(party.identity, actor=actor, purpose=purpose)


def _note(row: Mediation, actor: Actor, event: str, purpose: vault.Purpose, **data: object) -> None:
    known = {"case": row.case_id, "purpose": purpose.code, **data}
    record.append((events.SUBJECT, row.pk), [Fact(event, known, purpose.explanation.strip())], actor.stamp)
