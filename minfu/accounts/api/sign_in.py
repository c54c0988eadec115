"""Tokens, and who one is with them; choosing a password; the units of the county."""

from datetime import datetime
from typing import Annotated

from axes.helpers import get_client_ip_address
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import StringConstraints

from minfu.accounts import tokens
from minfu.accounts.actor import actor_of
from minfu.accounts.models import ApiToken, Level, Unit
from minfu.accounts.rules import sign_in
from minfu.kernel import limits
from minfu.kernel.api import OPEN, SIGNED_IN, Id, In, OneOf, Out, Room

#: Tokens one address may ask for in ten minutes; wrong passwords lock the account much earlier.
TOKENS_PER_TEN_MINUTES = 300

room = Room("accounts", _("登录与单位"))


class Credentials(In):
    """A user name, its password, and the post to act in."""

    username: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    post_id: Id | None = None
    """Needed by someone who holds several posts."""
    code: Annotated[str, StringConstraints(max_length=20)] = ""
    """A code of the authenticator app or a recovery code: needed by someone who has a second factor."""


class Token(Out):
    """A token. It is shown this once; minfu keeps only its digest."""

    token: str
    expires_at: datetime
    post_id: int


class NewPassword(In):
    """The present password, a one-time one perhaps, and the new one."""

    username: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    new_password: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    code: Annotated[str, StringConstraints(max_length=20)] = ""
    """A code of the authenticator app or a recovery code: needed by someone who has a second factor."""


class TokenOut(Out):
    """A token that can be used: never the token itself."""

    id: int
    post_id: int
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    """To about five minutes."""


class Me(Out):
    """Who a token stands for."""

    label: str
    """Unit and title, as the history shows them."""
    user_id: int
    post_id: int
    unit_id: int
    role: str
    level: str
    area: str
    """The first digits of the division codes the post covers."""
    on_behalf_of_post_id: int | None
    rights: list[str]


class UnitOut(Out):
    """A unit of the county: what ``unit`` and ``complained_unit`` in other operations mean."""

    id: int
    name: str
    kind: Annotated[str, OneOf(Unit.Kind)]
    duty: str
    level: Level
    division: str
    phone: str


@room.post("/tokens", _("登录，取得令牌"), right=f"{OPEN}sign-in", answer=Token, status=201, keeps=False)
def issue(request: HttpRequest, body: Credentials) -> Token:
    """Sign in with a password and get a token for one post. Send it as `Authorization: Bearer <token>`."""
    limits.hit(f"tokens:{get_client_ip_address(request)}", limit=TOKENS_PER_TEN_MINUTES, seconds=600)
    raw, token = tokens.issue_token(request, body.username, body.password, body.post_id, body.code)
    return Token(token=raw, expires_at=token.expires_at, post_id=token.post_id)


@room.delete("/tokens", _("注销当前令牌"), right=SIGNED_IN)
def revoke(request: HttpRequest) -> None:
    """End the token this request is sent with, at once."""
    tokens.revoke(request.headers["Authorization"].partition(" ")[2])


@room.post("/password", _("修改密码"), right=f"{OPEN}sign-in", answer=None, status=204, keeps=False)
def choose_password(request: HttpRequest, body: NewPassword) -> None:
    """Choose a new password: needed once after an administrator gave a one-time one. All tokens and sessions end."""
    limits.hit(f"tokens:{get_client_ip_address(request)}", limit=TOKENS_PER_TEN_MINUTES, seconds=600)
    user = sign_in.authenticate(request, body.username, body.password, "api")
    tokens.factor_given(request, user, body.code)
    new = body.new_password
    sign_in.choose_password(user=user, old=body.password, new=new, again=new, door="api")


@room.get("/tokens", _("本人的令牌"), right=SIGNED_IN, answer=list[TokenOut])
def list_tokens(request: HttpRequest) -> list[TokenOut]:
    """List the caller's tokens that can still be used, newest first."""
    return [token_out(row) for row in tokens.own(actor_of(request))]


@room.delete("/tokens/{token_id}", _("注销本人的一个令牌"), right=SIGNED_IN)
def end_token(request: HttpRequest, token_id: Id) -> None:
    """End one of the caller's own tokens at once."""
    tokens.end(token_id, actor=actor_of(request))


def token_out(row: ApiToken) -> TokenOut:
    """Return what is told of a token."""
    return TokenOut(
        id=row.pk,
        post_id=row.post_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
    )


@room.get("/me", _("当前登录人和岗位"), right=SIGNED_IN, answer=Me)
def me(request: HttpRequest) -> Me:
    """Say who the token stands for and what the post may do."""
    actor = actor_of(request)
    return Me(
        label=actor.label,
        user_id=actor.user_id or 0,
        post_id=actor.post_id or 0,
        unit_id=actor.unit_id or 0,
        role=actor.role,
        level=actor.level,
        area=actor.area,
        on_behalf_of_post_id=actor.on_behalf_of_post_id,
        rights=sorted(actor.rights),
    )


@room.get("/units", _("单位列表"), right=SIGNED_IN, answer=list[UnitOut])
def units(request: HttpRequest) -> list[UnitOut]:  # noqa: ARG001 - every operation is called with it
    """List the active units of the county: desks, departments, villages and others."""
    rows = Unit.objects.filter(is_active=True).exclude(kind=Unit.Kind.PARTNER).order_by("division_id", "id")
    return [
        UnitOut(
            id=row.pk,
            name=row.name,
            kind=row.kind,
            duty=row.duty,
            level=Level(row.level),
            division=row.division_id,
            phone=row.phone,
        )
        for row in rows
    ]
