"""Who acts: from a signed-in person and the post they chose to an ``Actor``.

One statement per request and no cache: a post that ends, a delegation that is withdrawn and a person who is disabled have
no rights at the very next request.
"""

from dataclasses import dataclass, fields

from django.conf import settings
from django.utils.translation import gettext_noop

from minfu.accounts import rights
from minfu.accounts.actor import Actor
from minfu.accounts.models import Level, Role, User
from minfu.kernel import clock, gate, prepared

#: Short titles for labels ("凤埔乡便民服务中心 · 平台值班员"). Labels go into the history, which has one language;
#: the filter ``who`` shows them in the reader's.
TITLES = {
    Role.GRID_WORKER: gettext_noop("网格员"),
    Role.VILLAGE_OFFICER: gettext_noop("村（社区）干部"),
    Role.TOWNSHIP_CLERK: gettext_noop("平台值班员"),
    Role.TOWNSHIP_LEADER: gettext_noop("乡镇领导"),
    Role.COUNTY_DISPATCHER: gettext_noop("调度员"),
    Role.DEPARTMENT_HANDLER: gettext_noop("经办人"),
    Role.MEDIATOR: gettext_noop("调解员"),
    Role.AUDITOR: gettext_noop("审计员"),
    Role.ADMINISTRATOR: gettext_noop("系统管理员"),
    Role.PARTNER: gettext_noop("对接系统"),
}

#: Written by hand: it runs at every staff request, so it is one join over a short list of posts.
_HOLDINGS = """
    SELECT p.id, p.role, coalesce(s.area_id, p.area_id), u.id, u.name, u.level,
           ARRAY(SELECT g.grid_id FROM accounts_post_grids g WHERE g.post_id = p.id),
           p.user_id <> %(user)s,
           p.role = ANY (%(always)s::text[])
           OR EXISTS (SELECT FROM accounts_second_factor_rule r
                       WHERE r.role = p.role AND r.period @> %(today)s::date),
           ARRAY(SELECT o.unit_id FROM accounts_post o WHERE o.user_id = %(user)s AND o.period @> %(today)s::date),
           s.scopes
      FROM accounts_post p JOIN accounts_unit u ON u.id = p.unit_id
      LEFT JOIN accounts_system s ON s.post_id = p.id
     WHERE p.id = ANY (ARRAY(
               SELECT o.id FROM accounts_post o WHERE o.user_id = %(user)s
               UNION ALL
               SELECT d.post_id FROM accounts_delegation d
                WHERE d.to_id = %(user)s AND d.starts_at <= %(now)s AND d.ends_at > %(now)s))
       AND p.period @> %(today)s::date AND u.is_active
"""


@dataclass(frozen=True)
class Holding:
    """A post a person may act in now: their own, or one delegated to them."""

    post_id: int
    role: str
    area_code: str
    unit_id: int
    unit_name: str
    unit_level: str
    grid_list: list[int]
    delegated: bool
    #: Whether the role is worked in with a second factor only, today.
    needs_factor: bool
    #: The units of all posts the person holds now, whichever they act in.
    own_units: list[int]
    #: Of another system's post: what its keys were made for; None for a person's.
    scopes: list[str] | None = None

    @property
    def label(self) -> str:
        """Return "unit · title", with (代) when acting for the holder."""
        return f"{self.unit_name} · {TITLES[Role(self.role)]}{'（代）' if self.delegated else ''}"


_FIELDS = [field.name for field in fields(Holding)]


def area_prefix(code: str) -> str:
    """Return a division code without the zeros that stand for "all of it": 6, 9 or 12 digits."""
    for tail in ("000000", "000"):
        if code.endswith(tail):
            return code[: -len(tail)]
    return code


def holdings(user_id: int) -> list[Holding]:
    """Return the posts a person may act in at this moment: own posts first, then delegated ones. One query."""
    now = clock.now()
    values = {
        "user": user_id,
        "now": now,
        "today": clock.day(now),
        "always": settings.MINFU_SECOND_FACTOR,
    }
    rows = prepared.rows(_HOLDINGS, values)
    held = [Holding(**dict(zip(_FIELDS, row, strict=True))) for row in rows]
    return sorted(held, key=lambda one: (one.delegated, one.post_id))


def actor_in(holding: Holding, user_id: int, door: str) -> Actor:
    """Return the actor that a person is in one of their holdings."""
    may = gate.rights_of(holding.role) | gate.rights_of_scopes(holding.scopes or ())
    return Actor(
        kind="staff",
        door=door,
        label=holding.label,
        user_id=user_id,
        post_id=holding.post_id,
        unit_id=holding.unit_id,
        own_units=frozenset(holding.own_units),
        role=holding.role,
        level=Level.GRID if holding.role == Role.GRID_WORKER else holding.unit_level,
        area=area_prefix(holding.area_code),
        grid_ids=frozenset(holding.grid_list),
        on_behalf_of_post_id=holding.post_id if holding.delegated else None,
        rights=may - {rights.DELEGATE_OWN} if holding.delegated else may,
    )


def choose(held: list[Holding], post_id: int | None) -> Holding | None:
    """Return the chosen holding; without a choice the only one; None when it ended or a choice is needed."""
    if post_id is None:
        return held[0] if len(held) == 1 else None
    return next((one for one in held if one.post_id == post_id), None)


def holding_for(user: User, post_id: int | None) -> Holding | None:
    """Return the post ``user`` acts in now: ``post_id``, or their only one when ``post_id`` is None. One query.

    None when the person is disabled, must first choose a new password, holds no such post at this moment, or holds several
    and has not chosen.
    """
    if not user.is_active or user.must_change_password:
        return None
    return choose(holdings(user.pk), post_id)


def actor_for(user: User, post_id: int | None, door: str, *, second_factor: bool = False) -> Actor | None:
    """Return who ``user`` is now, acting as ``holding_for`` says; None too where the role demands a ``second_factor``.

    In a delegated post ``post_id`` and ``on_behalf_of_post_id`` are the post acted in, ``user_id`` the delegate. Costs one query.
    """
    holding = holding_for(user, post_id)
    if holding is None or (holding.needs_factor and not second_factor):
        return None
    return actor_in(holding, user.pk, door)
