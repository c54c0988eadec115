"""Where rooms meet: effects across rooms, subscribed by the name of a recorded event. The only such place."""

from minfu.accounts import demo_logins
from minfu.accounts.demo_logins import DemoLogin
from minfu.accounts.models import Role
from minfu.cases import tasks as case_tasks
from minfu.kernel import calendar, record
from minfu.kernel.models import Event


def connect() -> None:
    """Subscribe every effect; called once when the site is ready."""
    record.subscribe(calendar.IMPORTED, _count_deadlines_again)
    demo_logins.logins = _demo_logins


def _demo_logins() -> list[DemoLogin]:
    """The sign-in page of a demo shows who can sign in; only there does the demo package load at all."""
    from minfu.site.demo import staff

    return [
        DemoLogin(f"{Role(one.role).label} · {one.unit}", one.username, staff.PASSWORD)
        for one in staff.known()
    ]


def _count_deadlines_again(_event: Event) -> None:
    """A new working calendar moves open deadlines: a job, queued in the import's own transaction, recounts them."""
    case_tasks.recount_deadlines.defer()
