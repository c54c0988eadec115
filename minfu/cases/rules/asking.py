"""Asking the resident how it went: who did the work, who may speak as the resident, and by which proof.

Whoever did the work must not be able to answer for the resident (docs/decisions/residents-answer.md). The receipt alone is
read by whoever registered the demand; so it counts as a proof only where that cannot have been one of those who worked on it.
"""

from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Q
from django.utils.translation import gettext as _

from minfu.accounts.models import Post
from minfu.cases import events, states
from minfu.cases.models import Answer, Case, Door, TimeLimit, WorkReport
from minfu.cases.rules.catalog import Catalog
from minfu.kernel import clock
from minfu.kernel.calendar import Calendar, Duration, Unit
from minfu.kernel.errors import Missing
from minfu.kernel.models import Event
from minfu.registry import vault

#: States of a demand in which it was done and the resident may be asked, or was.
ANSWERABLE = frozenset({states.ASKING, states.SOLVED, states.PARTLY, states.EXPLAINED, states.UNCONFIRMED})
#: Where the link of a message leads (``cases:follow_link``).
PATH = "/a/"
_SIGNER = Signer(sep=".", salt="minfu.cases.asking")
#: How a resident shows who they are: the receipt, the link sent to the number they left, the one-time code sent there.
Proof = Answer.Proof


class Wanted(StrEnum):
    """What a resident has to show before they are believed."""

    NUMBER = "number"  #: that they hold the number they left: link or code
    RECEIPT = "receipt"  #: the receipt: nobody who did the work has seen it
    CLERK = "clerk"  #: nothing they could show is theirs alone: a clerk of another unit asks them and writes it down


def main_of(case: Case) -> Case:
    """Return the demand that is worked on: the one this was merged into, else itself."""
    return case.merged_into if case.state == states.MERGED and case.merged_into else case


def asked_about(case: Case) -> WorkReport | None:
    """Return the report the resident is asked about, None while nobody is asked; its id names the asking."""
    main = main_of(case)
    return main.reports.order_by("-pk").first() if main.state in ANSWERABLE else None


def asked_at(case: Case) -> datetime | None:
    """Return when the present asking began, None while nobody is asked."""
    report = asked_about(case)
    return report.verified_at if report else None


# --- who did the work ----------------------------------------------------------------------------------------------


def workers(case: Case) -> set[int]:
    """Return the units that did the work this time: lead and helpers, or the desk that answered at once."""
    units = {row.unit_id for row in case.helps.all() if row.state != "declined"}
    if case.lead_id is not None:
        units.add(case.lead_id)
    elif (report := asked_about(case)) is not None:
        units.add(report.unit_id)
    return units


def person_behind(case: Case, *names: str) -> int | None:
    """Return the person (not the post) who took the last of the named steps; None when the software did."""
    rows = Event.objects.filter(subject_type=events.SUBJECT, subject_id=case.pk, name__in=names)
    return rows.order_by("-seq").values_list("actor_user_id", flat=True).first()


def desk_that_asks(case: Case, catalog: Catalog) -> int:
    """Return the desk whose people ask the resident: the one in charge, or the county's when that one did the work."""
    main = main_of(case)
    county = catalog.county_desk
    taken = main.desk_id in workers(main) or main.desk_id == main.complained_unit_id
    return county.id if taken and county else main.desk_id


# --- what counts as the resident's word ----------------------------------------------------------------------------


def left_number(case: Case) -> bool:
    """Tell whether the resident left a number by which they can show who they are."""
    return case.reporter is not None and vault.has_phone(case.reporter)


def wanted(case: Case) -> Wanted:
    """Return what shows that someone is the resident of a demand.

    A number that was left settles it. Else the receipt does, unless someone who worked on the demand, in whatever post, took
    it in and so read the receipt, or nobody was ever given it (imports).
    """
    if left_number(case):
        return Wanted.NUMBER
    if case.registered_by_id is None:
        return Wanted.RECEIPT if case.door in (Door.WEB, Door.QR) else Wanted.CLERK
    return Wanted.CLERK if case.door == Door.IMPORT or _took_in_by_worker(case) else Wanted.RECEIPT


def _took_in_by_worker(case: Case) -> bool:
    """Tell whether whoever registered a demand belongs, or belonged, to a unit that ever worked on it."""
    main = main_of(case)
    units = workers(main) | workers(case) | set(main.reports.values_list("unit_id", flat=True))
    person = person_behind(case, events.REGISTERED)
    registrar = Q(pk=case.registered_by_id) | Q(user__posts=case.registered_by_id) | Q(user_id=person)
    return Post.objects.filter(registrar, unit_id__in=units).exists()


def is_proven(case: Case, proof: str, step: str) -> bool:
    """Tell whether a proof is enough for a step of a demand. A link is for answering and nothing else."""
    want = wanted(case)
    if want == Wanted.CLERK or not proof:
        return False
    return want == Wanted.RECEIPT or proof == Proof.CODE or (proof == Proof.LINK and step != "withdraw")


def may_contest(case: Case, catalog: Catalog, working: Calendar) -> bool:
    """Tell whether the resident may still say that what was written down of them is not so.

    What a clerk noted they said, or that they could not be reached: for as long after the end as they had for answering.
    """
    if case.closed_at is None:
        return False
    last = case.answers.order_by("-pk").first()
    if case.state != states.UNCONFIRMED and (last is None or last.by_resident):
        return False
    code = case.category.code if case.category else ""
    limit = catalog.limit(TimeLimit.Clock.CONFIRM, category=code, kind=case.kind, urgency=case.urgency)
    if limit is None:
        return True
    return clock.now() <= working.add(case.closed_at, Duration(limit.amount, Unit(limit.measure)))


# --- the link ------------------------------------------------------------------------------------------------------


def link(case: Case) -> str:
    """Return the address by which the resident of a demand answers the present asking; empty while nobody is asked."""
    report = asked_about(case)
    if report is None:
        return ""
    return f"{settings.MINFU_PUBLIC_URL}{PATH}{_SIGNER.sign(f'{case.pk}-{report.pk}')}/"


def read_link(token: str) -> tuple[Case, int]:
    """Return the demand and the asking a link names; ``Missing`` for one that was not made here."""
    try:
        case_id, _dash, asking = _SIGNER.unsign(token).partition("-")
        return Case.objects.get(pk=int(case_id)), int(asking)
    except (BadSignature, ValueError, Case.DoesNotExist):
        raise Missing(_("这个链接不完整。请从短信里重新点开，或用查询码查看。")) from None
