"""Begin a document, change it, ask for its approval: while it is a draft."""

from dataclasses import dataclass, fields

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Post, Role, Unit
from minfu.documents import events, rights
from minfu.documents.models import Document
from minfu.documents.rules import claims, composing, shipped, stored, template
from minfu.documents.rules.actions import _base
from minfu.documents.rules.sources import FigureSource
from minfu.kernel import clock, gate, record
from minfu.kernel.errors import Forbidden, Invalid
from minfu.kernel.record import Fact
from minfu.papers.official import model

#: Characters of a text while it is written; what it may say is judged when it is submitted.
MOST_TEXT = template.MOST_TEXT


#: Characters of each line around the text.
LIMITS = {
    "head": 40, "title": 150, "addressees": 200, "copies": 300, "signer": 20, "signed_by": 80, "secrecy": 20,
    "urgency": 10, "note": 100,
}  # fmt: skip


@dataclass(frozen=True)
class Head:
    """What stands around the text of a document."""

    head: str
    title: str
    addressees: str = ""
    copies: str = ""
    signer: str = ""
    signed_by: str = ""
    secrecy: str = ""
    urgency: str = ""
    note: str = ""
    sealed: bool = True


@transaction.atomic
def begin(*, actor: Actor, code: str, area: str, period: str) -> Document:
    """Begin a draft of the actor's unit from template ``code``, for an area and a period; ``Invalid`` for what does not fit."""
    gate.check(actor, rights.WRITE)
    if actor.unit_id is None or actor.user_id is None:
        raise Forbidden(_("您的岗位不属于任何单位，不能起草公文。"))
    unit = Unit.objects.get(pk=actor.unit_id)
    found = shipped.template(code)
    row = blank(found, FigureSource(actor, unit, area, period))
    row.written_by_user_id = actor.user_id
    row.begun_at = row.updated_at = clock.now()
    row.save(force_insert=True)
    record.begin((events.SUBJECT, row.pk), [Fact(events.BEGUN, {"template": found.code})], actor.stamp)
    return row


def blank(found: shipped.Template, source: FigureSource) -> Document:
    """Return a document that nobody keeps yet, as a template begins it; ``Invalid`` for a period that does not fit."""
    if found.period and source.period.kind not in {found.period, "days"}:
        raise Invalid(
            {
                "period": [
                    _("这个模板按“%(kind)s”写，请选择合适的时段。") % {"kind": shipped.PERIODS[found.period]}
                ]
            }
        )
    return Document(
        unit=source.unit,
        kind=found.kind,
        template=found.code,
        area=source.area.key,
        period=source.period.key,
        head=template.words(found.head, source),
        title=template.words(found.title, source),
        addressees=template.words(found.addressees, source) if found.addressees else "",
        signed_by=source.unit.name,
        signer=leader_of(source.unit) if found.kind.upward else "",
        sealed=found.sealed,
        text=found.text,
    )


def leader_of(unit: Unit) -> str:
    """Return who leads a unit today, and so signs what goes to the level above; empty where nobody does."""
    posts = Post.objects.filter(unit=unit, role=Role.TOWNSHIP_LEADER, period__contains=clock.today())
    post = posts.select_related("user").order_by("pk").first()
    return post.user.name if post else ""


@transaction.atomic
def edit(*, actor: Actor, pk: int, version: int | None = None, text: str, about: Head) -> Document:
    """Change a draft; whether its figures stand is judged when it is shown and submitted."""
    change = _base.take(actor, pk, "edit", version)
    row = change.row
    if len(text) > MOST_TEXT:
        raise Invalid({"text": [_("正文太长：最多 %(most)s 字。") % {"most": MOST_TEXT}]})
    row.text = text.replace("\r\n", "\n").replace("\x00", "")
    for one in fields(about):
        value = getattr(about, one.name)
        if isinstance(value, str):
            value = _base.line(value, one.name, LIMITS[one.name])
        setattr(row, one.name, value)
    row.written_by_user_id = actor.user_id or 0
    names = [one.name for one in fields(about)]
    return change.done(events.EDITED, "text", "written_by_user_id", *names)


@transaction.atomic
def submit(*, actor: Actor, pk: int, version: int | None = None) -> Document:
    """Write the text with its figures of now and ask for approval; ``Invalid`` with every line that cannot stand."""
    change = _base.take(actor, pk, "submit", version)
    row = change.row
    written = compose(actor, row)
    content = stored.kept(written)
    row.content, row.digest = content, stored.digest(content)
    row.submitted_by_user_id = actor.user_id
    model.check(composing.official(row, content, clock.today()))
    figures = len(composing.once(content["uses"]))
    return change.done(events.SUBMITTED, "content", "digest", "submitted_by_user_id", figures=figures)


def compose(actor: Actor, row: Document) -> template.Written:
    """Return the text of a document with its figures of now; ``Invalid`` at ``text`` and ``title`` for what cannot stand."""
    for name in ("title", "note", "addressees"):
        if found := claims.unbound(getattr(row, name)):
            raise Invalid(
                {name: [_("这里的“%(number)s”没有绑定数据，请写到正文里。") % {"number": found[0].text}]}
            )
    source = FigureSource(actor, row.unit, row.area, row.period)
    return template.write(row.text, source)
