"""Register, list and find over the API."""

from minfu.cases.tests.api import Caller
from minfu.cases.tests.world import World


def test_a_registered_demand_is_found_by_who_may_see_it_and_nobody_else(world: World) -> None:
    case = Caller(world, "clerk").register()
    assert case["state"] == "assigned"
    for name in ("clerk", "officer", "dispatcher", "leader"):
        caller = Caller(world, name) if name != "clerk" else None
        if caller is None:
            continue
        assert caller.get(f"/cases/{case['id']}").status_code == 200
        assert caller.get(f"/cases/by-number/{case['number']}").json()["id"] == case["id"]
        found = caller.get("/cases", {"scope": "all"}).json()["items"]
        assert [row["id"] for row in found] == [case["id"]]
    other = Caller(world, "other_clerk")
    assert other.get(f"/cases/{case['id']}").status_code == 404
    assert other.get("/cases", {"scope": "all"}).json()["items"] == []
