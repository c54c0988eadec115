"""Systems of others: what they are let in for, and their keys."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from minfu.accounts import partners, rights
from minfu.accounts.actor import actor_of
from minfu.accounts.api.units import Division
from minfu.accounts.models import ApiToken, System
from minfu.kernel import gate
from minfu.kernel.api import Id, In, Line, Out, Room

room = Room("systems", _("对接系统"))

#: Systems one answer lists; a county has a handful.
MOST = 500


class ScopeOut(Out):
    """What a system may be let in for."""

    name: str
    label: str
    rights: list[str]


class SystemChange(In):
    """What a system's keys are for, over which area, how often a minute each may call: all of it."""

    scopes: Annotated[list[Line], Field(max_length=50)]
    """Names from `/admin/scopes`."""
    area: Division
    per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = partners.PER_MINUTE


class SystemIn(SystemChange):
    """A new system."""

    name: Line
    unit_id: Id | None = None
    """The unit in whose name it handles demands; left out, it gets a unit of its own."""


class SystemOut(Out):
    """A system, also one that is let in no longer."""

    id: int
    name: str
    scopes: list[str]
    area: str
    per_minute: int
    unit_id: int
    unit: str
    is_over: bool


class KeyOut(Out):
    """A key that can be used: never the key itself."""

    id: int
    label: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    """To about five minutes."""


class SystemDetail(SystemOut):
    """A system with its keys, the newest first."""

    keys: list[KeyOut]


class KeyIn(In):
    """A further key."""

    days: Annotated[int, Field(ge=1, le=10_000)]
    label: Line = ""


class KeyIssued(Out):
    """A key. It is shown this once; minfu keeps only its digest."""

    key: str
    system: SystemDetail


class SystemEnd(In):
    """Why a system is let in no longer."""

    reason: Line


@room.get("/admin/scopes", _("密钥的用途"), right=rights.MANAGE, answer=list[ScopeOut])
def scopes(request: HttpRequest) -> list[ScopeOut]:  # noqa: ARG001 - every operation is called with it
    """List what systems may be let in for."""
    return [
        ScopeOut(name=one.name, label=str(one.label), rights=sorted(one.rights))
        for one in gate.scopes().values()
    ]


@room.get("/admin/systems", _("对接系统清单"), right=rights.MANAGE, answer=list[SystemOut])
def systems(request: HttpRequest) -> list[SystemOut]:
    """List the systems of the administrator's area."""
    return [_system(one) for one in partners.systems_for(actor_of(request))[:MOST]]


@room.post("/admin/systems", _("接入系统"), right=rights.MANAGE, answer=SystemDetail, status=201)
def create(request: HttpRequest, body: SystemIn) -> SystemDetail:
    """Let a system in; it has no key yet."""
    terms = partners.SystemTerms(
        name=body.name,
        scopes=body.scopes,
        area=body.area,
        per_minute=body.per_minute,
        unit_id=body.unit_id,
    )
    return _detail(partners.create(terms, actor=actor_of(request)))


@room.get("/admin/systems/{system_id}", _("一个对接系统"), right=rights.MANAGE, answer=SystemDetail)
def system(request: HttpRequest, system_id: Id) -> SystemDetail:
    """Show a system with its keys."""
    return _detail(partners.get_system_for(actor_of(request), system_id))


@room.put("/admin/systems/{system_id}", _("修改对接系统"), right=rights.MANAGE, answer=SystemDetail)
def change(request: HttpRequest, system_id: Id, body: SystemChange) -> SystemDetail:
    """Say what a system is let in for from now on; its keys follow at the next call."""
    actor = actor_of(request)
    present = partners.get_system_for(actor, system_id)
    terms = partners.SystemTerms(present.name, body.scopes, body.area, body.per_minute)
    return _detail(partners.change(system_id, terms, actor=actor))


@room.post(
    "/admin/systems/{system_id}/keys",
    _("发密钥"),
    right=rights.MANAGE,
    answer=KeyIssued,
    status=201,
    keeps=False,
)
def issue_key(request: HttpRequest, system_id: Id, body: KeyIn) -> KeyIssued:
    """Give a system a further key. To replace one without a gap: issue, hand over, end the old one."""
    actor = actor_of(request)
    raw = partners.issue_key(system_id, days=body.days, label=body.label, actor=actor)
    return KeyIssued(key=raw, system=_detail(partners.get_system_for(actor, system_id)))


@room.delete("/admin/systems/{system_id}/keys/{key_id}", _("让密钥失效"), right=rights.MANAGE)
def end_key(request: HttpRequest, system_id: Id, key_id: Id) -> None:
    """End a key at once."""
    partners.end_key(system_id, key_id, actor=actor_of(request))


@room.post("/admin/systems/{system_id}/end", _("停用对接系统"), right=rights.MANAGE, answer=SystemDetail)
def end(request: HttpRequest, system_id: Id, body: SystemEnd) -> SystemDetail:
    """Let a system in no longer: its keys end; what it handed in goes on."""
    return _detail(partners.stop(system_id, reason=body.reason, actor=actor_of(request)))


def _system(row: System) -> SystemOut:
    return SystemOut(
        id=row.pk,
        name=row.name,
        scopes=row.scopes,
        area=row.area_id,
        per_minute=row.per_minute,
        unit_id=row.post.unit_id,
        unit=row.post.unit.name,
        is_over=row.post.is_over,
    )


def _detail(row: System) -> SystemDetail:
    return SystemDetail(**_system(row).model_dump(), keys=[_key(key) for key in partners.keys_of(row)])


def _key(row: ApiToken) -> KeyOut:
    return KeyOut(
        id=row.pk,
        label=row.label,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )
