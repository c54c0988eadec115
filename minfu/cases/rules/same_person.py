"""Which demands and identities are one person's: those who left the same number; beyond their demands also the same name."""

from uuid import UUID

from django.db.models import QuerySet

from minfu.accounts.actor import Actor
from minfu.cases.models import Case
from minfu.cases.rules import access, reporters
from minfu.registry import vault


def demands(case: Case) -> QuerySet[Case]:
    """Return the demands of whoever holds the telephone number left with this one; only this one where none was left."""
    if case.reporter is None or not vault.has_phone(case.reporter):
        return Case.objects.filter(pk=case.pk)
    return Case.objects.filter(reporter__in=vault.same_number(case.reporter)).order_by("pk")


def identities(case: Case) -> frozenset[UUID]:
    """Return every identity of the person: the one of this demand, and those of the same number *and* name.

    A family may share a telephone: what one of them said in a mediation is not for the others.
    """
    if case.reporter is None:
        return frozenset()
    own = {case.reporter.pk}
    if vault.has_phone(case.reporter) and (name := vault.own_contact(case.reporter).name):
        own |= {one.pk for one in vault.same_number(case.reporter) if vault.is_named(one, name)}
    return frozenset(own)


def shown_to(actor: Actor, case: Case) -> list[Case]:
    """Return the demands of the person who reported ``case`` whose reporter the actor may see in full."""
    rows = access.cases_for(actor).filter(reporter__in=identities(case)).order_by("pk")
    found = rows.select_related("category", "division", "reporter")
    return [one for one in found if reporters.may_reveal(actor, one)]
