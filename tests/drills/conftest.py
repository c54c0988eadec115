"""Installations for drills: one that holds a small county's data, and as many empty ones as a drill needs."""

import contextlib
from collections.abc import Callable, Iterator

import pytest

from minfu.kernel import postgres
from tests.installations import Installation, copy, home

#: Demands with a name, a number and a photo, and a model of categories, in use.
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
from minfu.cases.rules import hints
from minfu.language import training, versions
model = training.learned(["路灯不亮", "路灯坏了", "停水两天", "没有水喝"] * 3, ["lamp", "lamp", "water", "water"] * 3)
versions.use(hints.folder(), versions.add(hints.folder(), model))
"""


@pytest.fixture(scope="session")
def filled(prepared: Installation) -> Iterator[Installation]:
    """Return an installation with demands, identities and photos; its database runs. Drills may read it, not change it."""
    with home() as made:
        copy(prepared, made)
        postgres.start(made.home)
        made.run("-c", FILL)
        yield made


@pytest.fixture
def empty() -> Iterator[Callable[[], Installation]]:
    """Return what makes empty installations, removed afterwards."""
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(home())
