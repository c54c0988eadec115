"""Invented forms (报表): one in force that two villages handed in, one that waits at the gate, one that was not let in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from minfu.accounts.access import actor_for
from minfu.accounts.actor import Actor
from minfu.accounts.models import Post, Role
from minfu.answers import door as answers
from minfu.figures import door as figures
from minfu.kernel import clock
from minfu.returns.models import Form
from minfu.returns.rules import actions, burden
from minfu.returns.rules.actions import About, Spec

#: How many villages are asked.
VILLAGES = 3
REGISTERED = Spec("登记诉求（件）", "这段时间登记的全部诉求", measure="件")
CHANNELS = Spec("新修水渠", "这段时间修好、通了水的", measure="公里", decimals=1)
NEEDS = Spec("需要县里支持的事", "一两句话，没有的写“无”", kind="text")


@dataclass
class Stage:
    """Who acts, and when."""

    issuer: Actor
    clerk: Actor
    gate: Actor
    officers: Sequence[Actor]

    def about(self, **more: Any) -> About:
        """Return what a form asks three villages about the last month, for two months."""
        told: dict[str, Any] = {
            "frequency": "once", "period": figures.past("month", 1)[0].key, "due_workdays": 5,
            "ends_on": clock.today() + timedelta(days=60), "units": [one.unit_id or 0 for one in self.officers],
        }  # fmt: skip
        return About(**(told | more))

    def declare(self, actor: Actor, about: About, *specs: Spec, again: str = "") -> Form:
        """Declare a form up to the gate: what is known is struck, or asked ``again`` with a reason."""
        row = actions.begin(actor=actor, about=about)
        for spec in specs:
            field = actions.set_field(actor=actor, pk=row.pk, spec=spec)
            if not field.decision:
                decision = "again" if again else "self"
                actions.decide_field(
                    actor=actor, pk=row.pk, field_id=field.pk, decision=decision, reason=again
                )
        return actions.submit(actor=actor, pk=row.pk)


def load(now: datetime) -> None:
    """Play the forms of the last two weeks before ``now``, once, where there is somebody in every part."""
    if Form.objects.exists():
        return
    answers.load_defaults()
    burden.load_defaults()
    stage = _stage()
    if stage is None:
        return
    with clock.travel(now - timedelta(days=12)):
        about = stage.about(
            title="水渠修建情况表",
            purpose="安排下半年的水渠资金，只问系统里没有的。",
            ground="县水利〔2026〕12号（演示）",
        )
        row = stage.declare(stage.issuer, about, REGISTERED, CHANNELS, NEEDS)
    with clock.travel(now - timedelta(days=11)):
        actions.approve(actor=stage.gate, pk=row.pk)
    for days, officer, length, need in (
        (9, stage.officers[0], "1.2", "水渠尾段缺涵管"),
        (8, stage.officers[1], "0", "无"),
    ):
        with clock.travel(now - timedelta(days=days)):
            copy = row.copies.get(unit_id=officer.unit_id or 0)
            typed = {
                f"f{one.pk}": length if one.kind == "number" else need
                for one in row.fields.all()
                if not one.is_struck
            }
            actions.hand_in(actor=officer, pk=copy.pk, values=typed)
    with clock.travel(now - timedelta(days=4)):
        about = stage.about(title="群众诉求统计周报", purpose="掌握各村诉求情况", ground="工作安排（演示）")
        refused = stage.declare(stage.issuer, about, REGISTERED, again="想让各村自己再报一遍")
    with clock.travel(now - timedelta(days=3)):
        actions.refuse(
            actor=stage.gate,
            pk=refused.pk,
            reason="登记诉求系统里随时可看，点开就是每一件的记录，不再让村里填。",
        )
    with clock.travel(now - timedelta(days=1)):
        about = stage.about(
            title="文化活动场所开放情况", purpose="安排下乡演出", ground="县办〔2026〕30号（演示）"
        )
        stage.declare(
            stage.clerk, about, REGISTERED, Spec("文化活动场次", "村里办的演出、放映、讲座", measure="场")
        )


def _stage() -> Stage | None:
    """Return who plays, None where a part is not held."""
    found = {
        role: [
            actor
            for post in _posts(role)
            if (actor := actor_for(post.user, post.pk, "screen", second_factor=True)) is not None
        ]
        for role in (
            Role.DEPARTMENT_HANDLER,
            Role.TOWNSHIP_CLERK,
            Role.COUNTY_DISPATCHER,
            Role.VILLAGE_OFFICER,
        )
    }
    officers = list({one.unit_id: one for one in found[Role.VILLAGE_OFFICER]}.values())[:VILLAGES]
    firsts = [next(iter(found[role]), None) for role in list(found)[:3]]
    issuer, clerk, gate = firsts
    if issuer is None or clerk is None or gate is None or len(officers) < 2:  # noqa: PLR2004 - two villages hand in
        return None
    return Stage(issuer, clerk, gate, officers)


def _posts(role: str) -> Sequence[Post]:
    return list(Post.objects.filter(role=role).select_related("user", "unit").order_by("pk"))
