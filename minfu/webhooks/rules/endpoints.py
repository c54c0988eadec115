"""The addresses: who keeps them, and the verbs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from minfu.accounts import partners, rights
from minfu.accounts.actor import Actor
from minfu.accounts.models import System
from minfu.cases import door
from minfu.cases import rights as case_rights
from minfu.kernel import clock, gate, outward, record, seals
from minfu.kernel.errors import Invalid, Missing
from minfu.kernel.record import Fact
from minfu.kernel.steps import StepRefused
from minfu.webhooks import events, states
from minfu.webhooks.models import Delivery, Endpoint
from minfu.webhooks.rules import secrets, sending

#: Hours a replaced secret may sign beside the new one, at most.
MOST_HOURS = 168
#: Deliveries that are sent again at once, at most.
MOST_REPLAYED = 10_000


@dataclass(frozen=True)
class Terms:
    """What an administrator says about an address: ``kinds`` are events, all if empty."""

    label: str
    url: str
    kinds: Sequence[str] = ()


def endpoints_for(actor: Actor) -> QuerySet[Endpoint]:
    """Return the addresses of the systems in the actor's area; needs ``accounts.manage``."""
    systems = partners.systems_for(actor).order_by()
    return Endpoint.objects.filter(system__in=systems).select_related("system__post").order_by("label", "pk")


def get_endpoint_for(actor: Actor, pk: int, *, lock: bool = False) -> Endpoint:
    """Return an address; ``Missing`` whether it is absent or outside the actor's area."""
    found = endpoints_for(actor)
    endpoint = (found.select_for_update(of=("self",), no_key=True) if lock else found).filter(pk=pk).first()
    if endpoint is None:
        raise Missing(_("没有这个推送地址。"))
    return endpoint


def deliveries_of(endpoint: Endpoint) -> QuerySet[Delivery]:
    """Return the log of an address, to be paged newest first."""
    return Delivery.objects.filter(endpoint=endpoint)


@transaction.atomic
def create(system_id: int, terms: Terms, *, actor: Actor) -> tuple[Endpoint, str]:
    """Add an address; return it and the secret, which is shown this once. What happens from now on is sent there.

    Raises ``Invalid`` by field.
    """
    system = _system(system_id, actor)
    _check(terms)
    secret, now = secrets.new(), clock.now()
    endpoint = Endpoint(
        system=system,
        label=terms.label.strip(),
        url=terms.url.strip(),
        kinds=sorted(set(terms.kinds)),
        secret=secrets.seal(secret),
        cursor=seals.settled(),
        created_at=now,
    )
    endpoint.save()
    record.begin(
        (events.SUBJECT, endpoint.pk),
        [Fact(events.CREATED, {**_told(endpoint), "system": system.pk})],
        actor.stamp,
    )
    return endpoint, secret


@transaction.atomic
def change(endpoint_id: int, terms: Terms, *, actor: Actor) -> Endpoint:
    """Change where to and what is sent from now on. Raises ``Invalid`` by field."""
    endpoint = get_endpoint_for(actor, endpoint_id, lock=True)
    _check(terms)
    before = _told(endpoint)
    endpoint.label, endpoint.url = terms.label.strip(), terms.url.strip()
    endpoint.kinds = sorted(set(terms.kinds))
    endpoint.save(update_fields=["label", "url", "kinds"])
    after = _told(endpoint)
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if changed:
        _say(endpoint, actor, Fact(events.CHANGED, changed))
    return endpoint


@transaction.atomic
def renew_secret(endpoint_id: int, *, hours: int, actor: Actor) -> str:
    """Return a new secret, shown this once; the former signs besides for ``hours`` more, 0 for not at all."""
    if not 0 <= hours <= MOST_HOURS:
        raise Invalid({"hours": [_("新旧并用的时间应为 0 到 %(most)s 小时。") % {"most": MOST_HOURS}]})
    endpoint = get_endpoint_for(actor, endpoint_id, lock=True)
    secret = secrets.new()
    endpoint.former_secret = endpoint.secret if hours else None
    endpoint.former_until = clock.now() + timedelta(hours=hours) if hours else None
    endpoint.secret = secrets.seal(secret)
    endpoint.save(update_fields=["secret", "former_secret", "former_until"])
    _say(endpoint, actor, Fact(events.RENEWED, {"hours": hours}))
    return secret


@transaction.atomic
def switch(endpoint_id: int, *, on: bool, actor: Actor) -> Endpoint:
    """Begin or stop sending. Begun again, what happened meanwhile is sent, too. ``StepRefused`` when it is so already."""
    endpoint = get_endpoint_for(actor, endpoint_id, lock=True)
    if endpoint.is_on == on:
        raise StepRefused(_("已经在推送了。") if on else _("推送已经停止。"))
    endpoint.is_on = on
    endpoint.off_why = "" if on else Endpoint.Why.ADMINISTRATOR
    endpoint.failures, endpoint.failing_since, endpoint.rest_until = 0, None, None
    endpoint.save(update_fields=["is_on", "off_why", "failures", "failing_since", "rest_until"])
    if on:
        deliveries_of(endpoint).filter(state=states.WAITING).update(due_at=clock.now(), attempts=0)
    _say(endpoint, actor, Fact(events.SWITCHED_ON if on else events.SWITCHED_OFF))
    return endpoint


@transaction.atomic
def replay(endpoint_id: int, delivery_id: int, *, actor: Actor) -> Delivery:
    """Send one delivery again, under the same id; one that waits is tried at once. ``Missing`` for another's."""
    endpoint = get_endpoint_for(actor, endpoint_id, lock=True)
    row = deliveries_of(endpoint).filter(pk=delivery_id).first()
    if row is None:
        raise Missing(_("没有这条推送记录，可能已过保留期。"))
    _again(deliveries_of(endpoint).filter(pk=row.pk))
    _say(endpoint, actor, Fact(events.REPLAYED, {"number": 1}))
    row.refresh_from_db()
    return row


@transaction.atomic
def replay_since(endpoint_id: int, moment: datetime, *, actor: Actor) -> int:
    """Send again all that happened since ``moment`` and is in the log, at most ``MOST_REPLAYED``; return how many."""
    endpoint = get_endpoint_for(actor, endpoint_id, lock=True)
    found = deliveries_of(endpoint).filter(at__gte=moment).order_by("event_id")
    ids = list(found.values_list("pk", flat=True)[: MOST_REPLAYED + 1])
    if len(ids) > MOST_REPLAYED:
        sentence = _("从那时起有超过 %(most)s 条，请选晚一些的时间，或让对方用变更接口读取。")
        raise Invalid({"since": [sentence % {"most": f"{MOST_REPLAYED:,}"}]})
    number = _again(Delivery.objects.filter(pk__in=ids))
    _say(endpoint, actor, Fact(events.REPLAYED, {"number": number, "since": moment.isoformat()}))
    return number


def _again(rows: QuerySet[Delivery]) -> int:
    return rows.update(state=states.WAITING, attempts=0, due_at=clock.now())


def _system(system_id: int, actor: Actor) -> System:
    """Return a system that is let in and may see demands; ``Invalid`` on ``system_id`` otherwise."""
    gate.check(actor, rights.MANAGE)
    system = partners.systems_for(actor).filter(pk=system_id).first()
    if system is None or system.post.is_over:
        raise Invalid({"system_id": [_("请选择一个启用的对接系统。")]})
    if not gate.rights_of_scopes(system.scopes) & {case_rights.VIEW, case_rights.PARTNER}:
        raise Invalid({"system_id": [_("这个系统的用途看不到任何诉求，请先给它加上读取诉求的用途。")]})
    return system


def _check(terms: Terms) -> None:
    wrong: dict[str, list[str]] = {}
    if not 1 <= len(terms.label.strip()) <= 60:  # noqa: PLR2004 - the column's length
        wrong["label"] = [_("请填写名称，最多 60 个字。")]
    if not set(terms.kinds) <= door.change_kinds().keys():
        wrong["kinds"] = [_("请从清单中选择要推送的事。")]
    try:
        outward.check(terms.url.strip(), field="url", networks=sending.networks())
    except Invalid as refusal:
        wrong |= refusal.fields
    if wrong:
        raise Invalid(wrong)


def _told(endpoint: Endpoint) -> dict[str, object]:
    return {"label": endpoint.label, "url": endpoint.url, "kinds": list(endpoint.kinds)}


def _say(endpoint: Endpoint, actor: Actor, fact: Fact) -> None:
    record.append((events.SUBJECT, endpoint.pk), [fact], actor.stamp)
