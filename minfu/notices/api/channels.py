"""The county's channels to the outside, and what became of the messages. No secret is ever told."""

from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from minfu.accounts.actor import actor_of
from minfu.accounts.models import Role
from minfu.kernel import pages
from minfu.kernel.api import Id, In, Line, Moment, OneOf, Out, Page, Paging, Room
from minfu.notices import rights
from minfu.notices.models import Caught, Channel, Delivery
from minfu.notices.rules import configure, faults, sentlog
from minfu.notices.rules.configure import Given

room = Room("channels", _("通知渠道"))

#: Caught messages one answer lists.
MOST = 100


class KindField(Out):
    """What a kind of channel is asked."""

    name: str
    label: str
    help: str
    secret: bool
    """Sealed when saved, and never told again."""
    required: bool
    choices: list[str]


class KindOut(Out):
    """A kind of channel."""

    kind: str
    label: str
    address: str
    """What it delivers to: phone, email, account, group (one unit's), none."""
    fields: list[KindField]


class ChannelIn(In):
    """A channel as the administrator describes it. Secrets left out stay as they are; `-` takes one away."""

    name: Line
    kind: Line
    """One of `/channels/kinds`; of a channel that is there it does not change."""
    settings: dict[str, Line] = {}
    secrets: dict[str, Line] = {}
    for_residents: bool = False
    for_staff: bool = False
    unit: Id | None = None
    """The unit whose group it is; for robots of groups."""
    roles: list[Annotated[str, OneOf(Role)]] = []
    """Who may choose it for their own notices; none: everyone."""
    alarms_only: bool = False
    digest_minutes: Annotated[int, Field(ge=0, le=1440)] = 10
    order: Annotated[int, Field(ge=1, le=9999)] = 100
    is_active: bool = True
    version: Annotated[int, Field(ge=1)] | None = None
    """The version last seen; a newer one refuses the change (409)."""


class ChannelOut(Out):
    """A channel and how it fares."""

    id: int
    name: str
    kind: str
    settings: dict[str, str]
    secrets: list[str]
    """Names of the secrets that are saved."""
    for_residents: bool
    for_staff: bool
    unit: int | None
    roles: list[str]
    alarms_only: bool
    digest_minutes: int
    order: int
    is_active: bool
    version: int
    last_sent_at: Moment | None
    closed_until: Moment | None
    """It failed again and again and is left alone until then."""
    fault: str
    """What went wrong last, while it is not well again."""


class ChannelTestIn(In):
    """Where a test message goes: an address of the caller's own; used and forgotten."""

    address: Line = ""


class ChannelTestOut(Out):
    """How a test went: sent (the server took it), refused, unreachable, unknown, wrong."""

    outcome: str
    explanation: str


class DeliveryOut(Out):
    """A notice on its way through one channel to one reader; never where to, never what it said."""

    id: int
    title: str
    reader: str
    channel: int | None
    state: str
    attempts: int
    created_at: Moment
    due_at: Moment
    done_at: Moment | None
    fault: str
    told_by: str


class DeliveryPage(Page):
    """A page of deliveries, newest first."""

    items: list[DeliveryOut]


class Asked(Paging):
    """What the log is narrowed to."""

    channel: Id | None = None
    state: str = ""


class CaughtOut(Out):
    """What the demo's catcher would have sent; the reader masked."""

    at: Moment
    reader: str
    title: str
    body: str
    count: int
    """Notices that went together."""


@room.get("/channels/kinds", _("渠道类型"), right=rights.CONFIGURE, answer=list[KindOut])
def kinds(request: HttpRequest) -> list[KindOut]:
    """List the kinds of channels and what each is asked."""
    configure.permit(actor_of(request))
    return [
        KindOut(
            kind=kind.code,
            label=str(kind.label),
            address=kind.address,
            fields=[
                KindField(
                    name=one.name,
                    label=str(one.label),
                    help=str(one.help),
                    secret=one.secret,
                    required=one.required,
                    choices=[code for code, _label in one.choices],
                )
                for one in kind.fields
            ],
        )
        for kind in configure.kinds_here()
    ]


@room.get("/channels", _("渠道清单"), right=rights.CONFIGURE, answer=list[ChannelOut])
def channels(request: HttpRequest) -> list[ChannelOut]:
    """List the channels and how they fare."""
    configure.permit(actor_of(request))
    return [_out(row) for row in Channel.objects.select_related("health")]


@room.post("/channels", _("添加渠道"), right=rights.CHANNELS, answer=ChannelOut, status=201, keeps=False)
def create(request: HttpRequest, body: ChannelIn) -> ChannelOut:
    """Make a channel. Nothing is sent; try it with `/channels/{channel_id}/test`."""
    return _out(configure.save_channel(_given(body), actor=actor_of(request)))


@room.get("/channels/{channel_id}", _("一个渠道"), right=rights.CONFIGURE, answer=ChannelOut)
def channel(request: HttpRequest, channel_id: Id) -> ChannelOut:
    """Show a channel."""
    return _out(configure.get_channel_for(actor_of(request), channel_id))


@room.put("/channels/{channel_id}", _("修改渠道"), right=rights.CHANNELS, answer=ChannelOut)
def change(request: HttpRequest, channel_id: Id, body: ChannelIn) -> ChannelOut:
    """Say how a channel is from now on."""
    saved = configure.save_channel(
        _given(body), actor=actor_of(request), channel_id=channel_id, version=body.version
    )
    return _out(saved)


@room.post(
    "/channels/{channel_id}/test",
    _("发送测试消息"),
    right=rights.CHANNELS,
    answer=ChannelTestOut,
    keeps=False,
)
def test(request: HttpRequest, channel_id: Id, body: ChannelTestIn) -> ChannelTestOut:
    """Send a test message and say how it went; waits for the server, at most 15 seconds."""
    outcome = configure.try_channel(channel_id, body.address, actor=actor_of(request))
    code = f"{outcome.outcome} {outcome.detail}".strip()
    return ChannelTestOut(outcome=outcome.outcome, explanation=faults.explain(code) if outcome.detail else "")


@room.get("/deliveries", _("发送记录"), right=rights.CONFIGURE, answer=DeliveryPage)
def deliveries(request: HttpRequest, asked: Query[Asked]) -> DeliveryPage:
    """List what became of messages outside, newest first."""
    found = sentlog.deliveries(actor_of(request), channel_id=asked.channel, state=asked.state)
    rows, after = pages.page(found, cursor=asked.cursor, size=asked.limit, newest_first=True)
    return DeliveryPage(items=[_delivery(row) for row in rows], next_cursor=after)


@room.get("/caught", _("演示收集箱"), right=rights.CONFIGURE, answer=list[CaughtOut])
def caught(request: HttpRequest) -> list[CaughtOut]:
    """List what the demo's catcher would have sent, newest first; nothing outside a demo."""
    configure.permit(actor_of(request))
    rows = Caught.objects.all()[:MOST] if settings.MINFU_DEMO else ()
    return [
        CaughtOut(at=row.at, reader=row.reader, title=row.title, body=row.body, count=row.count)
        for row in rows
    ]


def _given(body: ChannelIn) -> Given:
    given: dict[str, Any] = body.model_dump(exclude={"unit", "roles", "version"})
    return Given(**given, unit_id=body.unit, roles=tuple(body.roles))


def _out(row: Channel) -> ChannelOut:
    health = getattr(row, "health", None)
    return ChannelOut(
        id=row.pk,
        name=row.name,
        kind=row.kind,
        settings=row.settings,
        secrets=configure.secrets_saved(row),
        for_residents=row.for_residents,
        for_staff=row.for_staff,
        unit=row.unit_id,
        roles=row.roles,
        alarms_only=row.alarms_only,
        digest_minutes=row.digest_minutes,
        order=row.order,
        is_active=row.is_active,
        version=row.version,
        last_sent_at=health.last_sent_at if health else None,
        closed_until=health.closed_until if health else None,
        fault=faults.explain(health.last_fault) if health and health.failures else "",
    )


def _delivery(row: Delivery) -> DeliveryOut:
    return DeliveryOut(
        id=row.pk,
        title=sentlog.title_of(row),
        reader=sentlog.reader_of(row),
        channel=row.channel_id,
        state=row.state,
        attempts=row.attempts,
        created_at=row.created_at,
        due_at=row.due_at,
        done_at=row.done_at,
        fault=faults.explain(row.fault),
        told_by=row.done_by_label,
    )
