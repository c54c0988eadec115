"""Verbs on posts and delegations. Each checks its right, writes, and records in one transaction."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext as _

from minfu.accounts import events, rights
from minfu.accounts.access import area_prefix
from minfu.accounts.actor import Actor
from minfu.accounts.models import SEPARATION, Delegation, Post, Role, User, duty_of
from minfu.accounts.rules import access
from minfu.kernel import clock, gate, record, validity
from minfu.kernel.errors import Forbidden, Invalid
from minfu.places.models import Division, Grid


@dataclass(frozen=True)
class PostTerms:
    """What an administrator says about a post: days are China's, ``ends_on`` is the first day without it (None: open)."""

    unit_id: int
    role: str
    area: str
    starts_on: date
    ends_on: date | None = None
    grid_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Leave:
    """A delegation during leave: to whom, from when until when, why."""

    to_id: int
    starts_at: datetime
    ends_at: datetime
    reason: str


def _grids(ids: frozenset[int], area: str) -> list[Grid]:
    """Return the grids; ``Invalid`` unless each lies inside the area."""
    grids = list(Grid.objects.filter(pk__in=ids, village__code__startswith=area_prefix(area)))
    if len(grids) != len(ids):
        raise Invalid({"grids": [_("负责网格必须在岗位的区域之内。")]})
    return grids


def _check_terms(terms: PostTerms, actor: Actor) -> Division:
    """Return the post's area; ``Invalid`` by field for what does not fit together."""
    fields: dict[str, list[str]] = {}
    unit = access.get_unit_for(actor, terms.unit_id, lock=True)
    if not unit.is_active:
        fields["unit_id"] = [_("这个单位已停用，请另选单位。")]
    area = Division.objects.filter(code=terms.area, code__startswith=actor.area, valid_to=None).first()
    if area is None or not area.code.startswith(area_prefix(unit.division_id)):
        fields["area"] = [_("区域必须在所属单位的区划之内。")]
    if terms.role not in Role.values:
        fields["role"] = [_("请选择角色。")]
    if terms.ends_on is not None and terms.ends_on <= terms.starts_on:
        fields["last_day"] = [_("结束日期不能早于开始日期。")]
    if terms.grid_ids and terms.role != Role.GRID_WORKER:
        fields["grids"] = [_("只有网格员岗位需要选择负责网格。")]
    if fields or area is None:
        raise Invalid(fields)
    return area


def _check_duty(user: User, role: str, since: datetime, until: datetime | None) -> None:
    """Refuse a post whose duty clashes with what the person acts in by delegation. Own posts: a database constraint."""
    clash = [
        one
        for one in Delegation.objects.filter(to=user, ends_at__gt=since).select_related("post")
        if (until is None or one.starts_at < until) and duty_of(one.post.role) != duty_of(role)
    ]
    if clash:
        raise Invalid({"role": [str(SEPARATION)]})


def _midnight(day: date) -> datetime:
    """Return the first moment of a day in China."""
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


@transaction.atomic
def give_post(user_id: int, terms: PostTerms, *, actor: Actor) -> Post:
    """Give a person a post. Raises ``Invalid`` by field; separation of duties is refused here and by the database."""
    gate.check(actor, rights.MANAGE)
    user = access.get_person_for(actor, user_id, lock=True)
    area = _check_terms(terms, actor)
    grids = _grids(terms.grid_ids, area.code)
    until = _midnight(terms.ends_on) if terms.ends_on else None
    _check_duty(user, terms.role, _midnight(terms.starts_on), until)
    post = Post(
        user=user,
        unit_id=terms.unit_id,
        role=terms.role,
        area=area,
        period=DateRange(terms.starts_on, terms.ends_on),
    )
    validity.save(post)
    post.grids.set(grids)
    data = {
        "user": user.pk,
        "unit": terms.unit_id,
        "role": terms.role,
        "area": area.code,
        "from": terms.starts_on.isoformat(),
        "until": terms.ends_on.isoformat() if terms.ends_on else "",
        "grids": sorted(grid.code for grid in grids),
    }
    record.begin(("post", post.pk), [record.Fact(events.POST_GIVEN, data)], actor.stamp)
    return post


@transaction.atomic
def end_post(post_id: int, *, ends_on: date, reason: str, actor: Actor) -> Post:
    """End a post: ``ends_on`` is the first day without it, today at the earliest. Its delegations end with it.

    A post that has not begun yet, or began today and ends today, never held: its period becomes empty.
    """
    post = access.get_post_for(actor, post_id, lock=True)
    today = timezone.localdate(clock.now())
    if post.user_id == actor.user_id and post.role == Role.ADMINISTRATOR:
        raise Forbidden(_("不能结束自己的管理员岗位，请由另一位系统管理员操作。"))
    if ends_on < today:
        raise Invalid({"last_day": [_("结束日期不能早于今天：已经发生的履职不能事后抹去。")]})
    if post.period.isempty or (post.period.upper is not None and post.period.upper <= ends_on):
        raise Invalid({"last_day": [_("这个岗位在该日期之前已经结束。")]})
    if not reason.strip():
        raise Invalid({"reason": [_("请写明原因，例如“工作调动”。")]})
    post.period = DateRange(post.period.lower, max(ends_on, post.period.lower))
    post.save(update_fields=["period"])
    fact = record.Fact(events.POST_ENDED, {"until": ends_on.isoformat()}, reason.strip())
    record.append(("post", post.pk), [fact], actor.stamp)
    return post


@transaction.atomic
def change_grids(post_id: int, grid_ids: frozenset[int], *, actor: Actor) -> Post:
    """Change which grids a grid worker is responsible for."""
    post = access.get_post_for(actor, post_id, lock=True)
    if post.role != Role.GRID_WORKER:
        raise Invalid({"grids": [_("只有网格员岗位需要选择负责网格。")]})
    grids = _grids(grid_ids, post.area_id)
    post.grids.set(grids)
    fact = record.Fact(events.POST_GRIDS, {"grids": sorted(grid.code for grid in grids)})
    record.append(("post", post.pk), [fact], actor.stamp)
    return post


def _check_leave(post: Post, leave: Leave) -> User:
    """Return the delegate, locked; ``Invalid`` by field for one who must not stand in, or for dates that do not fit."""
    fields: dict[str, list[str]] = {}
    to = User.objects.select_for_update().filter(pk=leave.to_id, is_active=True).first()
    if to is None:
        raise Invalid({"to": [_("请选择一位在用的人员作为代理人。")]})
    if to.pk == post.user_id:
        fields["to"] = [_("代理人不能是岗位本人。")]
    elif _other_duty(to, post.role, leave):
        fields["to"] = [str(SEPARATION)]
    if leave.ends_at <= leave.starts_at:
        fields["ends_at"] = [_("代理的结束时间必须晚于开始时间。")]
    elif leave.ends_at <= clock.now():
        fields["ends_at"] = [_("结束时间已经过去，请重新填写。")]
    if not leave.reason.strip():
        fields["reason"] = [_("请写明原因，例如“年休假”。")]
    if fields:
        raise Invalid(fields)
    return to


def _other_duty(user: User, role: str, leave: Leave) -> bool:
    """Tell whether the person holds or stands in for a post of another duty while the leave lasts."""
    first, last = timezone.localdate(leave.starts_at), timezone.localdate(leave.ends_at)
    held = Post.objects.filter(user=user, period__overlap=DateRange(first, max(first, last), "[]"))
    stood_in = Post.objects.filter(
        delegations__to=user,
        delegations__starts_at__lt=leave.ends_at,
        delegations__ends_at__gt=leave.starts_at,
    )
    roles = [*held.values_list("role", flat=True), *stood_in.values_list("role", flat=True)]
    return any(duty_of(one) != duty_of(role) for one in roles)


def delegate_id(username: str) -> int:
    """Return who has a user name and may stand in for somebody. ``Invalid`` when nobody in use has it."""
    found = (
        User.objects.filter(username=username.strip(), is_active=True).values_list("pk", flat=True).first()
    )
    if found is None:
        raise Invalid({"to": [_("没有这个用户名，请核对。")]})
    return found


@transaction.atomic
def delegate(post_id: int, leave: Leave, *, actor: Actor) -> Delegation:
    """Let someone act in a post during leave: by an administrator, or by the holder for their own post."""
    post = access.get_post_to_delegate_for(actor, post_id)
    to = _check_leave(post, leave)
    delegation = Delegation(
        post=post, to=to, starts_at=leave.starts_at, ends_at=leave.ends_at, reason=leave.reason.strip()
    )
    validity.save(delegation)
    data = {
        "delegation": delegation.pk,
        "to": to.pk,
        "from": leave.starts_at.isoformat(),
        "until": leave.ends_at.isoformat(),
    }
    fact = record.Fact(events.DELEGATED, data, delegation.reason)
    record.append(("post", post.pk), [fact], actor.stamp)
    return delegation


@transaction.atomic
def end_delegation(delegation_id: int, *, actor: Actor) -> None:
    """End a delegation now (the holder is back early); one that has not begun is withdrawn."""
    delegation = access.get_delegation_for(actor, delegation_id)
    Post.objects.select_for_update(of=("self",)).get(pk=delegation.post_id)
    now = clock.now()
    if delegation.ends_at <= now:
        raise Invalid({"": [_("这项代理已经结束。")]})
    if delegation.starts_at >= now:
        delegation.delete()
    else:
        delegation.ends_at = now
        delegation.save(update_fields=["ends_at"])
    data = {"delegation": delegation_id, "to": delegation.to_id}
    record.append(("post", delegation.post_id), [record.Fact(events.DELEGATION_ENDED, data)], actor.stamp)
