"""Forms in the small county of the tests."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine

from minfu.accounts.actor import Actor
from minfu.cases.rules.intake import Spot
from minfu.cases.tests.world import FENGPU_VILLAGES, World
from minfu.kernel import clock
from minfu.returns.models import Copy, Form
from minfu.returns.rules import actions

FIELDS = (
    actions.Spec("登记诉求（件）", "这段时间登记的全部诉求", measure="件"),
    actions.Spec("新修水渠", "这段时间修好的", measure="公里", decimals=1),
    actions.Spec("主要困难", "一两句话", kind="text"),
)


@dataclass
class Story:
    """A county in which forms are issued; ``traveller`` moves its clock."""

    world: World
    traveller: Any

    def about(self, **more: Any) -> actions.About:
        """Return what a form of the water bureau is for: the first half of the year, of Fengpu's villages."""
        told: dict[str, Any] = {
            "title": "水渠建设情况表", "purpose": "安排下半年的水渠资金", "ground": "古水利〔2026〕12号", "frequency": "once",
            "period": "2026-H1", "due_workdays": 5, "ends_on": clock.today() + timedelta(60),
            "units": [self.world.units[code].pk for code in FENGPU_VILLAGES],
        }  # fmt: skip
        return actions.About(**(told | more))

    def recorded(self) -> None:
        """Let there be records from January on, of another township: a nought of Fengpu's half-year is one then."""
        with time_machine.travel(datetime(2026, 1, 5, 2, tzinfo=UTC), tick=False):
            self.world.register(actor=self.world.other_clerk, spot=Spot(village_code="350922101200"))

    def draft(self, **more: Any) -> Form:
        """Declare it with three fields, the first of which is known."""
        row = actions.begin(actor=self.world.water, about=self.about(**more))
        for spec in FIELDS:
            actions.set_field(actor=self.world.water, pk=row.pk, spec=spec)
        return row

    def submitted(self, **more: Any) -> Form:
        """Strike what is known, and bring it to the gate."""
        row = self.draft(**more)
        known = row.fields.get(place=1)
        actions.decide_field(actor=self.world.water, pk=row.pk, field_id=known.pk, decision="self")
        return actions.submit(actor=self.world.water, pk=row.pk)

    def issued(self, **more: Any) -> Form:
        """Let it in."""
        return actions.approve(actor=self.world.dispatcher, pk=self.submitted(**more).pk)

    def copy(self, row: Form, village: str = FENGPU_VILLAGES[0]) -> Copy:
        """Return a village's copy."""
        return row.copies.get(unit=self.world.units[village])


def typed(copy: Copy, *values: str) -> dict[str, str]:
    """Return values for the fields that are asked, in their order."""
    asked = [one for one in copy.form.fields.order_by("place") if not one.is_struck]
    return {f"f{one.pk}": value for one, value in zip(asked, values, strict=True)}


def everything(world: World, clerk: Actor, officer: Actor) -> dict[str, Any]:
    """Return a draft of a clerk's unit with a field, and a copy of a village, for tests that go to every address."""
    ends_on = clock.today() + timedelta(60)
    told: dict[str, Any] = {
        "purpose": "安排资金", "ground": "县办〔2026〕1号", "frequency": "once", "period": "2025-H2", "due_workdays": 5,
        "ends_on": ends_on, "units": [officer.unit_id or 0],
    }  # fmt: skip
    draft = actions.begin(actor=clerk, about=actions.About(title="水渠情况表", **told))
    field = actions.set_field(actor=clerk, pk=draft.pk, spec=FIELDS[0])
    row = actions.begin(actor=clerk, about=actions.About(title="道路情况表", **told))
    roads = actions.set_field(actor=clerk, pk=row.pk, spec=actions.Spec("新修道路", "修好的", measure="公里"))
    if not roads.decision:  # the other area was asked before
        actions.decide_field(actor=clerk, pk=row.pk, field_id=roads.pk, decision="again", reason="各地分开")
    actions.submit(actor=clerk, pk=row.pk)
    second = replace(clerk, user_id=world.auditor.user_id, rights=clerk.rights | {"returns.approve"})
    actions.approve(actor=second, pk=row.pk)
    return {"form_draft": draft.pk, "field_id": field.pk, "form_asked": row.pk, "copy": row.copies.get().pk}
