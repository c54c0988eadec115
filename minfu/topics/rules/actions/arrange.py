"""Putting topics in order: another name, together, apart, out of sight and back."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.kernel import record
from minfu.kernel.errors import Invalid
from minfu.kernel.record import Fact
from minfu.language.asked import text
from minfu.topics import events, states
from minfu.topics.models import Membership, Topic
from minfu.topics.models.topic import TITLE
from minfu.topics.rules import access, counting
from minfu.topics.rules.actions._base import Change, take

#: Demands chosen at a time.
MOST_CHOSEN = 500


@transaction.atomic
def rename(*, actor: Actor, pk: int, title: str, version: int | None = None) -> Topic:
    """Give a topic a name of people's own; the software does not touch it any more."""
    change = take(actor, pk, "rename", version=version)
    before, change.row.title = change.row.title, text(title, "title", _("请填写名称。"), longest=TITLE)
    change.row.title_fixed = True
    change.fact(events.RENAMED, title=change.row.title, before=before)
    return _counted(change.done("title", "title_fixed"))


@transaction.atomic
def dismiss(*, actor: Actor, pk: int, reason: str, version: int | None = None) -> Topic:
    """Say that it is nothing to be settled together; what comes later of the kind joins it without a word."""
    change = take(actor, pk, "dismiss", version=version)
    change.fact(events.DISMISSED, text(reason, "reason", _("请写明为什么搁置。"), longest=1000))
    return _counted(change.done())


@transaction.atomic
def restore(*, actor: Actor, pk: int, reason: str = "", version: int | None = None) -> Topic:
    """Take a dismissal back."""
    change = take(actor, pk, "restore", version=version)
    change.fact(events.RESTORED, text(reason, "reason", "", longest=1000))
    return _counted(change.done())


@transaction.atomic
def merge(*, actor: Actor, pk: int, into: int, reason: str = "", version: int | None = None) -> Topic:
    """Put all demands of a topic into another, for good; return the one that is left empty."""
    change = take(actor, pk, "merge", version=version)
    row = change.row
    # Under the lock of the progress nobody else locks topics: no order to keep.
    other = access.visible_to(actor).select_for_update(of=("self",), no_key=True).filter(pk=into).first()
    if other is None or other.pk == row.pk or other.state not in (states.OPEN, states.TAKEN, states.REPORTED):
        raise Invalid({"into": [_("请选择另一个关注中或办理中的专题。")]})
    access.permit(actor, other, states.TOPIC.step("merge"))
    said = text(reason, "reason", "", longest=1000)
    number = Membership.objects.filter(topic=row).update(topic=other, pinned=True)
    row.merged_into = other
    change.touched.add(other.pk)
    change.fact(events.MERGED, said, into=other.pk, into_title=other.title, number=number)
    change.done("merged_into")
    _beside(
        change,
        other,
        Fact(events.RECEIVED, {"from": row.pk, "from_title": row.title, "number": number}, said),
    )
    _counted(other)
    return _counted(row)


@transaction.atomic
def split(
    *,
    actor: Actor,
    pk: int,
    case_ids: Collection[int],
    title: str,
    reason: str = "",
    version: int | None = None,
) -> Topic:
    """Take chosen demands, those the actor may open, out into a topic of their own, for good; return the new one."""
    change = take(actor, pk, "split", version=version)
    row, chosen = change.row, set(case_ids)
    named = text(title, "title", _("请给分出的专题起个名称。"), longest=TITLE)
    said = text(reason, "reason", "", longest=1000)
    if not chosen or len(chosen) > MOST_CHOSEN:
        raise Invalid({"case_ids": [_("请选择要分出的诉求，一次最多 %(most)s 件。") % {"most": MOST_CHOSEN}]})
    if access.demands_for(actor, row).filter(pk__in=chosen).count() != len(chosen):
        raise Invalid({"case_ids": [_("有的诉求已不在这个专题里，请刷新后重新选择。")]})
    if len(chosen) >= row.demands:
        raise Invalid({"case_ids": [_("全部分出等于没有分。要换名称请用“改名”。")]})
    other = Topic.objects.create(
        title=named,
        title_fixed=True,
        pinned=True,
        first_at=row.first_at,
        last_at=row.last_at,
        begun_at=change.at,
        updated_at=change.at,
        counted_on=timezone.localdate(change.at),
    )
    Membership.objects.filter(topic=row, case_id__in=chosen).update(topic=other, pinned=True)
    number = len(chosen)
    change.touched.add(other.pk)
    change.fact(events.SPLIT, said, into=other.pk, title=named, number=number)
    change.done()
    begun = Fact(
        events.BEGUN, {"from": row.pk, "from_title": row.title, "number": number, "version": 1}, said
    )
    record.begin((events.SUBJECT, other.pk), [begun], change.stamp)
    _counted(row)
    return _counted(other)


def _beside(change: Change, other: Topic, fact: Fact) -> None:
    """Record on another topic what this step did to it."""
    other.pinned, other.updated_at = True, change.at
    other.version += 1
    other.save(update_fields=["pinned", "updated_at", "version"])
    record.append((events.SUBJECT, other.pk), [fact], change.stamp)


def _counted(row: Topic) -> Topic:
    """Count a topic anew and return it as it is now."""
    counting.recount([row.pk], {})
    row.refresh_from_db()
    return row
