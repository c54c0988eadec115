"""Who names a demand's category: whoever registers it, else the model if sure enough; never against a resident's will."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client
from django.urls import reverse

from minfu.accounts.actor import resident
from minfu.cases import events
from minfu.cases.models import AutomaticChoice, Case, Category, Kind, Mode, Reading
from minfu.cases.rules import catalog, choosing, hints, understanding
from minfu.cases.rules.detail import history
from minfu.cases.rules.plain_history import plainly
from minfu.cases.tests.desk import step_url
from minfu.cases.tests.residents import Resident, words
from minfu.cases.tests.screens import client_of
from minfu.cases.tests.world import World
from minfu.kernel import listings, record
from minfu.language import training, versions
from minfu.language.tests.invented import invented

CODES = {"路灯": "040101", "供水": "040102"}
WATER = "桥头的自来水停了，水管爆裂漏水，请尽快处理。"
#: Speaks of both, so that no model can be sure.
BOTH = "桥头的路灯坏了，自来水也停了。"


@pytest.fixture(autouse=True)
def model(world: World, settings: LazySettings, tmp_path: Path) -> Iterator[World]:
    """A county whose model has learned to tell lamps from water, and which asks for 95 right ones in a hundred."""
    settings.MINFU_HOME = tmp_path
    versions.forget()
    Category.objects.filter(code="040102").update(name="停水")
    AutomaticChoice.objects.create(matter="category", percent=95, valid_from=date(2020, 1, 1), source="测试")
    catalog.forget()
    told = [(text, CODES[label]) for text, label in zip(*invented(400), strict=True) if label in CODES]
    learned = training.learned([text for text, _code in told], [code for _text, code in told])
    versions.use(hints.folder(), versions.add(hints.folder(), replace(learned, about={"from": len(told)})))
    yield world
    versions.forget()


def says(*, topic: str) -> dict[str, dict[str, str]]:
    """Return what a resident answers who has no water."""
    return {"what": {"description": WATER}, "topic": {"topic": topic}}


def from_web(world: World, **more: object) -> Case:
    """Return a demand a resident sent without naming a category."""
    told = {"description": WATER, "category_code": "", **more}
    return world.register(resident(), door="web", **told)


def code_of(case: Case) -> str:
    return str(case.category.code) if case.category else ""


def names(case: Case) -> list[str]:
    return [event.name for event in record.history((events.SUBJECT, case.pk))]


def test_what_nobody_named_is_chosen_recorded_and_told_to_desk_and_resident(world: World) -> None:
    case = from_web(world)
    assert code_of(case) == "040102"
    assert names(case)[:2] == [events.REGISTERED, events.CHOSEN]
    row = Reading.objects.get(case=case)
    assert (row.version, row.by, row.refused, row.first[0]) == (1, "machine", False, "040102")
    line = next(one for one in record.history((events.SUBJECT, case.pk)) if one.name == events.CHOSEN)
    assert "停水" in line.reason
    assert "%" in line.reason
    theirs = plainly(history(world.resident(case), case, record.history((events.SUBJECT, case.pk))))
    said = next(one for one in theirs if one.event == events.CHOSEN)
    assert (said.who, "系统" in said.what, "停水" in said.reason) == ("系统", True, True)


@pytest.mark.parametrize(
    "more",
    [
        {"description": BOTH},
        {"description": "x"},
        {"refuses_automatic": True},
        {"kind": Kind.WRONGDOING},
        {"mode": Mode.CONFIDENTIAL},
    ],
    ids=["not sure", "nothing to read", "the resident refused", "wrongdoing", "confidential"],
)
def test_otherwise_a_person_decides(world: World, more: dict[str, object]) -> None:
    case = from_web(world, **more)
    assert case.category is None
    assert events.CHOSEN not in names(case)


def test_a_refusal_is_kept_beside_what_was_read(world: World) -> None:
    row = Reading.objects.get(case=from_web(world, refuses_automatic=True))
    assert (row.refused, row.by, row.first[0]) == (True, "nobody", "040102")


def test_what_is_for_people_alone_is_not_even_read(world: World) -> None:
    assert not Reading.objects.filter(case=from_web(world, kind=Kind.WRONGDOING)).exists()
    assert not Reading.objects.filter(case=from_web(world, mode=Mode.CONFIDENTIAL)).exists()


def test_at_the_desk_the_clerk_decides_and_both_are_kept(world: World) -> None:
    left = world.register(description=WATER, category_code="")
    assert left.category is None
    named = world.register(description=WATER, category_code="040101")
    assert code_of(named) == "040101"
    assert list(Reading.objects.order_by("pk").values_list("by", flat=True)) == ["nobody", "person"]


@pytest.mark.parametrize("percent", [0, None])
def test_a_county_that_wants_none_gets_none(world: World, percent: int | None) -> None:
    if percent is None:
        AutomaticChoice.objects.all().delete()
    else:
        AutomaticChoice.objects.update(percent=percent)
    catalog.forget()
    assert not choosing.possible(catalog.current())
    assert from_web(world).category is None


def test_without_a_model_or_with_a_broken_one_nothing_is_chosen_and_all_works(world: World) -> None:
    versions.path_of(hints.folder(), 1).write_bytes(b"broken")
    versions.forget()
    case = from_web(world)
    assert case.category is None
    assert not Reading.objects.filter(case=case).exists()


def test_a_confidential_category_is_never_chosen(world: World) -> None:
    Category.objects.filter(code="040102").update(confidential=True)
    catalog.forget()
    assert from_web(world).category is None


def test_a_reading_is_never_changed(world: World) -> None:
    row = Reading.objects.get(case=from_web(world))
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Reading.objects.filter(pk=row.pk).update(by="person")


def test_only_nearly_sure_can_be_set() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        AutomaticChoice.objects.update(percent=50)


def test_a_resident_is_asked_whether_the_software_may_choose(world: World, client: Client) -> None:
    person = Resident(client, says(topic="person")).until("check")
    assert "请工作人员帮我选" in words(client.get(person.url))
    refused = person.report()
    assert refused.category is None
    assert Reading.objects.get(case=refused).refused
    other = Client()
    person = Resident(other, says(topic="")).until("check")
    assert "系统先看，拿不准再请工作人员选" in words(other.get(person.url))
    assert code_of(person.report()) == "040102"


def test_without_automatic_choice_the_question_stays_as_it_was(world: World, client: Client) -> None:
    AutomaticChoice.objects.update(percent=0)
    catalog.forget()
    person = Resident(client, says(topic="")).until("topic")
    assert "不要系统选" not in words(client.get(person.url))
    AutomaticChoice.objects.update(percent=95)
    catalog.forget()
    assert "不要系统选" in words(client.get(person.url))


def test_what_the_model_has_not_learned_is_read_by_its_words_and_left_to_people(world: World) -> None:
    row = Category.objects.get(code="040102")
    row.pk, row.code, row.name, row.keywords = None, "040199", "消防栓没水", "消防栓 停了 漏水 自来水"
    row.save()
    catalog.forget()
    found = hints.categories(WATER, catalog.current())
    assert [one.category.code for one in found[:2]] == ["040102", "040199"]
    assert (found[1].probability, found[1].words[:1]) == (None, ("停了",))
    assert code_of(from_web(world)) == ""


def test_the_page_counts_what_was_right(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(understanding, "ENDED", ("assigned", "waiting"))
    monkeypatch.setattr(understanding, "ENOUGH", 3)
    for _time in range(3):
        from_web(world)
    wrong = from_web(world)
    Case.objects.filter(pk=wrong.pk).update(category=Category.objects.get(code="040101"))
    from_web(world, refuses_automatic=True)  # has no category yet: tells nothing
    now = understanding.understanding()
    assert (now.read, now.first.right, now.chosen.whole, now.chosen.right) == (4, 3, 4, 3)
    assert [(one.suggested[-2:], one.times) for one in now.corrections] == [("停水", 1)]
    assert sum(one.share.whole for one in now.bins) == 4
    page = client_of(world, "administrator").get(reverse("cases:understanding"))
    assert page.status_code == 200
    html = page.content.decode()
    assert "75.0" in html
    assert reverse("tables:export", args=["cases.understanding"]) in html
    # Who checks the figures counts the same from the table, a row for each demand.
    rows = list(listings.get("cases.understanding").rows(world.dispatcher, {}))
    assert len(rows) == now.read
    assert sum(row.paths[:1] == [row.final] for row in rows) == now.first.right
    assert {row.number for row in rows} >= {wrong.number}
    hidden = list(listings.get("cases.understanding").rows(world.administrator, {}))
    assert len(hidden) == now.read
    assert {row.number for row in hidden} == {""}  # who runs the system opens no demand
    assert html.count("<svg xmlns") == 2  # sure beside right, month by month
    assert [(one.first.right, one.first.whole, one.by_itself.right) for one in now.months] == [(3, 4, 4)]


def test_the_page_of_a_county_without_a_model_tells_how_well_words_suggest(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in tmp_path.rglob("*.model"):
        path.unlink()
    (hints.folder() / "in-use").unlink()
    versions.forget()
    monkeypatch.setattr(understanding, "ENOUGH", 2)
    for text in ("村口的路灯不亮", "桥头的路灯不亮", "说不清楚的一件事"):
        world.at("solved", description=text, category_code="040101")
    world.register(description="村口的路灯不亮", category_code="040101")  # has not ended: tells nothing
    now = understanding.understanding()
    assert (now.learned, now.read, now.first.right, now.among.right) == (False, 3, 2, 2)
    html = client_of(world, "administrator").get(reverse("cases:understanding")).content.decode()
    assert "minfu learn" in html
    assert "关键词提示得准不准" in html
    assert "66.7" in html


def chosen_in(page: str) -> str:
    """Return the category that stands chosen in a form."""
    found = re.search(r'<select[^>]*name="category".*?</select>', page, re.DOTALL)
    assert found
    marked = re.search(r'<option value="(\w*)"[^>]* selected', found[0])
    return marked[1] if marked else ""


def test_who_names_a_category_later_finds_the_likeliest_chosen_with_its_reasons(world: World) -> None:
    case = world.register(description=WATER, category_code="")
    page = client_of(world, "clerk").get(step_url(case, "classify")).content.decode()
    assert chosen_in(page) == "040102"
    said = hints.categories_of(case, catalog.current())[0]
    assert f"文字里说的可能是：停水（把握 {said.percent}%，依据“{said.words[0]}”" in page
    named = world.register(description=WATER, category_code="040101")
    assert chosen_in(client_of(world, "clerk").get(step_url(named, "classify")).content.decode()) == "040101"


def test_the_reasons_hold_no_number_of_anyone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = world.register(description=f"{WATER}，请打13812345678", category_code="")
    monkeypatch.setattr(hints, "categories", lambda text, _catalog: text)
    read = str(hints.categories_of(case, catalog.current()))
    assert WATER in read
    assert "13812345678" not in read


def test_without_a_model_the_words_of_the_tree_do_and_what_is_restricted_is_not_read(world: World) -> None:
    (hints.folder() / "in-use").unlink()
    versions.forget()
    case = world.register(description="村口的路灯不亮", category_code="")
    page = client_of(world, "clerk").get(step_url(case, "classify")).content.decode()
    assert chosen_in(page) == "040101"
    assert "文字里说的可能是：路灯不亮" in page
    case.restricted = True
    assert hints.categories_of(case, catalog.current()) == []
