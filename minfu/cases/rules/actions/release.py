"""A solved matter is told to everyone by a person, withdrawn by a person, and never against its resident's will."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.accounts.actor import Actor, system
from minfu.cases import events, rights, states
from minfu.cases.models import Case, Release
from minfu.cases.rules import access, asking, disclosure, messages, releases
from minfu.cases.rules.actions._base import subject
from minfu.kernel import clock, gate, record
from minfu.kernel.errors import Forbidden, Invalid, Refused
from minfu.kernel.record import Fact
from minfu.kernel.tongue import kept
from minfu.language.asked import text

LONGEST_WHAT, LONGEST_DONE, LONGEST_REASON = 300, 600, 300


@transaction.atomic
def release(
    *, actor: Actor, case_id: int, what: str, done: str, village: bool = True, checked: bool = False
) -> Release:
    """Put a solved demand on the public board in the actor's own words; its resident is told.

    Raises ``Refused`` for what may not be told, ``Forbidden`` to who did the work, ``Invalid`` for words with personal data
    in them, and, until ``checked``, for words that may be names or addresses.
    """
    gate.check(actor, rights.PUBLISH)
    case = access.get_case_for(actor, case_id, lock=True)
    releases.check(actor, case)
    words = {
        "what": text(what, "what", _("请写明是什么事。"), longest=LONGEST_WHAT),
        "done": text(done, "done", _("请写明怎么办的。"), longest=LONGEST_DONE),
    }
    _check_words(case, words, checked=checked)
    now = clock.now()
    row = Release.objects.create(
        case=case,
        state="released",
        **vars(releases.outline(case, village=village)),
        **words,
        released_at=now,
        released_by_id=actor.post_id,
        unit_id=actor.unit_id,
    )
    record.append(subject(case), [Fact(events.RELEASED, {"release": row.pk})], actor.stamp)
    messages.send(messages.to_residents(events.RELEASED, case, at=now))
    return row


def _check_words(case: Case, words: dict[str, str], *, checked: bool) -> None:
    wrong = {name: said for name, value in words.items() if (said := releases.refusals(case, value))}
    # A number may be begun in one field and ended in the other.
    if not wrong and (said := releases.refusals(case, "".join(words.values()))):
        wrong = {"done": said}
    if wrong:
        raise Invalid(wrong)
    doubts = disclosure.warnings("\n".join(words.values()))
    if doubts and not checked:
        ask = _("请核对：不是个人信息的，勾选“已核对”再公开；是的，请改写。")
        raise Invalid({"checked": [*doubts, ask]})


@transaction.atomic
def withdraw_release(*, actor: Actor, release_id: int, reason: str) -> Release:
    """Take a matter from the public board, for a reason that stands in its history."""
    gate.check(actor, rights.PUBLISH)
    case_id = releases.get_release_for(actor, release_id).case_id
    case = access.get_case_for(actor, case_id, lock=True)
    row = releases.get_release_for(actor, release_id, lock=True)
    why = text(reason, "reason", _("请写明为什么撤下。"), longest=LONGEST_REASON)
    return _end(actor, case, row, "withdraw", why)


def withdraw_reopened(case: Case) -> None:
    """Take a demand that is not solved after all from the board; the caller holds its lock."""
    row = releases.standing(case)
    if row is not None and row.state == "released":
        _end(system(), case, row, "withdraw", kept(gettext_lazy("居民表示没有解决，重新办理。")))


@transaction.atomic
def object_to_release(*, actor: Actor, case_id: int) -> Release:
    """Note that the resident does not want it told, before or after it was; it stands on the board no longer."""
    case = _own(actor, case_id)
    row = releases.standing(case)
    if row is not None and row.state == "objected":
        return row
    if row is not None:
        messages.send(
            [messages.to_unit(row.unit_id or case.desk_id, events.RELEASE_OBJECTED, case, at=clock.now())]
        )
        return _end(actor, case, row, "object", "")
    row = Release.objects.create(
        case=case, state="objected", **vars(releases.outline(case)), ended_at=clock.now()
    )
    record.append(subject(case), [Fact(events.RELEASE_OBJECTED)], actor.stamp)
    return row


@transaction.atomic
def allow_release(*, actor: Actor, case_id: int) -> None:
    """Note that the resident has changed their mind; whether it is released is for a desk to decide."""
    case = _own(actor, case_id)
    row = releases.standing(case)
    if row is not None and row.state == "objected":
        _end(actor, case, row, "allow", "")


def _own(actor: Actor, case_id: int) -> Case:
    """Return the resident's demand, locked; ``Forbidden`` unless they have shown that it is theirs."""
    case = access.get_case_for(actor, case_id, lock=True)
    if actor.kind != "resident":
        raise Forbidden(_("只有反映人本人可以这样要求。"))
    if not asking.is_proven(case, asking.Proof(actor.proof), "withdraw"):
        raise Forbidden(_("请先确认是您本人；不方便的，打电话或到窗口告诉乡镇、县里的工作人员。"))
    if sentence := releases.never(case):
        raise Refused(sentence, code="never_public")
    return case


_FACTS = {
    "withdraw": events.RELEASE_WITHDRAWN,
    "object": events.RELEASE_OBJECTED,
    "allow": events.RELEASE_ALLOWED,
}


def _end(actor: Actor, case: Case, row: Release, step: str, reason: str) -> Release:
    row.state = states.RELEASE.check(row.state, step)
    row.ended_at, row.reason = clock.now(), reason
    row.save(update_fields=["state", "ended_at", "reason"])
    record.append(subject(case), [Fact(_FACTS[step], {"release": row.pk}, reason)], actor.stamp)
    return row
