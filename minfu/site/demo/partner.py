"""The demo's connected system: a reporting app that speaks Open311, with a key everybody may know."""

from django.conf import settings

from minfu.accounts import partners, rights
from minfu.accounts.actor import Actor

NAME = "随手拍(演示)"
#: Printed at start; the demo is open to everybody.
KEY = "minfu-open311-demo-2026"


def load() -> str:
    """Connect the system unless it is connected, let its key last from now on again, and return the key."""
    county = settings.MINFU_COUNTY
    actor = Actor(kind="system", door="command", label="演示", area=county, rights=frozenset({rights.MANAGE}))
    return partners.connect(NAME, days=partners.MOST_DAYS, actor=actor, raw=KEY)
