"""What is looked at and added without changing where a demand stands: the reporter's contact data, files."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.cases import events
from minfu.cases.models import CaseFile
from minfu.cases.rules import access, reporters
from minfu.cases.rules.actions._base import subject
from minfu.files import door as files
from minfu.kernel import clock, limits, record
from minfu.kernel.errors import Forbidden, Invalid, Missing
from minfu.kernel.record import Fact
from minfu.registry import vault

#: Looks at full contact data one person may take in an hour: enough for a day on the phone, too few to copy a register.
LOOKS_PER_HOUR = 60
#: Files of one demand, from all who worked on it.
MOST_FILES = 40


@dataclass(frozen=True)
class Revealed:
    """What was shown in full: the reporter's contact (empty where nobody was named), and the words (empty without stars)."""

    contact: vault.Contact
    words: str


def reveal(*, actor: Actor, case_id: int, purpose: vault.Purpose) -> Revealed:
    """Return the reporter's contact and the description without stars, for a stated purpose.

    Recorded in the vault, if there is a contact, and in the demand's history. Raises ``Forbidden`` where the reporter is not
    shown to the actor even masked, ``Missing`` when nobody was named and nothing is starred, ``Invalid`` without a purpose,
    ``TooMany`` beyond ``LOOKS_PER_HOUR``.
    """
    limits.hit(f"reveal:{actor.user_id}", limit=LOOKS_PER_HOUR, seconds=3600)
    return reveal_for_export(actor=actor, case_id=case_id, purpose=purpose)


def reveal_for_export(*, actor: Actor, case_id: int, purpose: vault.Purpose) -> Revealed:
    """Return what ``reveal`` does, recorded as it is, but not counted: how many an export may open is its own bound."""
    with transaction.atomic():
        case = access.get_case_for(actor, case_id, lock=True)
        words = case.description if reporters.may_read_words(actor, case) else ""
        if not words and not access.may_see_reporter(actor, case):
            raise Forbidden(_("反映人的身份对您保密。"))
        if not words and not reporters.may_reveal(actor, case):
            raise Forbidden(_("只有正在办理这件诉求的单位和平台可以查看联系方式。"), code="not_ones_business")
        if not words and case.reporter is None:
            raise Missing(_("没有留下联系人。"))
        contact = vault.Contact()
        if case.reporter is not None and reporters.may_reveal(actor, case):
            contact = vault.reveal(case.reporter, actor=actor, purpose=purpose)
        else:
            vault.check_purpose(purpose)
        fact = Fact(events.REVEALED, {"purpose": purpose.code}, purpose.explanation.strip())
        record.append(subject(case), [fact], actor.stamp)
    return Revealed(contact, words)


@transaction.atomic
def add_files(*, actor: Actor, case_id: int, file_ids: Sequence[UUID]) -> list[CaseFile]:
    """Add uploaded files (photos of the work, documents) to an open demand the actor has a part in."""
    case = access.get_case_for(actor, case_id, lock=True)
    access.demand_files(actor, case)
    check_files(actor, file_ids)
    if case.files.count() + len(file_ids) > MOST_FILES:
        raise Invalid({"files": [_("一件诉求最多 %(max)s 个附件。") % {"max": MOST_FILES}]})
    at = clock.now()
    rows = CaseFile.objects.bulk_create(
        CaseFile(case=case, file_id=file_id, what="work", added_at=at) for file_id in file_ids
    )
    facts = [Fact(events.FILE_ADDED, {"file": str(row.file_id)}) for row in rows]
    record.append(subject(case), facts, actor.stamp)
    return rows


def check_files(actor: Actor, file_ids: Sequence[UUID]) -> None:
    """Raise ``Invalid`` unless each is a file the actor uploaded and that belongs to no demand yet."""
    if not file_ids:
        return
    if not files.are_from(actor.user_id, file_ids):
        raise Invalid({"files": [_("没有找到这个附件，请重新上传。")]})
    if CaseFile.objects.filter(file_id__in=file_ids).exists():
        raise Invalid({"files": [_("这个附件已经属于一件诉求，请重新上传。")]})
