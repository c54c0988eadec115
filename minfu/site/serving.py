"""The processes that ``minfu up`` starts: ``python -m minfu.site.serving prepare|web|jobs``.

``rehearse`` is the one ``minfu upgrade`` starts on a copy.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from minfu.kernel.errors import Refused
from minfu.kernel.pg_account import Trouble
from minfu.kernel.processes import die_with_parent

#: Web server: see docs/decisions/granian.md for the measurements behind these.
WEB_PROCESSES = 2
WEB_THREADS = 4
#: Seconds in which a client must have sent the head of its request; unfinished ones would keep a process from stopping.
HEAD_SECONDS = 8
#: Seconds a request under way gets when the server stops. Less than the supervisor's grace, more than ``HEAD_SECONDS``.
STOP_SECONDS = 12


def main() -> None:
    """Run the process named on the command line, tied to the life of its supervisor."""
    supervisor = os.environ.get("MINFU_SUPERVISOR_PID")
    die_with_parent(int(supervisor) if supervisor else None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        {"prepare": prepare, "web": web, "jobs": jobs, "rehearse": rehearse}[sys.argv[1]]()
    except KeyboardInterrupt:
        sys.exit(130)
    except (Trouble, Refused) as trouble:
        sys.stderr.write(f"{trouble}\n")
        sys.exit(1)


def web() -> None:
    """Serve HTTP until told to stop. Requests under way are finished."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    from config import settings, wsgi

    del wsgi
    share()
    Granian(
        "minfu.site.web:application",
        address=settings.MINFU_HOST,
        port=settings.MINFU_PORT,
        interface=Interfaces.WSGI,
        workers=WEB_PROCESSES,
        blocking_threads=WEB_THREADS,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        http1_settings=HTTP1Settings(header_read_timeout=1000 * HEAD_SECONDS),
        workers_kill_timeout=STOP_SECONDS,
    ).serve()


def share() -> None:
    """Load what every web process needs before they are forked: they share its memory, and start sooner.

    The collector leaves it alone from now on: looking through it would make a copy of it for each process.
    """
    import gc

    from django.db import connection
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018 - reading it loads the views and the API
    connection.close()  # a connection cannot be shared
    gc.collect()
    gc.freeze()


def jobs() -> None:
    """Work on background jobs until told to stop. Jobs under way are finished."""
    import django

    django.setup()
    from minfu.kernel import jobs as work

    work.run_worker()


def prepare() -> None:
    """Check and migrate the database, collect static files, load the shipped configuration and, in the demo, the county.

    Prints the demo's logins and further lines to show as JSON.
    """
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from minfu.kernel.pg_checks import check_server
    from minfu.kernel.postgres import embedded_url
    from minfu.places.loading import shipped_table
    from minfu.site.backups import migrating

    if settings.MINFU_DEMO:
        shipped_table(settings.MINFU_COUNTY)  # said before anybody waits for a database to be made
    check_server(settings.DATABASE_URL or embedded_url(settings.MINFU_HOME))
    migrating.apply()  # a tenth of a second when there is nothing to do
    collect_static()
    load_configuration()
    logins = load_demo() if settings.MINFU_DEMO else []
    lines = demo_lines() if settings.MINFU_DEMO else []
    connection.close()
    sys.stdout.write(json.dumps({"logins": logins, "lines": lines}, ensure_ascii=False))


def rehearse() -> None:
    """Upgrade the copy of the database that ``minfu upgrade`` made, and check it."""
    import django

    django.setup()
    from minfu.site.backups import upgrading

    upgrading.try_changes()


def collect_static() -> None:
    """Collect, fingerprint and compress static files, unless nothing changed since the last time."""
    from django.conf import settings
    from django.core.management import call_command

    digest = hashlib.sha256("\n".join(static_sources()).encode()).hexdigest()
    stamp = Path(settings.STATIC_ROOT) / ".made-from"
    if stamp.exists() and stamp.read_text(encoding="ascii") == digest:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(digest, encoding="ascii")


def static_sources() -> Iterator[str]:
    """Yield a line per static source file: path, size, time of change."""
    from django.contrib.staticfiles.finders import get_finders

    for finder in get_finders():
        for path, storage in finder.list(["CVS", ".*", "*~"]):
            status = Path(storage.path(path)).stat()
            yield f"{path} {status.st_size} {status.st_mtime_ns}"


def load_configuration() -> None:
    """Bring in what of the county's divisions and the shipped configuration is not there yet.

    What the county changed itself stays.
    """
    from django.conf import settings

    from minfu.answers import door as answers
    from minfu.cases.door import load_defaults
    from minfu.disputes import door as disputes
    from minfu.figures import door as figures
    from minfu.hazards import door as hazards
    from minfu.kernel.errors import Missing
    from minfu.opendata import door as opendata
    from minfu.places.loading import load_county
    from minfu.places.models import Division
    from minfu.returns import door as returns

    if not Division.objects.filter(code=f"{settings.MINFU_COUNTY}000000").exists():
        try:
            load_county(settings.MINFU_COUNTY)
        except Missing as missing:  # the site starts without; whoever runs it imports the register
            sys.stderr.write(f"{missing}\n")
    load_defaults()
    disputes.load_defaults()
    hazards.load_defaults()
    figures.load_defaults()
    opendata.load_defaults()
    answers.load_defaults()
    returns.load_defaults()


def load_demo() -> list[tuple[str, str, str, str]]:
    """Load the demo county unless it is there; return a row per role: role, user name, password, start page."""
    from minfu.site import demo

    return [(login.role, login.username, login.password, page(login.start)) for login in demo.load()]


def demo_lines() -> list[str]:
    """Return what else a demo shows at start: the key of its connected system."""
    from minfu.site.demo import partner

    return [f"open311 key: {partner.KEY}"]


def page(name: str) -> str:
    """Return the address of a named page, or the front page when this installation has no such page."""
    from django.urls import NoReverseMatch, reverse

    try:
        return reverse(name)
    except NoReverseMatch:
        return "/"


if __name__ == "__main__":
    main()
