"""What is told in the small county of the tests."""

from typing import Any

from minfu.accounts.actor import Actor, system
from minfu.answers.models import Item
from minfu.answers.rules import actions
from minfu.answers.rules.declared import Declaration


def item(key: str = "households", **more: Any) -> Item:
    """Declare an item, a standing number of each place unless told otherwise; the one there is when it is declared already."""
    told = {
        "name": "常住户数",
        "meaning": "一年里住满六个月的户，租住的也算。",
        "measure": "户",
        "origin": "测试",
    } | more
    return Item.objects.filter(key=key).first() or actions.declare(
        actor=system(), asked=Declaration(**told), key=key
    )


def everything(officer: Actor, village: str) -> dict[str, Any]:
    """Return an answer of a village, for tests that go to every address."""
    item()
    told = actions.tell(
        actor=officer, item="households", area=village, period="", value="312", source="村级台账"
    )
    return {"answer": told.pk}
