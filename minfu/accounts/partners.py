"""Systems of others that hand in what residents told them: a unit, an account nobody signs in with, a post, a key."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from minfu.accounts import rights, tokens
from minfu.accounts.actor import Actor
from minfu.accounts.models import Post, Role, Unit
from minfu.accounts.rules import actions, posts
from minfu.kernel import clock, gate
from minfu.kernel.errors import Invalid, Missing

#: Days a key may last at most: somebody must ask again now and then whether it is still needed.
MOST_DAYS = 1100


@transaction.atomic
def connect(name: str, *, days: int, actor: Actor, raw: str = "") -> str:
    """Let the system called ``name`` in and return its key for ``days`` days; a system known already gets a further key.

    The unit of this name is the system's own: what it hands in is told apart by it. Raises ``Invalid`` for a name that is
    another unit's, or for days beyond ``MOST_DAYS``; ``raw`` as in ``tokens.issue_key``.
    """
    gate.check(actor, rights.MANAGE)
    if not 1 <= days <= MOST_DAYS:
        raise Invalid({"days": [_("有效期应为 1 到 %(most)s 天。") % {"most": MOST_DAYS}]})
    post = _post(name) or _new_post(name.strip(), actor)
    return tokens.issue_key(post, days=days, actor=actor, raw=raw)


@transaction.atomic
def disconnect(name: str, *, reason: str, actor: Actor) -> None:
    """Let the system called ``name`` in no longer: its post ends, and with it all its keys. ``Missing`` for an unknown one."""
    post = _post(name)
    if post is None:
        raise Missing(_("没有名为“%(name)s”的对接系统。") % {"name": name[:60]})
    posts.end_post(post.pk, ends_on=timezone.localdate(clock.now()), reason=reason, actor=actor)


def _post(name: str) -> Post | None:
    """Return the post a system holds now."""
    today = timezone.localdate(clock.now())
    held = Post.objects.filter(role=Role.PARTNER, unit__name=name.strip(), period__contains=today)
    return held.order_by("-pk").first()


def _new_post(name: str, actor: Actor) -> Post:
    """Make what a system needs to act: its unit (the same again after an interruption), account and post."""
    county = f"{settings.MINFU_COUNTY}000000"
    unit = Unit.objects.filter(name=name, division_id=county).first()
    if unit is None:
        terms = actions.UnitTerms(name=name, kind=Unit.Kind.PARTNER, division=county)
        unit = actions.create_unit(terms, actor=actor)
    elif unit.kind != Unit.Kind.PARTNER:
        raise Invalid({"name": [_("已有单位叫“%(name)s”，请给对接系统另取名字。") % {"name": name}]})
    user, _password = actions.create_person(f"partner-{unit.pk}-{unit.posts.count()}", name, actor=actor)
    user.set_unusable_password()
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    today = timezone.localdate(clock.now())
    held = posts.PostTerms(unit_id=unit.pk, role=Role.PARTNER, area=county, starts_on=today)
    return posts.give_post(user.pk, held, actor=actor)
