"""How long the reporter's identity is kept after a demand has ended, and taking it out when that time is over.

个人信息保护法 第十九条 (no longer than necessary), 第四十七条 (deletion when the time is over). The demand
itself, its history and its figures stay: they say nothing of who reported.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from minfu.accounts.actor import system
from minfu.cases import events
from minfu.cases.models import Case
from minfu.cases.rules import catalog
from minfu.kernel import clock, record
from minfu.kernel.errors import Refused
from minfu.kernel.record import Fact
from minfu.registry import needed, vault
from minfu.registry.models import Erasure, Identity

#: Columns that ``until`` decides.
FIELDS = ("identity_until",)
BATCH = 500
ROOM = "cases"
MONTHS_A_YEAR = 12


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later; the last of that month where it has no such day."""
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 + months, MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def until(case: Case, config: catalog.Catalog) -> date | None:
    """Return from which day the reporter of an ended demand is no longer kept; None while it is open or names nobody."""
    if case.closed_at is None or case.reporter_id is None:
        return None
    category = config.category_by_id.get(case.category_id or 0)
    months = config.months_kept(category=category.code if category else "", kind=case.kind)
    return months_later(timezone.localdate(case.closed_at), months)


def erase_due(*, most: int = BATCH) -> int:
    """Erase the identities whose time is over, up to ``most`` demands in one transaction, and return how many were looked at.

    An identity that another demand still needs stays until that one's time is over.
    """
    today = timezone.localdate(clock.now())
    with transaction.atomic():
        due = Case.objects.filter(identity_until__lte=today).order_by("identity_until", "pk")
        found = list(due.select_for_update(of=("self",), no_key=True, skip_locked=True)[:most])
        if found:
            _erase(found, Erasure.Ground.RETENTION, _("诉求办结后的保存期限已满"), system().stamp)
    return len(found)


def erase_now(case: Case, basis: str, stamp: record.Stamp) -> None:
    """Erase the reporter of an ended, locked demand before the time is over: they asked for it.

    ``Refused`` while a matter of another room still needs them.
    """
    if case.reporter_id and needed.elsewhere(ROOM, {case.reporter_id}):
        raise Refused(
            _("这个人的身份在别的事项里还要用（例如调解协议还在履行），办完以后才能删除。"),
            code="needed_elsewhere",
        )
    _erase([case], Erasure.Ground.REQUEST, basis, stamp)


def _erase(cases: Sequence[Case], ground: Erasure.Ground, basis: str, stamp: record.Stamp) -> None:
    ids = {case.reporter_id for case in cases if case.reporter_id}
    kept = _needed(ids, cases) | needed.elsewhere(ROOM, ids)
    locked = Identity.objects.select_for_update(no_key=True).filter(pk__in=ids - kept)
    gone = list(locked.order_by("pk"))
    vault.erase(gone, ground=ground, basis=basis, stamp=stamp)
    for case in cases:
        case.identity_until = None
        case.description, case.personal = case.shown_description, []
    Case.objects.bulk_update(cases, [*FIELDS, "description", "personal"])
    erased = {one.pk for one in gone}
    facts = {
        (events.SUBJECT, case.pk): [Fact(events.IDENTITY_ERASED, {"erased_for": str(ground)}, basis)]
        for case in cases
        if case.reporter_id in erased
    }
    record.append_many(facts, stamp)


def _needed(ids: Iterable[UUID], cases: Sequence[Case] = ()) -> set[UUID]:
    """Return the identities that a demand other than these still needs: one that is open, or whose time is not over."""
    others = Case.objects.filter(reporter__in=ids).exclude(pk__in=[case.pk for case in cases])
    today = timezone.localdate(clock.now())
    found = others.filter(Q(is_open=True) | Q(identity_until__gt=today)).values_list("reporter", flat=True)
    return {pk for pk in found if pk is not None}


def needs(ids: Collection[UUID]) -> set[UUID]:
    """Return the identities that some demand still needs, for other rooms that would erase them."""
    return _needed(ids)


def recount(*, after: int = 0, most: int = BATCH) -> int:
    """Count again until when ended demands keep their reporter, ``most`` from after an id; return the last id, 0 at the end."""
    config = catalog.current()
    with transaction.atomic():
        rows = Case.objects.filter(pk__gt=after, identity_until__isnull=False).order_by("pk")
        found = list(rows.select_for_update(of=("self",), no_key=True)[:most])
        moved = []
        for case in found:
            kept = until(case, config)
            if kept != case.identity_until:
                case.identity_until = kept
                moved.append(case)
        Case.objects.bulk_update(moved, FIELDS)
    return found[-1].pk if len(found) == most else 0
