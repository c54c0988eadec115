"""Sessions, sign-ins and second factors: one's own, and what administrator and auditor may see and end of others'."""

from datetime import date, datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from minfu.accounts import rights
from minfu.accounts.actor import actor_of
from minfu.accounts.models import Role, SecondFactorRule, SignIn, User
from minfu.accounts.rules import access, identity, second_factor, sessions
from minfu.kernel.api import SIGNED_IN, Day, Id, In, Line, Out, Room

room = Room("security", _("登录安全"))


class SignInOut(Out):
    """A sign-in or a failed one: when someone came in, never what they did or for how long."""

    at: datetime
    outcome: str
    outcome_label: str
    method: str
    second_factor: str
    door: str
    device: str
    network: str
    """The address without its end."""


class SessionOut(Out):
    """A session in a browser that is not over."""

    id: int
    began: SignInOut | None
    """None: how it began is no longer kept."""


class SignInLook(In):
    """Whose sign-ins, and why; the reason is recorded and shown to the person."""

    username: Line
    reason: Line


class SignInsSeen(Out):
    """A person's sign-ins that are still kept, the newest first, and their open sessions."""

    user_id: int
    sign_ins: list[SignInOut]
    sessions: list[SessionOut]


class SecurityReason(In):
    """Why something is done."""

    reason: Line


class IdentityIn(In):
    """What the county's identity provider knows a person by; an empty one is removed."""

    number: Line = ""
    """Employee number."""
    subject: Line = ""
    """The provider's own name (`sub`) for the person."""


class IdentityOut(Out):
    """What the county's identity provider knows a person by, and the second factors they have set up."""

    user_id: int
    number: str
    subject: str
    second_factors: list[str]


class DemandIn(In):
    """Of which role a second factor is demanded, from when on, on what basis."""

    role: Role
    starts_on: Day
    source: Line


class DemandOut(Out):
    """A demand of a second factor."""

    id: int
    role: Role
    first_day: date | None
    """None: it was withdrawn before it began."""
    last_day: date | None
    source: str


class DemandsOut(Out):
    """The demands, the latest first, and of which roles a second factor is demanded today."""

    demands: list[DemandOut]
    today: list[str]


# --- one's own ---


@room.get("/sessions", _("本人的登录"), right=SIGNED_IN, answer=list[SessionOut])
def own_sessions(request: HttpRequest) -> list[SessionOut]:
    """List the browsers one is signed in with. A program's token is none of them: see `/tokens`."""
    return [_session(one) for one in sessions.open_sessions(_self(request))]


@room.delete("/sessions", _("退出本人的全部登录"), right=SIGNED_IN)
def end_own_sessions(request: HttpRequest) -> None:
    """End all one's own sessions."""
    sessions.end_others(user=_self(request), keep=None, door="api")


@room.delete("/sessions/{session_id}", _("退出本人的一个登录"), right=SIGNED_IN)
def end_own_session(request: HttpRequest, session_id: Id) -> None:
    """End one of one's own sessions."""
    sessions.end_own(session_id, user=_self(request), door="api")


# --- others' ---


@room.post(
    "/admin/sign-ins", _("查看人员的登录记录"), right=rights.SEE_SIGN_INS, answer=SignInsSeen, keeps=False
)
def look(request: HttpRequest, body: SignInLook) -> SignInsSeen:
    """See a person's sign-ins for a stated reason, which the person sees too."""
    user = sessions.look_at(body.username, body.reason, actor=actor_of(request))
    return SignInsSeen(
        user_id=user.pk,
        sign_ins=[_sign_in(row) for row in sessions.sign_ins(user)],
        sessions=[_session(one) for one in sessions.open_sessions(user)],
    )


@room.delete("/admin/people/{user_id}/sessions/{session_id}", _("结束人员的一个登录"), right=rights.MANAGE)
def end_session(request: HttpRequest, user_id: Id, session_id: Id) -> None:
    """End a session of anyone."""
    sessions.end_of(user_id, session_id, actor=actor_of(request))


@room.get("/admin/people/{user_id}/identity", _("人员的统一身份"), right=rights.MANAGE, answer=IdentityOut)
def person_identity(request: HttpRequest, user_id: Id) -> IdentityOut:
    """Say what the county's identity provider knows a person by."""
    return _identity(access.get_person_for(actor_of(request), user_id))


@room.put(
    "/admin/people/{user_id}/identity", _("登记人员的统一身份"), right=rights.MANAGE, answer=IdentityOut
)
def register_identity(request: HttpRequest, user_id: Id, body: IdentityIn) -> IdentityOut:
    """Register a person's employee number and their name at the county's identity provider."""
    user = identity.register(user_id, number=body.number, subject=body.subject, actor=actor_of(request))
    return _identity(user)


@room.post(
    "/admin/people/{user_id}/factors/reset",
    _("重置人员的二次验证"),
    right=rights.MANAGE,
    answer=IdentityOut,
)
def reset_factors(request: HttpRequest, user_id: Id, body: SecurityReason) -> IdentityOut:
    """Take away a person's second factors (a lost telephone); their sessions and tokens end."""
    return _identity(second_factor.reset(user_id, reason=body.reason, actor=actor_of(request)))


@room.get("/admin/second-factor", _("二次验证的要求"), right=rights.MANAGE, answer=DemandsOut)
def demands(request: HttpRequest) -> DemandsOut:  # noqa: ARG001 - every operation is called with it
    """List of which roles a second factor is demanded, since when and why."""
    rows = SecondFactorRule.objects.order_by("-period", "role")
    return DemandsOut(demands=[_demand(row) for row in rows], today=sorted(second_factor.demanded_roles()))


@room.post("/admin/second-factor", _("要求二次验证"), right=rights.MANAGE, answer=DemandOut, status=201)
def demand(request: HttpRequest, body: DemandIn) -> DemandOut:
    """Demand a second factor of a role from a day on."""
    made = second_factor.demand(
        body.role.value, starts_on=body.starts_on, source=body.source, actor=actor_of(request)
    )
    return _demand(made)


@room.post("/admin/second-factor/{rule_id}/end", _("不再要求二次验证"), right=rights.MANAGE, answer=DemandOut)
def end_demand(request: HttpRequest, rule_id: Id, body: SecurityReason) -> DemandOut:
    """Demand it of a role no longer, for a reason."""
    return _demand(second_factor.end_demand(rule_id, reason=body.reason, actor=actor_of(request)))


def _self(request: HttpRequest) -> User:
    return User.objects.get(pk=actor_of(request).user_id or 0)


def _sign_in(row: SignIn) -> SignInOut:
    return SignInOut(
        at=row.at,
        outcome=row.outcome,
        outcome_label=str(row.get_outcome_display()),
        method=row.method,
        second_factor=row.factor,
        door=row.door,
        device=row.device,
        network=row.network,
    )


def _session(one: sessions.Open) -> SessionOut:
    return SessionOut(id=one.sign_in_id, began=_sign_in(one.began) if one.began else None)


def _identity(user: User) -> IdentityOut:
    return IdentityOut(
        user_id=user.pk,
        number=user.employee_number or "",
        subject=identity.subject_of(user),
        second_factors=sorted(second_factor.kinds_of(user)),
    )


def _demand(row: SecondFactorRule) -> DemandOut:
    return DemandOut(
        id=row.pk,
        role=Role(row.role),
        first_day=None if row.period.isempty else row.first_day,
        last_day=None if row.period.isempty else row.last_day,
        source=row.source,
    )
