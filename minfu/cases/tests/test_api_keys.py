"""What another system's key opens: its scopes, its area, nothing of the reporter, and nothing that is restricted."""

from typing import Any

import pytest
from django.test import Client

from minfu.accounts import partners
from minfu.accounts.partners import SystemTerms
from minfu.cases.models import Case
from minfu.cases.rules import actions
from minfu.cases.rules.intake import Spot
from minfu.cases.tests.api import Caller
from minfu.cases.tests.world import COUNTY, FENGPU, FENGPU_VILLAGES, PINGHU_VILLAGES, World
from minfu.files.tests import making


class System(Caller):
    """A program of others with a key."""

    def __init__(self, world: World, *scopes: str, area: str = COUNTY, unit_id: int | None = None):
        """Let it in and give it a key."""
        terms = SystemTerms(f"系统{'、'.join(scopes)}", scopes, area, unit_id=unit_id)
        system = partners.create(terms, actor=world.administrator)
        self.raw = partners.issue_key(system.pk, days=30, actor=world.administrator)
        self.client = Client()


def told(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content.decode()
    return answer.json() if answer.content else None


def test_a_reader_sees_its_area_and_neither_reporter_nor_receipt(world: World) -> None:
    mine = world.register()
    world.register(world.other_clerk, spot=Spot(village_code=PINGHU_VILLAGES[0]))
    secret = world.register(mode="confidential")
    reader = System(world, "cases.read", area=FENGPU)
    rows = told(reader.get("/cases"))["items"]
    assert [row["id"] for row in rows] == [mine.pk]
    assert (rows[0]["receipt"], rows[0]["next_steps"]) == (None, [])
    shown = told(reader.get(f"/cases/{mine.pk}"))
    assert (shown["reporter"]["name"], shown["reporter"]["phone"]) == ("", "")
    assert "138****" not in str(shown)
    assert reader.get(f"/cases/{secret.pk}").status_code == 404
    assert told(reader.get("/cases/counts"))["area"] == {"assigned": 1}
    for path, body in (
        ("/cases", {"description": "路灯坏了"}),
        (f"/cases/{mine.pk}/steps/accept", {}),
        (f"/cases/{mine.pk}/reveal", {"purpose": "contact", "explanation": "看"}),
        ("/exports", {}),
        ("/cases/assign", {"cases": [mine.pk], "unit": 1}),
    ):
        assert reader.post(path, body).status_code == 403, path
    assert reader.get("/board").status_code == 403
    assert reader.get("/admin/people").status_code == 403


def test_a_submitter_sees_what_it_handed_in_itself(world: World) -> None:
    foreign = world.register()
    app = System(world, "cases.submit")
    case = app.register(external_id="A-1", source="app")
    assert (case["door"], len(case["receipt"])) == ("api", 12)
    assert [row["id"] for row in told(app.get("/cases"))["items"]] == [case["id"]]
    assert app.get(f"/cases/{foreign.pk}").status_code == 404
    assert told(app.get("/cases/counts"))["area"] == {}
    photo = told(app.upload("/files", making.picture(), "灯.jpg"), 201)
    assert told(app.post(f"/cases/{case['id']}/files", {"files": [photo["id"]]}))[0]["name"] == "灯.jpg"
    wrong = told(app.post("/cases", {"description": "路灯坏了", "door": "phone"}), 422)
    assert wrong["errors"][0]["field"] == "door"
    for quiet in ({"kind": "wrongdoing"}, {"mode": "confidential"}, {"category": "010101"}):
        person = {"name": "林小满", "phone": "13800001234"}
        refused = told(app.post("/cases", {"description": "有事要说", "person": person, **quiet}), 422)
        assert "不能由别的系统转交" in refused["detail"]
    assert Case.objects.filter(door="api").count() == 1


def test_a_units_system_handles_what_its_unit_leads(world: World) -> None:
    water = world.units["water"]
    led = world.register(category_code="040202", spot=Spot(village_code=FENGPU_VILLAGES[0]))
    assert led.lead_id == water.pk
    other = world.register()
    system = System(world, "cases.handle", unit_id=water.pk)
    row = told(system.get("/cases"))["items"][0]
    assert (row["id"], row["next_steps"][0]["name"]) == (led.pk, "accept")
    told(system.step(led.pk, "accept"))
    told(system.step(led.pk, "note", text="已派人查看水管", contacted=True))
    done = told(system.step(led.pk, "report", text="水管已修好", settled_level="county"))
    assert done["state"] == "reported"
    assert system.step(led.pk, "verify", finding="看过").status_code == 403
    assert system.get(f"/cases/{other.pk}").status_code == 404
    assert system.step(other.pk, "accept").status_code == 404
    history = told(Caller(world, "clerk").get(f"/cases/{led.pk}/history"))
    assert {line["who"] for line in history if line["event"] == "cases.accepted"} == {"县水利局 · 对接系统"}
    actions.verify(actor=world.dispatcher, case_id=led.pk, finding="现场看过")
    assert Case.objects.get(pk=led.pk).state == "asking"


def test_figures_hold_no_demand(world: World) -> None:
    world.register()
    figures = System(world, "figures.read", area=FENGPU)
    board = told(figures.get("/board"))
    assert (board["name"], board["overdue"]) == ("凤埔乡", [])
    assert {row["key"]: row["number"] for row in board["figures"]}["open"] == 1
    assert figures.get("/cases").status_code == 403
    assert figures.get("/cases/counts").status_code == 403


def test_scopes_add_up(world: World) -> None:
    case = world.register()
    both = System(world, "cases.read", "figures.read")
    assert told(both.get(f"/cases/{case.pk}"))["id"] == case.pk
    assert told(both.get("/board"))["overdue"] == []


@pytest.mark.parametrize("scope", ["cases.read", "cases.submit", "figures.read", "open311.submit"])
def test_no_scope_opens_administration(world: World, scope: str) -> None:
    system = System(world, scope)
    for path in (
        "/admin/people",
        "/admin/units",
        "/config",
        "/gazetteer",
        "/data-requests",
        "/notices/to-phone",
    ):
        assert system.get(path).status_code == 403, path
