"""Demands of one matter, told by many, and topics brought as far as a test needs."""

from typing import Any

from django.utils import timezone

from minfu.accounts.actor import Actor
from minfu.cases.models import Case
from minfu.cases.rules.intake import Person, Spot
from minfu.cases.tests.world import FENGPU_VILLAGES, World
from minfu.kernel import clock
from minfu.topics.models import Membership, Topic
from minfu.topics.rules import following

#: One matter in the words of several people.
PLANT = (
    "搅拌站半夜还在生产，罐车进进出出吵得睡不着",
    "镇南搅拌站晚上噪音太大，罐车开到凌晨",
    "搅拌站的罐车夜里不停，粉尘也大，窗户不敢开",
    "反映镇南搅拌站夜间施工噪音扰民，罐车排队",
    "搅拌站离学校太近，罐车多粉尘大，晚上噪音吵",
    "镇南那个搅拌站什么时候搬，罐车半夜吵人",
)
WATER = (
    "自来水放出来是黄的，有铁锈味，不敢喝",
    "家里自来水发黄，铁锈味重，已经一个星期",
    "自来水发黄有铁锈味，洗衣服都染黄了",
    "自来水又黄又有铁锈味，什么时候能好",
)
#: Other things, so that what is common is known.
OTHERS = (
    "路灯坏了三天没人修", "孩子转学要什么材料", "村口垃圾池满了", "想办残疾证", "桥面有个坑",
    "邻居占了我家田埂", "养老金认证刷脸不过", "公交末班车太早", "玉米被野猪拱了", "网络断了四天",
)  # fmt: skip


def tell(
    world: World, texts: Any, village: str = FENGPU_VILLAGES[0], first: int = 1, **more: Any
) -> list[Case]:
    """Register texts, each by somebody else unless told otherwise."""
    made = []
    for number, text in enumerate(texts, start=first):
        person = more.get("person", Person(name="林小满", phone=f"1380000{number:04}"))
        rest = {key: value for key, value in more.items() if key != "person"}
        made.append(world.register(description=text, spot=Spot(village_code=village), person=person, **rest))
    return made


def found(world: World, texts: Any = PLANT, **more: Any) -> Topic:
    """Return the topic the software finds in texts, among others."""
    tell(world, OTHERS, first=500)
    cases = tell(world, texts, **more)
    following.follow()
    return of(cases[-1])


def everything(world: World, clerk: Actor, village: str) -> dict[str, Any]:
    """Make a topic of demands in a village, as the software would, and return its id."""
    cases = [world.register(clerk, door="phone", spot=Spot(village_code=village)) for _time in range(2)]
    now = clock.now()
    row = Topic.objects.create(
        title="路灯不亮",
        people=3,
        demands=2,
        heat=2.0,
        place=village,
        townships=[village[:9] + "000"],
        first_at=now,
        last_at=now,
        begun_at=now,
        updated_at=now,
        counted_on=timezone.localdate(now),
    )
    Membership.objects.bulk_create(
        Membership(case_id=one.pk, topic=row, township_code=village[:9] + "000", village_code=village, at=now)
        for one in cases
    )
    return {"topic": row.pk, "topic_id": row.pk}


def of(case: Case) -> Topic:
    """Return the topic a demand is in."""
    return Topic.objects.get(memberships__case_id=case.pk)
