"""Staff accounts, as the administrator keeps them. No resident's data appears here."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query

from minfu.accounts import rights, tokens
from minfu.accounts.actor import actor_of
from minfu.accounts.api.posts import PostOut, post_out
from minfu.accounts.api.sign_in import TokenOut, token_out
from minfu.accounts.api.units import Searched
from minfu.accounts.models import User
from minfu.accounts.rules import access, actions
from minfu.kernel import pages
from minfu.kernel.api import Id, In, Line, Out, Page, Room

room = Room("people", _("人员"))


class NewPerson(In):
    """A new account."""

    username: Line
    name: Line


class NameIn(In):
    """A corrected name."""

    name: Line


class ActiveIn(In):
    """Whether an account is in use."""

    active: bool


class PersonOut(Out):
    """A staff account."""

    id: int
    username: str
    name: str
    is_active: bool
    must_change_password: bool
    """Has a one-time password that was not replaced yet."""


class PersonDetail(PersonOut):
    """A staff account with its posts, those that ended too, newest first."""

    posts: list[PostOut]


class PersonPage(Page):
    """A page of staff accounts."""

    items: list[PersonOut]


class OneTimePassword(Out):
    """An account and its one-time password, which is shown this once and kept nowhere."""

    person: PersonOut
    one_time_password: str


@room.get("/admin/people", _("人员清单"), right=rights.MANAGE, answer=PersonPage)
def people(request: HttpRequest, asked: Query[Searched]) -> PersonPage:
    """List the staff accounts; `q` searches user names, names and units."""
    found = access.find_people(actor_of(request), asked.q)
    rows, after = pages.page(found, cursor=asked.cursor, size=asked.limit)
    return PersonPage(items=[_person(row) for row in rows], next_cursor=after)


@room.post(
    "/admin/people", _("新建人员账号"), right=rights.MANAGE, answer=OneTimePassword, status=201, keeps=False
)
def create(request: HttpRequest, body: NewPerson) -> OneTimePassword:
    """Create an account and get its one-time password; its holder replaces it (`POST /password`) before anything else."""
    user, password = actions.create_person(body.username, body.name, actor=actor_of(request))
    return OneTimePassword(person=_person(user), one_time_password=password)


@room.get("/admin/people/{user_id}", _("一个人员和他的岗位"), right=rights.MANAGE, answer=PersonDetail)
def person(request: HttpRequest, user_id: Id) -> PersonDetail:
    """Show a staff account and its posts in the administrator's area."""
    actor = actor_of(request)
    user = access.get_person_for(actor, user_id)
    posts = access.posts_for(actor).filter(user=user).prefetch_related("grids").order_by("-period")
    return PersonDetail(**_person(user).model_dump(), posts=[post_out(row) for row in posts])


@room.put("/admin/people/{user_id}", _("修改人员姓名"), right=rights.MANAGE, answer=PersonOut)
def rename(request: HttpRequest, user_id: Id, body: NameIn) -> PersonOut:
    """Correct a person's name."""
    return _person(actions.rename_person(user_id, body.name, actor=actor_of(request)))


@room.post(
    "/admin/people/{user_id}/password",
    _("重置密码"),
    right=rights.MANAGE,
    answer=OneTimePassword,
    keeps=False,
)
def reset(request: HttpRequest, user_id: Id) -> OneTimePassword:
    """Give a person a new one-time password; their sessions and tokens end, a lock is lifted."""
    user, password = actions.reset_password(user_id, actor=actor_of(request))
    return OneTimePassword(person=_person(user), one_time_password=password)


@room.post("/admin/people/{user_id}/active", _("停用或启用账号"), right=rights.MANAGE, answer=PersonOut)
def set_active(request: HttpRequest, user_id: Id, body: ActiveIn) -> PersonOut:
    """Disable or enable an account. What they did before stays as it is."""
    return _person(actions.set_active(user_id, active=body.active, actor=actor_of(request)))


@room.get("/admin/people/{user_id}/tokens", _("一个人员的令牌"), right=rights.MANAGE, answer=list[TokenOut])
def list_tokens(request: HttpRequest, user_id: Id) -> list[TokenOut]:
    """List a person's tokens that can still be used; end one with `DELETE /tokens/{token_id}`."""
    return [token_out(row) for row in tokens.of_person(user_id, actor=actor_of(request))]


def _person(row: User) -> PersonOut:
    return PersonOut(
        id=row.pk,
        username=row.username,
        name=row.name,
        is_active=row.is_active,
        must_change_password=row.must_change_password,
    )
