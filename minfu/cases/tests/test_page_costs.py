"""What the pages that are open all day may cost, in statements; and that what is left out is shown where it is there."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from minfu.accounts.models import Unit
from minfu.cases.models import Category
from minfu.cases.rules import catalog, detail, restricted
from minfu.cases.tests.desk import sign_in, text
from minfu.cases.tests.world import World
from minfu.kernel import clock
from minfu.places import index


@pytest.fixture(autouse=True)
def held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process trust what it holds of the configuration, however slow the machine is."""
    monkeypatch.setattr(index, "CHECK_SECONDS", 600.0)
    monkeypatch.setattr(catalog, "TTL", 600.0)


def cost(name: str, path: str) -> int:
    """Return how many statements a page takes once it was opened before."""
    client: Any = sign_in(name)
    for _time in range(2):
        assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    # A process that has just imported a calendar asks for it every time.
    return sum("calendar_version" not in one["sql"] for one in asked)


@pytest.mark.parametrize(("name", "most"), [("dispatcher", 18), ("clerk", 18), ("officer", 16)])
def test_a_demand_beside_its_list(world: World, name: str, most: int) -> None:
    case = world.register()
    assert cost(name, f"{reverse('cases:case', args=[case.pk])}?scope=area") <= most


@pytest.mark.parametrize(("name", "most"), [("dispatcher", 9), ("clerk", 9), ("officer", 9), ("water", 9)])
def test_a_list(world: World, name: str, most: int) -> None:
    for _time in range(3):
        world.register()
    assert cost(name, f"{reverse('cases:inbox')}?scope=inbox") <= most


@pytest.mark.parametrize(("name", "most"), [("dispatcher", 15), ("leader", 15)])
def test_the_leaders_page(world: World, name: str, most: int) -> None:
    world.register()
    assert cost(name, reverse("cases:board")) <= most


@pytest.mark.parametrize(
    ("name", "index_name"), [("dispatcher", "case_complained_of"), ("leader", "case_township")]
)
def test_what_a_figure_leaves_out_or_adds_is_found_by_an_index(
    world: World, name: str, index_name: str
) -> None:
    """The county's lists differ from its tallies by the few that complain of the reader's own unit, however many there are."""
    rows = restricted.differing(getattr(world, name))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert index_name in rows.explain()


def test_a_list_asks_once_for_all_categories_that_are_no_longer_in_use(world: World) -> None:
    def statements() -> int:
        return cost("clerk", f"{reverse('cases:inbox')}?scope=area")

    cases = [world.register() for _time in range(3)]
    before = statements()
    Category.objects.filter(pk=cases[0].category_id or 0).update(valid_to=clock.today(), name="旧的类别")
    catalog.forget()
    assert statements() == before + 1
    assert text(sign_in("clerk").get(f"{reverse('cases:inbox')}?scope=area")).count("<b>旧的类别</b>") == 3


def test_filters_are_drawn_anew_for_another_reader_choice_or_offer(world: World) -> None:
    def options(query: str, name: str = "dispatcher") -> str:
        return text(sign_in(name).get(f"{reverse('cases:inbox')}?{query}"))

    assert '<option value="asking">' in options("scope=area")
    assert '<option value="asking" selected>' in options("scope=area&state=asking")
    assert '<option value="asking">' in options("scope=area")
    assert 'name="township"' in options("scope=area")
    assert 'name="township"' not in options("scope=area", "officer")
    Category.objects.filter(depth=1).update(name="改过的类别")
    catalog.forget()
    assert "改过的类别" in options("scope=area")


def test_nothing_hangs_on_a_new_demand_and_every_table_is_asked_for(world: World) -> None:
    case = world.register()
    assert detail._hanging(case) == frozenset()
    tables = ("approvals", "reports", "objections", "attempts", "answers", "files")
    relations = {relation.get_accessor_name() for relation in case._meta.related_objects}
    assert relations.issuperset(tables)
    assert all(f"'{name}', EXISTS" in detail._HANGING for name in tables)


def test_an_old_category_and_a_closed_unit_keep_their_names_on_the_page(world: World) -> None:
    case = world.at("handling")
    Category.objects.filter(pk=case.category_id or 0).update(valid_to=clock.today(), name="旧的类别")
    Unit.objects.filter(pk=case.lead_id or 0).update(is_active=False, name="旧的单位")
    catalog.forget()
    page = text(sign_in("dispatcher").get(reverse("cases:case", args=[case.pk])))
    assert "旧的类别" in page
    assert "旧的单位" in page
