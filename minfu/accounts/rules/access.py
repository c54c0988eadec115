"""What an administrator may see and change: the units, people and posts of their own area."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from minfu.accounts import rights
from minfu.accounts.actor import Actor
from minfu.accounts.models import Delegation, Post, SecondFactorRule, Unit, User
from minfu.kernel import gate
from minfu.kernel.errors import Missing


def units_for(actor: Actor) -> QuerySet[Unit]:
    """Return the units inside the actor's area; needs ``accounts.manage``."""
    gate.check(actor, rights.MANAGE)
    return Unit.objects.filter(division__code__startswith=actor.area).order_by("division_id", "kind", "name")


def find_units(actor: Actor, word: str) -> QuerySet[Unit]:
    """Return the units of the actor's area whose name, or whose place's name, holds ``word`` ("": all)."""
    found, word = units_for(actor).select_related("division", "parent"), _plain(word)
    return found.filter(Q(name__icontains=word) | Q(division__name__icontains=word)) if word else found


def _plain(word: str) -> str:
    return word.strip().replace("\0", "")


def people_for(actor: Actor) -> QuerySet[User]:
    """Return the staff accounts; needs ``accounts.manage``. Accounts have no area: only posts have."""
    gate.check(actor, rights.MANAGE)
    return User.objects.order_by("username")


def find_people(actor: Actor, word: str) -> QuerySet[User]:
    """Return the staff accounts whose user name, name or unit holds ``word`` ("": all)."""
    found, word = people_for(actor).prefetch_related("posts__unit"), _plain(word)
    if not word:
        return found
    of_unit = Post.objects.filter(unit__name__icontains=word).values("user_id")
    return found.filter(Q(username__icontains=word) | Q(name__icontains=word) | Q(pk__in=of_unit))


def posts_for(actor: Actor) -> QuerySet[Post]:
    """Return the posts inside the actor's area; needs ``accounts.manage``."""
    gate.check(actor, rights.MANAGE)
    return Post.objects.filter(area__code__startswith=actor.area).select_related("unit", "user", "area")


def delegations_for(actor: Actor) -> QuerySet[Delegation]:
    """Return the delegations the actor may look after, newest first: of their own post, or of all posts in their area."""
    found = Delegation.objects.select_related("post__unit", "post__user", "to").order_by("-starts_at", "-pk")
    if actor.may(rights.MANAGE):
        return found.filter(post__area__code__startswith=actor.area)
    gate.check(actor, rights.DELEGATE_OWN)
    return found.filter(post_id=actor.post_id or 0, post__user_id=actor.user_id or 0)


def get_unit_for(actor: Actor, unit_id: int, *, lock: bool = False) -> Unit:
    """Return a unit; ``Missing`` whether it is absent or outside the actor's area."""
    found = units_for(actor)
    unit = (found.select_for_update(of=("self",)) if lock else found).filter(pk=unit_id).first()
    if unit is None:
        raise Missing(_("没有这个单位。"))
    return unit


def get_person_for(actor: Actor, user_id: int, *, lock: bool = False) -> User:
    """Return a staff account; ``Missing`` if there is none."""
    found = people_for(actor)
    user = (found.select_for_update(of=("self",)) if lock else found).filter(pk=user_id).first()
    if user is None:
        raise Missing(_("没有这个人员。"))
    return user


def get_post_for(actor: Actor, post_id: int, *, lock: bool = False) -> Post:
    """Return a post; ``Missing`` whether it is absent or outside the actor's area."""
    found = posts_for(actor)
    post = (found.select_for_update(of=("self",)) if lock else found).filter(pk=post_id).first()
    if post is None:
        raise Missing(_("没有这个岗位。"))
    return post


def get_post_to_delegate_for(actor: Actor, post_id: int) -> Post:
    """Return a post the actor may delegate, locked: any of their area, or the one they hold and act in themselves."""
    if actor.may(rights.MANAGE):
        return get_post_for(actor, post_id, lock=True)
    gate.check(actor, rights.DELEGATE_OWN)
    post = (
        Post.objects.select_for_update(of=("self",))
        .select_related("unit", "user", "area")
        .filter(pk=post_id, user_id=actor.user_id or 0)
        .first()
    )
    if post is None or post_id != actor.post_id:
        raise Missing(_("没有这个岗位。"))
    return post


def get_delegation_for(actor: Actor, delegation_id: int) -> Delegation:
    """Return a delegation the actor may end, locked; ``Missing`` whether it is absent or not theirs to end."""
    delegation = delegations_for(actor).select_for_update(of=("self",)).filter(pk=delegation_id).first()
    if delegation is None:
        raise Missing(_("没有这项代理。"))
    return delegation


def get_factor_rule_for(actor: Actor, rule_id: int, *, lock: bool = False) -> SecondFactorRule:
    """Return a demand for a second factor; ``Missing`` if there is none. Needs ``accounts.manage``."""
    gate.check(actor, rights.MANAGE)
    found = SecondFactorRule.objects.filter(pk=rule_id)
    rule = (found.select_for_update() if lock else found).first()
    if rule is None:
        raise Missing(_("没有这条要求。"))
    return rule
