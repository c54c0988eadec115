"""Who sees which demand, what of it, and which part they play in it. The one door in: ``get_case_for``."""

from collections.abc import Callable
from datetime import timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Role, Unit
from minfu.cases import events, rights, states
from minfu.cases.models import Approval, Case, CaseFile, Help, Kind, Mode
from minfu.cases.rules import asking, catalog, refusals
from minfu.files import door as files
from minfu.files.door import StoredFile
from minfu.kernel import calendar, clock, codes
from minfu.kernel.errors import Forbidden, Missing, Refused
from minfu.kernel.expressions import AnyOf
from minfu.kernel.gate import check
from minfu.kernel.steps import Step

COUNTY, TOWNSHIP = 6, 9  # digits of an area
#: How long whoever registered a demand may see its receipt again, to read it out.
RECEIPT_SHOWN = timedelta(hours=12)


def _helping(actor: Actor) -> AnyOf:
    helping = ("called", "coming", "done")  # who declined or was released has no more to do with it
    helped = Help.objects.filter(unit=actor.unit_id, state__in=helping).order_by()
    return AnyOf(F("pk"), ArraySubquery(helped.values("case_id")))


def _working(actor: Actor) -> Q:
    """Demands the actor's unit works on, at whatever place they are."""
    return (
        Q(lead_id=actor.unit_id) | Q(desk_id=actor.unit_id) | Q(holder_id=actor.unit_id) | Q(_helping(actor))
    )


def area(actor: Actor) -> Q:
    """Return the condition for demands in the actor's area, whether the actor may see each or not."""
    if actor.role == Role.GRID_WORKER:
        return Q(grid_id__in=actor.grid_ids) | Q(registered_by_id=actor.post_id)
    if len(actor.area) <= COUNTY:
        return Q()
    column = "township_code" if len(actor.area) == TOWNSHIP else "village_code"
    return Q(**{column: actor.area.ljust(12, "0")})


def visible(actor: Actor) -> Q:
    """Return the condition under which the actor may see a demand; the same for screens, API, export and attachments.

    Restricted demands (confidential, wrongdoing) are seen only by the units that work on them and, at the county, by the
    dispatcher and the auditor; never by the unit they complain about. Another system sees none of them.
    """
    if actor.is_system:
        return Q()
    if actor.kind == "resident":
        return Q(pk=actor.case_id)
    if actor.role == Role.PARTNER:
        return _of_system(actor) & Q(restricted=False)
    if not actor.may(rights.VIEW):
        return Q(pk__in=[])
    return _reach(actor) & ~_hidden_from(actor)


def _reach(actor: Actor) -> Q:
    """How far the actor's role and area let them see, what is hidden from the unit complained about left aside."""
    open_here = area(actor) & Q(restricted=False)
    if actor.role == Role.GRID_WORKER:
        return open_here | Q(registered_by_id=actor.post_id)
    if actor.role == Role.DEPARTMENT_HANDLER:
        return _working(actor)
    if actor.role == Role.MEDIATOR:
        return (open_here & Q(kind=Kind.DISPUTE)) | _working(actor)
    if actor.role in (Role.COUNTY_DISPATCHER, Role.AUDITOR) and len(actor.area) <= COUNTY:
        return Q()
    return open_here | _working(actor)


def _of_system(actor: Actor) -> Q:
    """What another system sees: what it handed in itself, and as its scopes say its area, and what its unit works on."""
    parts = [Q(pk__in=[])]
    if actor.may(rights.PARTNER):
        parts.append(Q(registered_by_id=actor.post_id))
    if actor.may(rights.WATCH):
        parts.append(area(actor) or Q(pk__isnull=False))  # an empty condition would be left out of an OR
    if actor.may(rights.HANDLE):
        parts.append(_working(actor))
    return reduce(or_, parts)


def _hidden_from(actor: Actor) -> Q:
    """What is restricted and complains of a unit the person belongs to, also by another post than the one they act in."""
    units = {*actor.own_units, *([actor.unit_id] if actor.unit_id else [])}
    return Q(restricted=True, complained_unit_id__in=units) & Q(complained_unit__isnull=False)


def cases_for(actor: Actor) -> QuerySet[Case]:
    """Return the demands the actor may see."""
    return Case.objects.filter(visible(actor))


def get_case_for(actor: Actor, pk: int, *, lock: bool = False) -> Case:
    """Return one demand, locked for change if asked; ``Missing`` whether it is absent or not for this actor."""
    rows = cases_for(actor)
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    case = rows.filter(pk=pk).first()
    if case is None:
        raise _absent()
    return case


def get_case_by_number(actor: Actor, number: str) -> Case:
    """Return the demand with the number people use; ``Missing`` as above, ``Invalid`` for what is no number."""
    read = codes.parse_case_number(number)
    case = get_case_for(actor, read.id)
    if timezone.localdate(case.registered_at) != read.registered_on:
        raise _absent()
    return case


def _absent() -> Missing:
    """Return the one answer for what is absent and what is not for the actor."""
    return Missing(_("没有找到这件诉求，或您无权查看。请核对编号。"))


def get_case_by_receipt(receipt: str) -> Case:
    """Return the demand whose receipt (twelve digits) someone holds: the receipt is the key. ``Missing`` when there is none."""
    case = Case.objects.filter(receipt=receipt).first()
    if case is None:
        raise Missing(_("没有查到这个查询码。请对照回执核对，12 位数字都要写对。"))
    return case


# --- Parts: what an actor is to a demand -------------------------------------------------------------------------


def _is_lead(actor: Actor, case: Case) -> bool:
    if actor.unit_id is None or case.lead_id != actor.unit_id:
        return False
    return actor.role != Role.GRID_WORKER or case.grid_id in actor.grid_ids


def _is_desk(actor: Actor, case: Case) -> bool:
    """The desk in charge, or the county's dispatcher, who may act for any desk below."""
    if actor.is_of(case.complained_unit_id):
        return False
    return actor.role == Role.COUNTY_DISPATCHER or (
        actor.unit_id is not None and actor.unit_id == case.desk_id
    )


def _is_other(actor: Actor, case: Case) -> bool:
    """Not of the units that did the work, in whatever post: who fixed it does not verify it."""
    return (
        actor.unit_id is not None
        and _is_desk(actor, case)
        and not any(actor.is_of(unit_id) for unit_id in asking.workers(case))
    )


def _is_resident(actor: Actor, case: Case) -> bool:
    """A desk that writes down what the resident said; never one that did the work, of a merged demand on the main one.

    Above the county's desk there is none: what it answered itself another person of it writes down.
    """
    main = asking.main_of(case)
    if not _is_other(actor, main):
        county = actor.role == Role.COUNTY_DISPATCHER and main.lead_id is None and _is_desk(actor, main)
        return county and asking.person_behind(main, events.ANSWERED) != actor.user_id
    return True


def _hands_in(actor: Actor, case: Case) -> bool:
    """Another system hands on what the resident of a demand says whom it registered; it never answers for them."""
    return actor.may(rights.PARTNER) and actor.post_id == case.registered_by_id


def _is_approver(actor: Actor, case: Case) -> bool:
    """Of the desk above the lead, or leading that desk's place; never of the lead itself, by whatever post.

    That it is a second person is checked where the approval is decided.
    """
    if actor.is_of(case.lead_id):
        return False
    leads = actor.role == Role.TOWNSHIP_LEADER and case.desk.division_id.startswith(actor.area)
    return _is_desk(actor, case) or (leads and not is_complained_about(actor, case))


_PARTS: dict[str, Callable[[Actor, Case], bool]] = {
    "lead": _is_lead,
    "desk": _is_desk,
    "other": _is_other,
    "resident": _is_resident,
    "caller": _is_resident,
    "approver": _is_approver,
    "lead_or_desk": lambda actor, case: _is_lead(actor, case) or _is_desk(actor, case),
    "staff": lambda actor, _case: actor.unit_id is not None,
}
#: Steps of the reporter in person that another system may hand on.
_HANDED_IN = frozenset({"add_words"})


def may_take(actor: Actor, case: Case, step: Step) -> bool:
    """Tell whether the actor may take a step of the demand, the state left aside."""
    if actor.is_system:
        return True
    if actor.kind == "resident":
        return _may_resident(actor, case, step) and _is_proven(actor, case, step)
    if step.by == "reporter":
        return step.name in _HANDED_IN and _hands_in(actor, case)
    return actor.may(step.right) and _PARTS[step.by](actor, case)


def _may_resident(actor: Actor, case: Case, step: Step) -> bool:
    return actor.case_id == case.pk and step.by in ("resident", "reporter")


def _is_proven(actor: Actor, case: Case, step: Step) -> bool:
    """Tell whether a resident showed enough for a step: whoever answers or takes back must not be who did the work."""
    return step.name not in _PROVEN or asking.is_proven(case, actor.proof, step.name)


#: Steps of residents that holding the receipt is not enough for by itself.
_PROVEN = frozenset({"confirm", "confirm_merged", "contest", "withdraw"})


def plays(actor: Actor, case: Case, part: str) -> bool:
    """Tell whether someone of the staff plays a part (``states.py``) in a demand."""
    return _PARTS[part](actor, case)


def demand(actor: Actor, case: Case, name: str, target: str = "") -> str:
    """Return the state step ``name`` leads to; raise the refusal if right, part, state or proof do not allow it."""
    step = states.CASE.step(name)
    if not actor.is_system and actor.kind != "resident":
        check(actor, rights.PARTNER if _hands_in(actor, case) else step.right)
    allowed = _may_resident(actor, case, step) if actor.kind == "resident" else may_take(actor, case, step)
    if not allowed:
        raise Forbidden(refusals.PARTS.get(step.by, refusals.PARTS["desk"]))
    target = states.CASE.check(case.state, name, target)
    if actor.kind == "resident" and not _is_proven(actor, case, step):
        raise Forbidden(refusals.PROOFS[asking.wanted(case)], code="proof_needed")
    return target


#: Taken by deciding an approval, or by the answer of a resident whose demand was merged in; never directly.
_INDIRECT = frozenset({"pause", "defer", "reopen"})


def next_steps(actor: Actor, case: Case) -> list[Step]:
    """Return the steps the actor may take now: the buttons of the screen and ``next_steps`` of the API."""
    return [
        step
        for step in states.CASE.next_steps(case.state)
        if step.name not in _INDIRECT and may_take(actor, case, step) and _sensible(step, case)
    ]


def help_steps(actor: Actor, case: Case, row: Help) -> list[Step]:
    """Return the steps the actor may take on a call for help."""
    steps = states.HELP.next_steps(row.state)
    units = {"helper": row.unit_id, "lead": case.lead_id}
    return [step for step in steps if actor.may(step.right) and actor.unit_id == units[step.by]]


def may_decide(actor: Actor, case: Case, row: Approval) -> bool:
    """Tell whether the actor may decide a request: with the right, in the part, and not their own."""
    return actor.may(rights.APPROVE) and may_approve(actor, case) and actor.user_id != row.asked_by_user_id


def _sensible(step: Step, case: Case) -> bool:
    if step.name == "answer":
        return case.kind in (Kind.CONSULTATION, Kind.SUGGESTION, Kind.PRAISE)
    if step.name == "confirm_merged":
        return asking.asked_at(case) is not None
    if step.name == "contest":
        return asking.may_contest(case, catalog.current(), calendar.current())
    return True


def may_add_files(actor: Actor, case: Case) -> bool:
    """Tell whether the actor may add files: on an open demand, with a part in it."""
    if (
        not case.is_open
        or actor.kind != "staff"
        or not (actor.may(rights.HANDLE) or actor.may(rights.REPORT))
    ):
        return False
    helps = any(row.unit_id == actor.unit_id and states.HELP[row.state].is_open for row in case.helps.all())
    registered = actor.post_id is not None and actor.post_id == case.registered_by_id
    return registered or helps or _is_lead(actor, case) or _is_desk(actor, case)


def demand_files(actor: Actor, case: Case) -> None:
    """Raise ``Forbidden`` unless the actor may add files."""
    if not may_add_files(actor, case):
        raise Forbidden(_("只有参与办理的单位可以给在办的诉求添加附件。"))


# --- What of the reporter may be seen ----------------------------------------------------------------------------


def may_see_reporter(actor: Actor, case: Case) -> bool:
    """Tell whether the actor may see (masked) who reported. The unit complained about never may.

    Confidential and wrongdoing: only the desk. Members of a unit below the one complained about count as that unit.
    """
    if actor.kind != "staff" or case.mode == Mode.ANONYMOUS or actor.role in (Role.AUDITOR, Role.PARTNER):
        return False
    if is_complained_about(actor, case):
        return False
    return not case.restricted or _is_desk(actor, case)


def is_complained_about(actor: Actor, case: Case) -> bool:
    """Tell whether the actor is of the unit the demand complains about, or of a unit below it.

    Such a reader learns what happens to the demand, but nothing that may tell who complained: neither the words and photos
    the resident sent later, nor what was said on the telephone, nor who took the complaint in.
    """
    return case.complained_unit is not None and _belongs_to(actor, case.complained_unit)


def may_see_receipt(actor: Actor, case: Case) -> bool:
    """Tell whether the actor may see the resident's code: who registered the demand, for ``RECEIPT_SHOWN``, to hand it over.

    Nobody else, not even the desk: with the code one follows the demand as the resident.
    """
    registered = (
        actor.kind == "staff" and actor.post_id is not None and actor.post_id == case.registered_by_id
    )
    return registered and case.registered_at > clock.now() - RECEIPT_SHOWN


def _belongs_to(actor: Actor, unit: Unit) -> bool:
    """Tell whether the actor is of the unit, by whatever post, or of a village or grid below it."""
    if actor.is_of(unit.pk):
        return True
    digits = {"township": TOWNSHIP, "village": 12}.get(unit.level)
    return digits is not None and actor.area.startswith(unit.division_id[:digits])


def get_approval_for(actor: Actor, pk: int) -> Approval:
    """Return an approval of a demand the actor may see; ``Missing`` otherwise."""
    approval = Approval.objects.select_related("case").filter(pk=pk).first()
    if approval is None or not cases_for(actor).filter(pk=approval.case_id).exists():
        raise Missing(_("没有找到这项申请，可能已被处理。"))
    return approval


def get_help_for(actor: Actor, pk: int) -> Help:
    """Return a call for help on a demand the actor may see; ``Missing`` otherwise."""
    row = Help.objects.select_related("case").filter(pk=pk).first()
    if row is None or not cases_for(actor).filter(pk=row.case_id).exists():
        raise Missing(_("没有找到这项协办，可能已解除。"))
    return row


def get_file_for(actor: Actor, case_id: int, file_id: UUID) -> StoredFile:
    """Return a file of a demand the actor may see; ``Missing`` otherwise."""
    case = get_case_for(actor, case_id)
    row = (
        files.by_ids([file_id]).get(file_id)
        if files_for(actor, case).filter(file_id=file_id).exists()
        else None
    )
    if row is None:
        raise Missing(_("没有找到这个附件。"))
    return row


def files_for(actor: Actor, case: Case) -> QuerySet[CaseFile]:
    """Return the files of a demand the actor may see: of a complaint about them, only those of the work."""
    rows = case.files.order_by("pk")
    return rows.filter(what="work") if is_complained_about(actor, case) else rows


def may_approve(actor: Actor, case: Case) -> bool:
    """Tell whether the actor may decide requests on a demand (that it is a second person is checked apart)."""
    return _is_approver(actor, case)


def same_person(actor: Actor, user_id: int | None) -> Refused | None:
    """Return the refusal for deciding what one asked for oneself, or None."""
    if user_id is not None and actor.user_id == user_id:
        return Forbidden(_("须由另一人裁定，不能批准自己的申请。"), code="second_person")
    return None


def get_receipt_for(actor: Actor, pk: int) -> Case:
    """Return a demand this post registered within ``RECEIPT_SHOWN``; ``Missing`` for any other.

    Whoever holds a receipt speaks as the resident, so nobody else sees it.
    """
    mine = Case.objects.filter(
        pk=pk, registered_by_id=actor.post_id, registered_at__gt=clock.now() - RECEIPT_SHOWN
    )
    found = mine.select_related("category", "holder", "lead", "desk", "diversion").first()
    if actor.post_id is None or found is None:
        raise Missing(_("没有找到这张回执。回执只给登记人在当天查看。"))
    return found
