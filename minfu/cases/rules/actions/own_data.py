"""A resident asks about their own data; a desk decides, and says why when it refuses."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.accounts.actor import Actor
from minfu.cases import events, rights, states
from minfu.cases.models import Case, DataRequest, TimeLimit
from minfu.cases.rules import (
    access,
    asking,
    catalog,
    data_requests,
    messages,
    reporters,
    retention,
    same_person,
)
from minfu.cases.rules.actions import papers
from minfu.cases.rules.actions._base import subject
from minfu.kernel import calendar, clock, gate, limits, record
from minfu.kernel.calendar import Duration, Unit
from minfu.kernel.errors import Forbidden, Invalid, Missing, Refused
from minfu.kernel.record import Fact
from minfu.kernel.tongue import kept
from minfu.language.asked import text
from minfu.registry import vault
from minfu.registry.models import Erasure
from minfu.registry.vault import Contact

LONGEST = 500
Wish = DataRequest.Wish


@transaction.atomic
def ask_about_data(
    *, actor: Actor, case_id: int, wish: str, words: str = "", contact: Contact | None = None
) -> DataRequest:
    """Take down what a resident asks about their data: ``contact`` is what it should say instead.

    Raises ``Invalid`` for what cannot be asked now, ``Forbidden`` unless the actor has shown to be the resident.
    """
    case = _own(actor, case_id)
    _check_wish(case, wish, contact)
    cleaned = text(words, "words", "", longest=LONGEST)
    if DataRequest.objects.filter(case=case, state="asked", wish=wish).exists():
        raise Invalid({"wish": [_("您已经提过同样的要求，正在处理。")]})
    at = clock.now()
    desk = asking.desk_that_asks(case, catalog.current())
    row = DataRequest.objects.create(
        case=case,
        desk_id=desk,
        wish=wish,
        words=cleaned,
        proposed=vault.create(contact) if wish == Wish.CORRECT and contact else None,
        asked_at=at,
        due_at=_due(case, at),
    )
    record.append(subject(case), [Fact(events.DATA_ASKED, {"wish": wish})], actor.stamp)
    messages.send([messages.to_unit(desk, events.DATA_ASKED, case, at=at)])
    return row


def _own(actor: Actor, case_id: int) -> Case:
    case = access.get_case_for(actor, case_id, lock=True)
    if actor.kind != "resident" or case.reporter is None:
        raise Forbidden(_("只有反映人本人可以这样要求。"))
    if not asking.is_proven(case, asking.Proof(actor.proof), "withdraw"):
        raise Forbidden(_("请先用验证码确认是您本人；没有留电话的，请带身份证件到便民服务中心办理。"))
    return case


def _check_wish(case: Case, wish: str, contact: Contact | None) -> None:
    if wish not in Wish.values:
        raise Invalid({"wish": [_("请选择要更正还是要删除。")]})
    if case.reporter is not None and case.reporter.erased_at is not None:
        raise Invalid({"wish": [_("您的姓名和电话已经删除了。")]})
    if wish == Wish.ERASE and case.is_open:
        raise Invalid({"wish": [_("这件事还在办，要靠电话联系您。办完以后可以要求删除；不想办了可以撤回。")]})
    if wish == Wish.CORRECT and (contact is None or not (contact.name or contact.phone)):
        raise Invalid({"name": [_("请写正确的姓名或电话。")]})


def _due(case: Case, at: datetime) -> datetime:
    """Return until when it is to be answered: the county's limit, or fifteen days."""
    category = case.category.code if case.category else ""
    found = catalog.current().limit(
        TimeLimit.Clock.DATA, category=category, kind=case.kind, urgency=case.urgency
    )
    amount = Duration(found.amount, Unit(found.measure)) if found else Duration(15, Unit.DAYS)
    return calendar.current().add(at, amount)


@transaction.atomic
def decide_data_request(*, actor: Actor, request_id: int, granted: bool, words: str = "") -> DataRequest:
    """Grant (and do at once) or refuse what a resident asked; a refusal says why. The resident is told."""
    gate.check(actor, rights.CONTACT)
    row = data_requests.get_request_for(actor, request_id, lock=True)
    case = access.get_case_for(actor, row.case_id, lock=True)
    step = "grant" if granted else "refuse"
    row.state = states.DATA_REQUEST.check(row.state, states.DATA_REQUEST.step(step).name)
    row.decision = text(words, "words", "" if granted else _("请把理由告诉居民。"), longest=LONGEST)
    row.decided_at, row.decided_by_id = clock.now(), actor.post_id
    name = events.DATA_GRANTED if granted else events.DATA_REFUSED
    record.append(subject(case), [Fact(name, {"wish": row.wish}, row.decision)], actor.stamp)
    if granted:
        _do(row, case, actor)
    if row.proposed is not None:
        vault.erase(
            [row.proposed],
            ground=Erasure.Ground.REQUEST,
            basis=kept(gettext_lazy("要求已答复")),
            stamp=actor.stamp,
        )
    row.save()
    if not (granted and row.wish == Wish.ERASE):  # who asked to be forgotten is not written to
        messages.send(messages.to_residents(name, case, at=row.decided_at))
    return row


def _do(row: DataRequest, case: Case, actor: Actor) -> None:
    if case.reporter is None:
        raise Refused(_("没有留下联系人。"), code="nobody")
    if row.wish == Wish.ERASE:
        if case.is_open:
            raise Refused(_("这件事又在办了，办完以后才能删除。"), code="open")
        retention.erase_now(case, kept(gettext_lazy("应本人要求")), actor.stamp)
    elif row.proposed is not None:
        vault.correct(case.reporter, row.proposed)


@transaction.atomic
def take_own_data(*, actor: Actor, case_id: int) -> Case:
    """Record that the resident takes a copy of everything held about them, and return their demand."""
    case = _own(actor, case_id)
    record.append(subject(case), [Fact(events.DATA_TAKEN)], actor.stamp)
    return case


def hand_out(*, actor: Actor, case_id: int, explanation: str) -> Case:
    """Record that a desk hands the resident who stands before it what is held of them; return their demand.

    ``explanation`` says how it knows that it is them. Recorded as a look at each contact in it, and in the demand's
    history. Raises ``Forbidden`` where the actor may not see who reported, ``Missing`` when nobody was named, ``Invalid``
    without an explanation, ``TooMany`` as for looks.
    """
    limits.hit(f"reveal:{actor.user_id}", limit=papers.LOOKS_PER_HOUR, seconds=3600)
    with transaction.atomic():
        case = access.get_case_for(actor, case_id, lock=True)
        if not reporters.may_reveal(actor, case):
            raise Forbidden(_("只有受理这件诉求的平台和正在办理的单位可以把记录交给本人。"))
        if case.reporter is None:
            raise Missing(_("没有留下联系人。"))
        why = vault.Purpose("own_request", explanation)
        for identity in {
            one.reporter for one in same_person.shown_to(actor, case) if one.reporter is not None
        }:
            vault.reveal(identity, actor=actor, purpose=why)
        record.append(subject(case), [Fact(events.DATA_HANDED_OUT, {}, explanation.strip())], actor.stamp)
    return case
