"""The demo county: real places, invented units' staff, invented demands that went their way through the real verbs."""

from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from minfu.accounts.models import Role
from minfu.cases.rules.defaults import load_defaults
from minfu.disputes import door as disputes
from minfu.hazards import door as hazards
from minfu.kernel import clock, menu
from minfu.kernel.errors import Refused
from minfu.notices.rules import catching
from minfu.places.demo import load_demo
from minfu.places.loading import load_county
from minfu.site.demo import halfyear, partner, player, returns, staff, topics, workbooks

LOCK = 0x6D66_6465  # any number that no other advisory lock of minfu uses


class Login(NamedTuple):
    """One way into the demo: the role in words, user name, password, and the URL name of the role's start page."""

    role: str
    username: str
    password: str
    start: str


def load() -> list[Login]:
    """Load the demo into the county this installation serves, unless it is there, and return its logins.

    Raises ``Refused`` outside the demo (``MINFU_DEMO``): its password is known to everybody.
    """
    if not settings.MINFU_DEMO:
        raise Refused(_("只有演示环境可以载入演示数据。请用 minfu demo 启动。"))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        load_county(settings.MINFU_COUNTY)
        load_demo(settings.MINFU_COUNTY)
        load_defaults()
        disputes.load_defaults()
        hazards.load_defaults()
        county = staff.County.of(settings.MINFU_COUNTY)
        people = staff.load(county)
        if shipped := halfyear.SHIPPED.get(settings.MINFU_COUNTY):
            halfyear.load(county, shipped)
        player.load(county)
        returns.load(clock.now())
        workbooks.load(clock.now())
        partner.load()
        topics.load()
        catching.install()  # after the stories: what they told lies on the lists of desks, as without any channel
    return [
        Login(
            f"{Role(one.role).label} · {one.unit}",
            one.username,
            staff.PASSWORD,
            menu.start_of(one.role) or "home",
        )
        for one in people
    ]
