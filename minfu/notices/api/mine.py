"""Where one wants to be reached outside the house; and the alarms a desk has to tell by phone."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import actor_of
from minfu.kernel.api import Id, In, Line, Moment, Out, Room
from minfu.notices import rights, texts
from minfu.notices.rules import alarms, reaching
from minfu.notices.rules.reaching import Choice

room = Room("reach", _("接收通知"))


class ReachIn(In):
    """What one chooses for a channel; an empty address keeps the one given before."""

    address: Line = ""
    is_on: bool = True
    """False: only alarms come."""
    language: Line = ""


class ReachOut(Out):
    """A channel the caller's post allows, and what they chose."""

    channel: int
    name: str
    wants: str
    """What sort of address: phone, email, account."""
    address: str
    """Masked; empty while none was given."""
    is_on: bool
    language: str
    alarms_only: bool


class AlarmOut(Out):
    """An alarm no channel brought to its reader: tell them by phone."""

    id: int
    title: str
    body: str
    subject: str
    subject_id: int
    created_at: Moment
    reader: str
    phone: str
    """The unit's duty number."""


@room.get("/me/channels", _("我的接收方式"), right=rights.READ, answer=list[ReachOut])
def mine(request: HttpRequest) -> list[ReachOut]:
    """List the channels the caller's post allows for their own notices."""
    return [_out(one) for one in reaching.choices(actor_of(request))]


@room.put("/me/channels/{channel_id}", _("修改接收方式"), right=rights.READ, answer=ReachOut)
def choose(request: HttpRequest, channel_id: Id, body: ReachIn) -> ReachOut:
    """Say where the caller is reached by a channel, and whether."""
    saved = reaching.save(
        channel_id, body.address, is_on=body.is_on, language=body.language, actor=actor_of(request)
    )
    return _out(saved)


@room.delete("/me/channels/{channel_id}", _("删除接收地址"), right=rights.READ)
def forget(request: HttpRequest, channel_id: Id) -> None:
    """Delete the address given for a channel; nothing more comes by it."""
    reaching.forget(channel_id, actor=actor_of(request))


@room.get("/alarms/to-phone", _("没有送到的紧急通知"), right=rights.PHONE, answer=list[AlarmOut])
def alarms_to_phone(request: HttpRequest) -> list[AlarmOut]:
    """List the alarms the caller's desk has to tell by phone, longest waiting first."""
    return [_alarm(one) for one in alarms.to_phone(actor_of(request))]


@room.post("/alarms/{notice_id}/told", _("已电话告知紧急通知"), right=rights.PHONE, answer=None, status=204)
def alarm_told(request: HttpRequest, notice_id: Id) -> None:
    """Note that whoever an alarm was for was told by phone."""
    alarms.mark_told(notice_id, actor=actor_of(request))


def _out(one: Choice) -> ReachOut:
    return ReachOut(
        channel=one.channel.pk,
        name=one.channel.name,
        wants=one.wants,
        address=one.masked,
        is_on=one.is_on,
        language=one.language,
        alarms_only=one.channel.alarms_only,
    )


def _alarm(one: alarms.Alarm) -> AlarmOut:
    words = texts.words(one.notice.template, one.notice.context)
    return AlarmOut(
        id=one.notice.pk,
        title=words.title,
        body=words.body,
        subject=one.notice.subject_type,
        subject_id=one.notice.subject_id,
        created_at=one.notice.created_at,
        reader=one.reader,
        phone=one.phone,
    )
