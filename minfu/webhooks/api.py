"""Addresses changes are sent to, over the API: the same verbs as the administrator's screens."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query
from pydantic import Field

from minfu.accounts import rights
from minfu.accounts.actor import actor_of
from minfu.cases import door
from minfu.kernel import pages
from minfu.kernel.api import Id, In, Line, Moment, Out, Page, Paging, Room
from minfu.webhooks.models import Delivery, Endpoint
from minfu.webhooks.rules import endpoints as rules

room = Room("webhooks", _("变更推送"))

#: Addresses one answer lists; a county has a handful.
MOST = 500


class WebhookChange(In):
    """Where to and what is sent: all of it."""

    label: Line
    url: Line
    kinds: Annotated[list[Line], Field(max_length=100)] = []
    """Events as in `/admin/webhook-kinds`; empty for all, also those that are added later."""


class WebhookIn(WebhookChange):
    """A new address."""

    system_id: Id


class WebhookOut(Out):
    """An address: never its secret."""

    id: int
    system_id: int
    label: str
    url: str
    kinds: list[str]
    is_on: bool
    off_why: str
    failures: int
    """Tries in a row that failed."""
    failing_since: datetime | None
    rest_until: datetime | None
    """Nothing is tried until then."""
    last_sent_at: datetime | None
    former_until: datetime | None
    """Until then the former secret signs, too."""


class WebhookSecret(Out):
    """The secret messages are signed with. It is shown this once."""

    secret: str
    webhook: WebhookOut


class EventKind(Out):
    """Something that happens to demands."""

    kind: str
    label: str


class WebhookTry(Out):
    """One try to send a change."""

    at: datetime
    status: int | None
    """None when nobody answered."""
    answer: str
    """The first 200 characters, or why nobody answered."""
    took_ms: int


class WebhookDelivery(Out):
    """A change on its way to an address; `status` to `took_ms` are of the last try."""

    id: int
    message_id: str
    event_id: int
    kind: str
    number: str
    at: datetime
    state: str
    attempts: int
    due_at: datetime
    tried_at: datetime | None
    status: int | None
    answer: str
    """The first 200 characters, or why nobody answered."""
    took_ms: int | None
    tries: list[WebhookTry]
    """Every try in order, also those before it was sent again by hand."""


class WebhookDeliveries(Page):
    """Deliveries, the newest first."""

    items: list[WebhookDelivery]


class WebhookRenewal(In):
    """How long the former secret signs beside the new one."""

    hours: Annotated[int, Field(ge=0, le=rules.MOST_HOURS)] = 24


class WebhookSince(In):
    """From which moment on is sent again."""

    since: Moment


class WebhookReplayed(Out):
    """How many deliveries are sent again."""

    number: int


@room.get("/admin/webhook-kinds", _("可以推送的事"), right=rights.MANAGE, answer=list[EventKind])
def kinds(request: HttpRequest) -> list[EventKind]:  # noqa: ARG001 - every operation is called with it
    """List what happens to demands."""
    return [EventKind(kind=name, label=str(label)) for name, label in door.change_kinds().items()]


@room.get("/admin/webhooks", _("推送地址清单"), right=rights.MANAGE, answer=list[WebhookOut])
def webhooks(request: HttpRequest) -> list[WebhookOut]:
    """List the addresses of the systems in the administrator's area."""
    return [_out(one) for one in rules.endpoints_for(actor_of(request))[:MOST]]


@room.post(
    "/admin/webhooks", _("添加推送地址"), right=rights.MANAGE, answer=WebhookSecret, status=201, keeps=False
)
def create(request: HttpRequest, body: WebhookIn) -> WebhookSecret:
    """Add an address; what happens from now on is sent there."""
    terms = rules.Terms(body.label, body.url, body.kinds)
    made, secret = rules.create(body.system_id, terms, actor=actor_of(request))
    return WebhookSecret(secret=secret, webhook=_out(made))


@room.get("/admin/webhooks/{webhook_id}", _("一个推送地址"), right=rights.MANAGE, answer=WebhookOut)
def webhook(request: HttpRequest, webhook_id: Id) -> WebhookOut:
    """Show an address and how it fares."""
    return _out(rules.get_endpoint_for(actor_of(request), webhook_id))


@room.put("/admin/webhooks/{webhook_id}", _("修改推送地址"), right=rights.MANAGE, answer=WebhookOut)
def change(request: HttpRequest, webhook_id: Id, body: WebhookChange) -> WebhookOut:
    """Say where to and what is sent from now on."""
    terms = rules.Terms(body.label, body.url, body.kinds)
    return _out(rules.change(webhook_id, terms, actor=actor_of(request)))


@room.post(
    "/admin/webhooks/{webhook_id}/secret",
    _("换签名密钥"),
    right=rights.MANAGE,
    answer=WebhookSecret,
    keeps=False,
)
def renew(request: HttpRequest, webhook_id: Id, body: WebhookRenewal) -> WebhookSecret:
    """Make a new secret; for some hours messages carry a signature with each."""
    actor = actor_of(request)
    secret = rules.renew_secret(webhook_id, hours=body.hours, actor=actor)
    return WebhookSecret(secret=secret, webhook=_out(rules.get_endpoint_for(actor, webhook_id)))


@room.post("/admin/webhooks/{webhook_id}/on", _("开始推送"), right=rights.MANAGE, answer=WebhookOut)
def switch_on(request: HttpRequest, webhook_id: Id) -> WebhookOut:
    """Begin to send (again); what happened meanwhile is sent, too."""
    return _out(rules.switch(webhook_id, on=True, actor=actor_of(request)))


@room.post("/admin/webhooks/{webhook_id}/off", _("停止推送"), right=rights.MANAGE, answer=WebhookOut)
def switch_off(request: HttpRequest, webhook_id: Id) -> WebhookOut:
    """Stop sending."""
    return _out(rules.switch(webhook_id, on=False, actor=actor_of(request)))


@room.get(
    "/admin/webhooks/{webhook_id}/deliveries", _("推送记录"), right=rights.MANAGE, answer=WebhookDeliveries
)
def deliveries(request: HttpRequest, webhook_id: Id, query: Query[Paging]) -> WebhookDeliveries:
    """List what was and will be sent to an address, the newest first, as long as the log is kept."""
    endpoint = rules.get_endpoint_for(actor_of(request), webhook_id)
    found = rules.deliveries_of(endpoint)
    rows, after = pages.page(found, cursor=query.cursor, size=query.limit, newest_first=True)
    return WebhookDeliveries(items=[_delivery(row) for row in rows], next_cursor=after)


@room.post(
    "/admin/webhooks/{webhook_id}/replay", _("从某时起重新推送"), right=rights.MANAGE, answer=WebhookReplayed
)
def replay_since(request: HttpRequest, webhook_id: Id, body: WebhookSince) -> WebhookReplayed:
    """Send again all that happened since a moment and is in the log, each under the id it had."""
    return WebhookReplayed(number=rules.replay_since(webhook_id, body.since, actor=actor_of(request)))


@room.post(
    "/admin/webhooks/{webhook_id}/deliveries/{delivery_id}/replay",
    _("重新推送一条"),
    right=rights.MANAGE,
    answer=WebhookDelivery,
)
def replay(request: HttpRequest, webhook_id: Id, delivery_id: Id) -> WebhookDelivery:
    """Send one delivery again under the id it had; one that waits is tried at once."""
    return _delivery(rules.replay(webhook_id, delivery_id, actor=actor_of(request)))


def _out(row: Endpoint) -> WebhookOut:
    return WebhookOut(**{name: getattr(row, name) for name in WebhookOut.model_fields})


def _delivery(row: Delivery) -> WebhookDelivery:
    return WebhookDelivery(**{name: getattr(row, name) for name in WebhookDelivery.model_fields})
