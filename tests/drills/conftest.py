"""Installations for drills: one that holds a small county's data, and as many empty ones as a drill needs."""

import contextlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from minfu.kernel import postgres
from tests.test_setup import ROOT, Installation

#: A demand with a name, a number and a photo; printed: its receipt code.
FILL = """
import django; django.setup()
from django.conf import settings
from minfu.accounts.tests import people
from minfu.cases.rules import actions
from minfu.cases.rules.intake import Intake, Person, Spot
from minfu.accounts.access import actor_for
from minfu.files import door
from minfu.files.tests.making import Upload, picture
from minfu.accounts.actor import resident
user = people.person("dispatcher")
post = people.post(user, "county_dispatcher", people.county_unit())
for number in range(3):
    row = door.receive(Upload(f"lamp{number}.jpg", picture()), resident())
    door.check(row.pk)
actor = actor_for(user, post.pk, "screen")
for number in range(5):
    actions.register(actor=actor, intake=Intake(
        door="phone", description=f"路灯坏了 {number}", category_code="040101",
        spot=Spot(village_code="350922204200"), person=Person(name="林小满", phone=f"1380000{number:04d}"),
    ))
"""


@contextlib.contextmanager
def home() -> Iterator[Installation]:
    """Make an installation and remove it with everything that runs on it."""
    path = Path(tempfile.mkdtemp(prefix="minfu-drill-"))
    path.chmod(0o711)
    made = Installation(path)
    try:
        yield made
    finally:
        for process in made.started:
            if process.poll() is None:
                process.terminate()
                process.wait(120)
            if process.stdout:
                process.stdout.close()
        postgres.stop(path)
        root = path / "pg"
        if root.is_symlink():
            shutil.rmtree(root.resolve())
        shutil.rmtree(path)


@pytest.fixture(scope="session")
def filled() -> Iterator[Installation]:
    """Return an installation with demands, identities and photos; its database runs. Drills may read it, not change it."""
    with home() as made:
        postgres.start(made.home)
        python(made, "-m", "minfu.site.serving", "prepare")
        python(made, "-c", FILL)
        yield made


@pytest.fixture
def empty() -> Iterator[Callable[[], Installation]]:
    """Return what makes empty installations, removed afterwards."""
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(home())


def python(made: Installation, *arguments: str, **more: str) -> str:
    """Run Python on an installation to a good end and return what it printed, log lines included."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env=made.env(DJANGO_SETTINGS_MODULE="config.settings", **more),
        cwd=ROOT, text=True, capture_output=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
