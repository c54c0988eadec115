"""A hazard brought as far as a test needs, by the ordinary way."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from minfu.accounts.actor import Actor
from minfu.cases.models import Case
from minfu.cases.rules import actions as demands
from minfu.cases.rules.intake import Person, Spot
from minfu.cases.tests.world import World
from minfu.files import door as files
from minfu.files.tests import making
from minfu.hazards.models import Alarm, AlarmStep, Hazard
from minfu.hazards.rules import actions
from minfu.kernel import clock, jobs


def today() -> date:
    """Return the day it is in the test."""
    return timezone.localdate(clock.now())


def nobody() -> Person:
    """Return that nobody is named."""
    return Person()


def told(world: World, actor: Actor | None = None, **more: Any) -> Case:
    """Register a hazard."""
    more.setdefault("description", "老屋后墙裂了，怕倒")
    return world.register(actor, kind="hazard", **more)


def opened(world: World, **more: Any) -> Hazard:
    """Return the file that opens when the village takes it in hand."""
    case = told(world, **more)
    demands.accept(actor=world.officer, case_id=case.pk)
    return Hazard.objects.get(case_id=case.pk)


def graded(world: World, code: str = "minor", **more: Any) -> Hazard:
    """Return one that is being rectified."""
    return actions.grade(actor=world.officer, pk=opened(world, **more).pk, code=code)


def reported(world: World, **more: Any) -> Hazard:
    """Return one that waits for its check."""
    row = graded(world, **more)
    return actions.report(actor=world.officer, pk=row.pk, what="拆了危墙，清了砖。")


def danger(world: World, actor: Actor | None = None, **more: Any) -> Alarm:
    """Return the alarm of a hazard told of as urgent."""
    case = told(world, actor, urgency="urgent", **more)
    return Alarm.objects.get(hazard__case_id=case.pk)


def photo(actor: Actor, name: str = "墙.jpg") -> UUID:
    """Have someone upload a photo."""
    return files.receive(making.Upload(name, making.picture()), actor).pk


def fresh(row: Hazard) -> Hazard:
    """Return the hazard as it is now."""
    return Hazard.objects.get(pk=row.pk)


def everything(world: World, clerk: Actor, officer: Actor, village: str, grid: int) -> dict[str, Any]:
    """Bring a hazard in hand with a photo and an alarm, and return the ids of what hangs on it."""
    spot = Spot(village_code=village, grid_id=grid)
    stored = photo(clerk, "裂缝.jpg")
    jobs.run_waiting()
    case = told(world, clerk, door="phone", spot=spot, file_ids=[stored])
    demands.accept(actor=officer, case_id=case.pk)
    row = Hazard.objects.get(case_id=case.pk)
    actions.grade(actor=officer, pk=row.pk, code="minor")
    alarm = actions.raise_alarm(actor=officer, pk=row.pk, reason="开始掉砖")
    return {
        "hazard": row.pk,
        "hazard_id": row.pk,
        "alarm_id": alarm.pk,
        "hazard_file": stored,
        "call_id": AlarmStep.objects.order_by("pk").values_list("pk", flat=True)[0],
    }
