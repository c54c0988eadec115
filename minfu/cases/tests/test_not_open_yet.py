"""An installation without units: nothing residents say could reach anybody, and every door says so at once."""

import pytest
from django.test import Client

from minfu.accounts.models import Unit
from minfu.cases import checks
from minfu.cases.models import Case
from minfu.cases.rules import catalog, routing
from minfu.cases.rules.intake import Spot
from minfu.cases.tests.residents import Resident, words
from minfu.cases.tests.world import FENGPU_VILLAGES, World

SAID = "这里还没有开始接收诉求"


@pytest.fixture
def person(client: Client, world: World) -> Resident:
    """A resident who is in the middle of a report when the county's desks are gone."""
    return Resident(client)


def close() -> None:
    """Take all units' working away, as before they are made."""
    Unit.objects.update(is_active=False)
    catalog.forget()


def test_the_first_page_says_so_before_anything_is_asked(person: Resident, world: World) -> None:
    assert person.client.get("/r/").status_code == 200
    close()
    for address in ("/r/", f"/r/g/{world.grid.qr_token}/"):
        answer = person.client.get(address)
        assert answer.status_code == 409
        assert SAID in words(answer)


@pytest.mark.parametrize("village", [FENGPU_VILLAGES[0], ""])
def test_no_door_takes_what_could_reach_nobody(world: World, village: str) -> None:
    close()
    with pytest.raises(routing.NoDesk) as refused:
        world.register(spot=Spot(village_code=village))
    assert SAID in str(refused.value.message)
    assert not Case.objects.exists()


def test_doctor_knows_not_open_from_out_of_order(world: World) -> None:
    assert [(one.well, one.words) for one in checks.desks(lambda *_: None)] == [
        (True, "县平台是古田县民富中心")
    ]
    Unit.objects.filter(kind="desk").update(is_active=False)
    (finding,) = checks.desks(lambda *_: None)
    assert not finding.well
    assert "configure-a-county" in finding.remedy
    close()
    Unit.objects.filter(kind="other").update(is_active=True)  # as `minfu createadmin` leaves it
    (finding,) = checks.desks(lambda *_: None)
    assert finding.well
    assert "还没有建单位" in finding.words
