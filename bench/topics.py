"""Letting new demands join topics at two sizes: what the job takes for each, with few and with many demands present."""

import json
from collections.abc import Iterator

from bench import read, search
from bench.home import Home
from bench.report import Figure

#: With many demands a new one may cost so many times what it costs with few, and so many milliseconds.
RATIO, MILLISECONDS = 2.0, 10.0
#: What the job may take to know what people decided about two topics, the largest.
DECIDED_MILLISECONDS = 300.0
SMALL, DEMANDS = 10_000, 400
#: The newest demands are remembered before anything is timed, as after a start; those registered here are what is timed.
_FOLLOW = """
import json, os, sys, time
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
import django
django.setup()
import psutil
from django.db import connection, transaction
from minfu.accounts.actor import resident
from minfu.cases.rules import actions
from minfu.cases.rules.intake import Intake, Person, Spot
from minfu.kernel.models import Event
from minfu.language import topics
from minfu.topics.models import Progress, Topic
from minfu.topics.rules import following
told, count = json.loads(sys.argv[1]), int(sys.argv[2])
with connection.cursor() as cursor:
    cursor.execute("SELECT pg_backend_pid()")
    backend = psutil.Process(cursor.fetchone()[0])
    cursor.execute(
        "INSERT INTO topics_membership (case_id, pinned, township_code, village_code, at)"
        " SELECT id, false, township_code, village_code, registered_at FROM (SELECT * FROM cases_case WHERE NOT restricted"
        " ORDER BY id DESC LIMIT %s) AS newest ORDER BY id ON CONFLICT DO NOTHING", [topics.HELD])
    cursor.execute("ANALYZE topics_membership")
def spent():
    times = backend.cpu_times()
    return time.process_time() + times.user + times.system
def register(count, first):
    for number in range(first, first + count):
        village, text = told[number % len(told)]
        actions.register(actor=resident("web"), intake=Intake(
            door="web", description=text, kind="request", category_code="040101", spot=Spot(village_code=village),
            person=Person(name="林小满", phone=f"138{number:08d}")))
latest = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
Progress.objects.update_or_create(pk=1, defaults={"cursor": latest})
begun = spent()
register(20, 0)
following.follow(600)
ready = spent()
register(count, 20)
begun_joining = spent()
read = following.follow(600)
joined = spent()
with transaction.atomic():
    following.decided(following.progress(), Topic.objects.order_by("-demands").values_list("pk", flat=True)[:2])
begun_again = spent()
following.follow(600)
print(json.dumps([(joined - begun_joining) / max(read, 1), read, ready - begun, spent() - begun_again]))
"""


def measure(where: Home, *, rows: int) -> Iterator[Figure]:
    """Yield processor time of job and database for each demand at both sizes, and their ratio."""
    told = json.dumps(search.texts(where), ensure_ascii=False)
    found: dict[str, float] = {}
    for name, size in (("topics", SMALL), ("large", rows)):
        read.fill(where, name, size)
        each, count, start, again = json.loads(where.run_code(_FOLLOW, told, str(DEMANDS), database=name))
        found[name] = 1000 * each
        yield Figure(
            "topics",
            f"joining a topic, {size:,} demands present (memory rebuilt in {start:.1f} s)",
            f"{1000 * each:.1f} ms each of {count}",
            f"≤ {MILLISECONDS:.0f} ms",
            1000 * each <= MILLISECONDS,
        )
        yield Figure(
            "topics",
            f"knowing what people decided about two topics, {size:,} demands present",
            f"{1000 * again:.0f} ms",
            f"≤ {DECIDED_MILLISECONDS:.0f} ms",
            1000 * again <= DECIDED_MILLISECONDS,
        )
    ratio = found["large"] / found["topics"]
    yield Figure("topics", "many, as many times few", f"{ratio:.2f}", f"≤ {RATIO:.0f}", ratio <= RATIO)
