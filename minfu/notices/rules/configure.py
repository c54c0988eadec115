"""What the county configures of notices: channels, words, quiet hours. Every change is recorded, without a secret."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, time
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Role, Unit
from minfu.kernel import calendar, clock, codes, dated, gate, limits, record, validity
from minfu.kernel.errors import Forbidden, Invalid, Missing, Stale
from minfu.notices import events, rights, texts
from minfu.notices.kinds import KINDS, Address, Kind, order_for
from minfu.notices.models import Channel, Keeping, Wording
from minfu.notices.rules import composing, sealed, ways, wordings
from minfu.notices.rules.courier import Courier
from minfu.notices.rules.wordings import Said
from minfu.notices.sender import SENT, Outcome

SUBJECT = (events.CONFIGURATION, 1)
#: Length of an area code that stands for the whole county.
COUNTY = 6
#: Tests one person may send in an hour, and seconds one may take: somebody waits for the page.
TRIALS_AN_HOUR, TRIAL_SECONDS = 20, 15.0
#: What is written into a secret field to take a saved secret away.
REMOVE = "-"
#: Addresses that make sense of each sort, for judging settings before anyone is named.
_LIKE = {Address.PHONE: "13800138000", Address.EMAIL: "nobody@example.com", Address.ACCOUNT: "nobody"}


def permit(actor: Actor, right: str = rights.CONFIGURE) -> None:
    """Raise ``Forbidden`` unless the actor holds the right, in a post at the county."""
    gate.check(actor, right)
    if len(actor.area) > COUNTY:
        raise Forbidden(_("通知配置全县统一，只有县级岗位可以维护。"))


# --- channels ---


def channels() -> QuerySet[Channel]:
    """Return the channels in their order, each with how it fares."""
    return Channel.objects.select_related("health", "unit")


@dataclass(frozen=True)
class Given:
    """What is said of a channel. ``secrets`` left empty stay as they are; ``-`` takes one away."""

    name: str
    kind: str
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    for_residents: bool = False
    for_staff: bool = False
    unit_id: int | None = None
    roles: tuple[str, ...] = ()
    alarms_only: bool = False
    digest_minutes: int = 10
    order: int = 100
    is_active: bool = True


def kinds_here() -> list[Kind]:
    """Return the kinds of channels this installation offers: the catcher only in a demo."""
    return [kind for kind in KINDS.values() if settings.MINFU_DEMO or not kind.demo_only]


def get_channel_for(actor: Actor, channel_id: int) -> Channel:
    """Return a channel to whoever configures them; ``Missing`` otherwise."""
    permit(actor)
    row = Channel.objects.select_related("health", "unit").filter(pk=channel_id).first()
    if row is None:
        raise Missing(_("没有这个渠道。"))
    return row


def secrets_saved(channel: Channel) -> list[str]:
    """Return the names of the secrets a channel has; never what they are."""
    return sorted(_kept(channel))


def _kept(channel: Channel | None) -> dict[str, str]:
    """Return the secrets saved for a channel; none when their key is gone: then they are asked for again."""
    try:
        return sealed.secrets_of(channel) if channel else {}
    except BadSignature:
        return {}


def save_channel(
    given: Given, *, actor: Actor, channel_id: int | None = None, version: int | None = None
) -> Channel:
    """Make a channel, or change one. ``version``: the one the actor has seen; ``Stale`` when somebody was faster.

    ``Invalid`` by field for settings that make no sense; the sending program is asked too, and sends nothing.
    """
    permit(actor, rights.CHANNELS)
    old = get_channel_for(actor, channel_id) if channel_id else None
    kind = _kind(old.kind if old else given.kind)
    kept = _kept(old)
    secrets = _merged(kept, {name: str(value) for name, value in given.secrets.items()})
    plain = {one.name: str(given.settings.get(one.name, "")) for one in kind.fields if not one.secret}
    _check(given, kind, {**plain, **secrets})
    with transaction.atomic():
        _lock()
        row = _locked(channel_id, version) if channel_id else Channel(kind=kind.code)
        for name in (
            "name",
            "for_residents",
            "for_staff",
            "unit_id",
            "alarms_only",
            "digest_minutes",
            "order",
            "is_active",
        ):
            setattr(row, name, getattr(given, name))
        row.roles, row.settings, row.secrets = (
            list(given.roles),
            plain,
            sealed.seal_secrets(secrets) if secrets else b"",
        )
        row.version += 1 if channel_id else 0
        validity.save(row)
        changed = sorted(name for name in secrets.keys() | kept.keys() if secrets.get(name) != kept.get(name))
        data = {
            "channel": row.pk,
            **_told(given),
            "kind": row.kind,
            "settings": plain,
            "secrets_changed": changed,
        }
        record.append(SUBJECT, [record.Fact(events.CHANNEL_SET, data)], actor.stamp)
    ways.forget()
    return row


def _kind(code: str) -> Kind:
    kind = KINDS.get(code)
    if kind is None or (kind.demo_only and not settings.MINFU_DEMO):
        raise Invalid({"kind": [_("请选择渠道类型。")]})
    return kind


def _merged(kept: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Return the secrets after a change: what was left empty stays, what is marked goes."""
    after = {**kept, **{name: value for name, value in given.items() if value.strip()}}
    return {name: value for name, value in after.items() if value.strip() != REMOVE}


def _told(given: Given) -> dict[str, Any]:
    return {
        name: value for name, value in asdict(given).items() if name not in ("settings", "secrets", "kind")
    }


def _check(given: Given, kind: Kind, filled: Mapping[str, str]) -> None:
    """Refuse readers a kind cannot reach, and settings neither we nor the library make sense of."""
    wrong: dict[str, list[str]] = {}
    if not (given.for_residents or given.for_staff):
        wrong["for_staff"] = [_("请至少选择一种接收人：居民或工作人员。")]
    if given.for_residents and kind.address not in (Address.PHONE, Address.NONE):
        wrong["for_residents"] = [_("居民只留手机号，这种渠道不能发给居民。")]
    if kind.address == Address.GROUP and given.unit_id is None:
        wrong["unit_id"] = [_("请选择这个群属于哪个单位，只有这个单位的通知会发到群里。")]
    if kind.address != Address.GROUP and given.unit_id is not None:
        wrong["unit_id"] = [_("这种渠道发给每个人自己，不要选单位。")]
    if given.unit_id is not None and not Unit.objects.filter(pk=given.unit_id).exists():
        wrong["unit_id"] = [_("没有这个单位。")]
    if set(given.roles) - set(Role.values):
        wrong["roles"] = [_("没有这个角色。")]
    if wrong:
        raise Invalid(wrong)
    order = order_for(kind, filled, _LIKE.get(kind.address, ""))
    if not order:
        return
    with Courier(TRIAL_SECONDS) as courier:
        if courier.check(order).outcome != SENT:
            first = next((one.name for one in kind.fields if one.required), "")
            raise Invalid({first: [_("这样的设置无法使用，请对照服务商的说明逐项核对。")]})


def _lock() -> None:
    """Let one change of the configuration happen at a time: they share one history."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE notices_channel IN SHARE ROW EXCLUSIVE MODE")


def _locked(channel_id: int, version: int | None) -> Channel:
    row = Channel.objects.select_for_update(of=("self",)).get(pk=channel_id)
    if version is not None and row.version != version:
        raise Stale(_("刚刚有人改过这个渠道。请刷新，看过新的设置再改。"))
    return row


def try_channel(channel_id: int, address: str, *, actor: Actor) -> Outcome:
    """Send a test message by a channel to an address of the actor's own, and say how it went; waits for the server.

    The address is used for this and forgotten. ``Invalid`` for one that is none, ``TooMany`` beyond some in an hour.
    """
    permit(actor, rights.CHANNELS)
    channel = get_channel_for(actor, channel_id)
    kind = KINDS[channel.kind]
    to = parse_address(kind.address, address)
    limits.hit(f"notices-trial:{actor.user_id}", limit=TRIALS_AN_HOUR, seconds=3600)
    if kind.address == Address.NONE:
        outcome = Outcome(SENT)
    else:
        order = order_for(kind, {**channel.settings, **sealed.secrets_of(channel)}, to)
        message = composing.trial(kind, str(channel.settings.get("sign", "")))
        with Courier(TRIAL_SECONDS) as courier:
            outcome = courier.send(order, message)
    data = {"channel": channel.pk, "name": channel.name, "outcome": outcome.outcome, "detail": outcome.detail}
    with transaction.atomic():
        _lock()
        record.append(SUBJECT, [record.Fact(events.CHANNEL_TRIED, data)], actor.stamp)
    return outcome


def parse_address(wanted: Address, text: str) -> str:
    """Return an address in its one form; ``Invalid`` on ``address`` for one that is none of the wanted sort."""
    text = text.strip()
    if wanted in (Address.GROUP, Address.NONE):
        return ""
    if wanted == Address.PHONE:
        number = codes.parse_phone(text, field="address")
        if not codes.is_mobile(number):
            raise Invalid({"address": [_("请填写手机号，固定电话收不到短信。")]})
        return number
    if wanted == Address.EMAIL:
        try:
            validate_email(text)
        except ValidationError:
            raise Invalid({"address": [_("请填写邮箱地址，例如 name@example.cn。")]}) from None
        return text
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,63}", text):
        raise Invalid({"address": [_("请填写企业微信账号，例如 zhangsan。")]})
    return text


# --- words ---


@dataclass(frozen=True)
class Terms:
    """From which day words hold, and why they are changed."""

    valid_from: date
    source: str


def save_wording(key: str, language: str, words: Said | None, *, terms: Terms, actor: Actor) -> Wording:
    """Let a kind of notice say something else in a language, from a day on; None: the shipped words again.

    A version of that very day is replaced. ``Missing`` for an unknown kind or language, ``Invalid`` by field for words with
    unknown or misplaced placeholders, a day in the past, or no reason.
    """
    permit(actor)
    if key not in texts.registered() or language not in dict(settings.LANGUAGES):
        raise Missing(_("没有这条通知。"))
    _check_terms(terms)
    if words is not None:
        check_words(key, words)
    given = words or Said()
    with transaction.atomic():
        _lock()
        found = Wording.objects.filter(key=key, language=language, valid_from=terms.valid_from).first()
        row = found or Wording(key=key, language=language, valid_from=terms.valid_from)
        row.title, row.body, row.spoken = given.title.strip(), given.body.strip(), given.spoken.strip()
        row.source = terms.source.strip()
        validity.save(row)
        data = {"key": key, "language": language, "on": terms.valid_from.isoformat(), **asdict(given)}
        record.append(SUBJECT, [record.Fact(events.WORDING_SET, data, row.source)], actor.stamp)
    wordings.forget()
    return row


def check_words(key: str, words: Said) -> None:
    """Raise ``Invalid`` by field unless the words fit their kind of notice."""
    text = texts.get(key)
    allowed = {name: str(texts.placeholder(name).label) for name in sorted(text.names)}
    wordings.check(words, allowed=allowed, secrets=text.secrets, told=text.told)


def _check_terms(terms: Terms) -> None:
    wrong = {}
    if terms.valid_from < timezone.localdate(clock.now()):
        wrong["valid_from"] = [_("生效日期不能早于今天。")]
    if not terms.source.strip():
        wrong["source"] = [_("请写明为什么修改。")]
    if wrong:
        raise Invalid(wrong)


# --- quiet hours ---


def set_quiet_hours(starts: time, ends: time, *, terms: Terms, actor: Actor) -> None:
    """Let nobody be disturbed in these hours, from a day on. ``Invalid`` by field."""
    permit(actor)
    with transaction.atomic():
        _lock()
        calendar.set_quiet_hours(
            (starts, ends), valid_from=terms.valid_from, source=terms.source, stamp=actor.stamp
        )


# --- how long the log of deliveries is kept ---


def set_keeping(months: int, *, terms: Terms, actor: Actor) -> Keeping:
    """Keep the log of deliveries for so many months, from a day on. ``Invalid`` by field."""
    permit(actor)
    _check_terms(terms)
    with transaction.atomic():
        _lock()
        row = Keeping(months=months, valid_from=terms.valid_from, source=terms.source.strip())
        dated.renew(row, ())
        data = {"months": months, "on": terms.valid_from.isoformat()}
        record.append(SUBJECT, [record.Fact(events.KEEPING_SET, data, row.source)], actor.stamp)
    return row
