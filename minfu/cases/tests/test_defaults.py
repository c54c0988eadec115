"""The shipped configuration is sound, loads once, and never overwrites what the county decided."""

import csv
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from shutil import copytree

import pytest

from minfu.accounts.models import Level
from minfu.cases.models import Category, Diversion, Kind, RoutingRule, TimeLimit, Urgency
from minfu.cases.rules import catalog, defaults, hints
from minfu.cases.rules.defaults import Count, duties, load_defaults

ROWS = {table.file: list(defaults.read(table)) for table in defaults.TABLES}
CATEGORIES = {row["code"]: row for row in ROWS["categories.csv"]}
PARENTS = {code[:-2] for code in CATEGORIES}
LEAVES = {code: row for code, row in CATEGORIES.items() if code not in PARENTS}


def test_every_row_says_since_when_and_why() -> None:
    for file, rows in ROWS.items():
        for row in rows:
            assert row["valid_from"] >= date(2026, 1, 1), file
            assert row["source"], (file, row)


def test_every_version_is_shipped_once() -> None:
    for table in defaults.TABLES:
        keys = Counter((*(row[name] for name in table.key), row["valid_from"]) for row in ROWS[table.file])
        assert [key for key, times in keys.items() if times > 1] == []


def test_the_tree_has_three_levels_and_every_node_its_parent() -> None:
    assert {len(code) for code in CATEGORIES} == {2, 4, 6}
    assert [code for code in CATEGORIES if code[:-2] and code[:-2] not in CATEGORIES] == []
    assert {len(code) for code in LEAVES} == {6}
    assert [code for code in CATEGORIES if len(code) == 2] == [f"{n:02}" for n in range(1, 10)] + ["99"]
    names = Counter((code[:-2], row["name"]) for code, row in CATEGORIES.items())
    assert max(names.values()) == 1


def test_every_leaf_names_a_level_a_standard_and_words_to_find_it_by() -> None:
    for code, row in LEAVES.items():
        assert row["level"] in (Level.VILLAGE, Level.TOWNSHIP, Level.COUNTY), code
        assert row["standard"].endswith("。"), code
        assert row["keywords"].split(), code
        assert row["duty"] in {*duties(), ""}, code
        assert row["duty"] or row["level"] != Level.COUNTY, code


def test_what_is_reserved_for_departments_is_never_given_to_a_township_or_village() -> None:
    reserved = [row for row in CATEGORIES.values() if row["reserved"]]
    assert reserved
    for row in reserved:
        assert (row["level"], bool(row["duty"])) == (Level.COUNTY, True), row["code"]


def test_questions_are_ones_a_form_can_ask() -> None:
    asked = defaults._questions()
    assert set(asked) <= set(LEAVES)
    for code, questions in asked.items():
        assert len({question["key"] for question in questions}) == len(questions), code
        for question in questions:
            assert question["type"] in ("text", "choice", "date", "number"), code
            assert (len(question["choices"]) >= 2) == (question["type"] == "choice"), (code, question)
            assert question["text"], code


def test_limits_cover_every_clock_and_every_kind() -> None:
    limits = ROWS["time_limits.csv"]
    everywhere = {
        row["clock"] for row in limits if not row["category_code"] and not row["kind"] and not row["urgency"]
    }
    assert everywhere == set(TimeLimit.Clock.values)
    assert {row["kind"] for row in limits if row["clock"] == "resolve"} == {*Kind.values, ""}
    for row in limits:
        assert row["measure"] in TimeLimit.Measure.values
        assert row["amount"] > 0
        assert row["urgency"] in {*Urgency.values, ""}
        assert not row["category_code"] or row["category_code"] in CATEGORIES


def test_an_urgent_limit_is_never_longer_than_the_ordinary_one() -> None:
    hours = {"hours": 1, "workdays": 24, "days": 24}
    for clock in {row["clock"] for row in ROWS["time_limits.csv"]}:
        of_clock = [row for row in ROWS["time_limits.csv"] if row["clock"] == clock]
        ordinary = min(hours[row["measure"]] * row["amount"] for row in of_clock if not row["urgency"])
        for row in of_clock:
            assert not row["urgency"] or hours[row["measure"]] * row["amount"] <= ordinary


def test_routing_rules_name_what_exists_in_one_order() -> None:
    rules = ROWS["routing_rules.csv"]
    assert all(one["order"] < two["order"] for one, two in pairwise(rules))
    for row in rules:
        assert not row["category_code"] or row["category_code"] in CATEGORIES
        assert row["duty"] in {*duties(), ""}
        assert row["level"] in Level.values
        assert row["kind"] in {*Kind.values, ""}
        assert row["urgency"] in {*Urgency.values, ""}


def test_diversions_tell_where_to_go() -> None:
    rows = {row["code"]: row for row in ROWS["diversions.csv"]}
    assert {code for code, row in rows.items() if row["emergency"]} == {"e110", "e119", "e120", "e122"}
    assert {
        "court",
        "arbitration",
        "discipline",
        "review",
        "disclosure",
        "petition",
        "repeated",
        "secret",
    } <= set(rows)
    assert "12388" in rows["discipline"]["advice"]
    assert all(row["advice"].endswith("。") and row["keywords"] for row in rows.values())


@pytest.mark.django_db
def test_a_second_load_changes_nothing() -> None:
    first = load_defaults()
    assert first == {file: Count(added=len(rows)) for file, rows in ROWS.items()}
    before = [
        list(model.objects.order_by("pk").values()) for model in (Category, RoutingRule, TimeLimit, Diversion)
    ]
    assert load_defaults() == {file: Count(same=len(rows)) for file, rows in ROWS.items()}
    after = [
        list(model.objects.order_by("pk").values()) for model in (Category, RoutingRule, TimeLimit, Diversion)
    ]
    assert before == after


@pytest.mark.django_db
def test_the_loaded_tree_hangs_together() -> None:
    load_defaults()
    for row in Category.objects.select_related("parent"):
        assert (row.parent.code if row.parent else "") == row.code[:-2]
        assert row.depth == len(row.code) // 2
    lamp = Category.objects.get(code="040301")
    assert (lamp.name, lamp.level, lamp.duty, lamp.reserved) == ("路灯不亮", "village", "electricity", False)
    assert lamp.questions == [
        {"key": "lamp", "text": "灯杆上有编号吗？写在这里", "type": "text", "required": False, "choices": []}
    ]


@pytest.mark.django_db
def test_among_equal_hints_the_one_named_after_the_matter_comes_first() -> None:
    load_defaults()
    catalog.forget()
    found = hints.categories("村口的路灯坏了三个星期，晚上看不见，老人走路怕摔。", catalog.current())
    assert found[0].category.name == "路灯不亮"
    assert "路灯" in found[0].words
    assert found[0].probability is None


@pytest.fixture
def next_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A later release that renames one first-level category and one diversion, and ends a routing rule."""
    data = tmp_path / "data"
    copytree(defaults.DATA, data)
    monkeypatch.setattr(defaults, "DATA", data)
    return data


def ship(file: Path, key: str, **changes: str) -> None:
    """Add to a shipped file a new version of the row whose first column is ``key``."""
    with file.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        rows, columns = list(reader), list(reader.fieldnames or ())
    old = next(row for row in rows if row[columns[0]] == key)
    with file.open("a", encoding="utf-8", newline="") as handle:
        csv.DictWriter(handle, columns, lineterminator="\n").writerow(old | changes)


@pytest.mark.django_db
def test_a_changed_row_ends_the_old_version_and_starts_a_new_one(next_release: Path) -> None:
    load_defaults()
    ship(next_release / "categories.csv", "04", name="公共设施与服务", valid_from="2027-01-01")
    counts = load_defaults()
    assert counts["categories.csv"] == Count(same=len(CATEGORIES), renewed=1)
    old, new = Category.objects.filter(code="04").order_by("valid_from")
    assert (old.name, old.valid_to) == ("公共设施", date(2027, 1, 1))
    assert (new.name, new.valid_from, new.valid_to) == ("公共设施与服务", date(2027, 1, 1), None)
    assert Category.objects.get(code="0401").parent == new
    assert load_defaults()["categories.csv"] == Count(same=len(CATEGORIES) + 1)


@pytest.mark.django_db
def test_both_versions_load_into_an_empty_county(next_release: Path) -> None:
    ship(next_release / "diversions.csv", "petition", name="信访", valid_from="2027-01-01")
    load_defaults()
    old, new = Diversion.objects.filter(code="petition").order_by("valid_from")
    assert (old.valid_to, new.name) == (date(2027, 1, 1), "信访")


@pytest.mark.django_db
def test_a_row_that_ends_is_ended(next_release: Path) -> None:
    load_defaults()
    file = next_release / "diversions.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines = [f"{line}2027-01-01" if line.startswith("secret,") else line for line in lines]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert load_defaults()["diversions.csv"].ended == 1
    assert Diversion.objects.get(code="secret").valid_to == date(2027, 1, 1)


@pytest.mark.django_db
def test_the_countys_own_version_stays(next_release: Path) -> None:
    load_defaults()
    Diversion.objects.filter(code="court").update(valid_to=date(2026, 6, 1))
    Diversion.objects.create(code="court", name="本县法庭", advice="到镇法庭。", valid_from=date(2026, 6, 1))
    Diversion.objects.filter(code="review").update(advice="到县司法局。")
    ship(next_release / "diversions.csv", "court", name="法院", valid_from="2027-01-01")
    ship(next_release / "diversions.csv", "review", name="复议", valid_from="2027-01-01")
    assert load_defaults()["diversions.csv"].kept == 3
    assert Diversion.objects.get(code="court", valid_to=None).name == "本县法庭"
    assert Diversion.objects.get(code="review").advice == "到县司法局。"
