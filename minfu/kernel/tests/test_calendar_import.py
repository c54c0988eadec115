"""The calendar in the database: loading what ships, importing a notice, seeing the new version, the command."""

from datetime import date, datetime
from typing import Never

import pytest
from django.db import DatabaseError, transaction
from typer.testing import CliRunner

from minfu.kernel import calendar, record
from minfu.kernel.calendar import CHINA, workdays
from minfu.kernel.calendar import store as calendar_store
from minfu.kernel.cli import app
from minfu.kernel.errors import Invalid, Missing
from minfu.kernel.models import CalendarDay, CalendarVersion, Event

pytestmark = pytest.mark.django_db

STAMP = record.Stamp(kind="system", door="command", label="测试")
#: An invented notice for 2027: Spring Festival 5 to 11 February, made up for on 31 January and 20 February.
NOTICE = "\n".join(
    ["date,is_workday,name", "2027-01-01,0,元旦"]
    + [f"2027-02-{day:02},0,春节" for day in range(5, 12)]
    + ["2027-01-31,1,春节调休上班", "2027-02-20,1,春节调休上班", "2027-05-01,0,劳动节"]
    + [f"2027-10-{day:02},0,国庆节" for day in range(1, 6)]
)


def import_(text: str = NOTICE, source: str = "测试通知〔2026〕1号") -> calendar.Imported:
    return calendar.import_notice(text.encode(), source=source, stamp=STAMP)


def test_a_new_database_has_the_shipped_notices() -> None:
    assert CalendarVersion.objects.count() == 1
    assert CalendarDay.objects.get(date="2026-02-14").is_workday
    assert CalendarDay.objects.get(date="2027-02-05").status == "estimated"
    assert CalendarDay.objects.get(date="2026-10-10").source_doc == "国办发明电〔2025〕7号"


def test_loading_what_ships_again_changes_nothing() -> None:
    assert calendar.load_shipped().new is False
    assert CalendarVersion.objects.count() == 1


def test_a_notice_replaces_the_estimate_and_is_in_force_at_once() -> None:
    start = datetime(2027, 2, 3, 10, tzinfo=CHINA)
    before = calendar.current()
    assert before.is_estimated(start.date())
    done = import_()
    after = calendar.current()
    assert (done.version, done.new, after.version) == (2, True, 2)
    assert not after.is_estimated(start.date())
    assert {(one.date.isoformat(), one.after) for one in done.changes} >= {
        ("2027-02-09", False),
        ("2027-02-20", True),
        ("2027-04-05", True),  # the invented notice leaves Qingming out: the estimate is gone
    }
    assert before.add(start, workdays(3)).date() == date(2027, 2, 10)
    assert after.add(start, workdays(3)).date() == date(2027, 2, 15)
    assert CalendarDay.objects.filter(date__year=2027, status="estimated").count() == 0


def test_a_second_import_of_the_same_notice_changes_nothing() -> None:
    import_()
    again = import_()
    assert (again.version, again.new, again.changes) == (2, False, ())


def test_the_import_is_recorded_with_the_days_that_changed() -> None:
    done = import_()
    event = Event.objects.get(name=calendar.IMPORTED)
    assert (event.subject_type, event.subject_id, event.data["version"]) == ("calendar", 2, 2)
    assert ["2027-02-20", 0, 1] in event.data["changes"]
    assert len(event.data["changes"]) == len(done.changes)


def test_subscribers_see_the_new_calendar_in_the_same_transaction(monkeypatch) -> None:
    seen = []
    handlers = {
        calendar.IMPORTED: [lambda event: seen.append((event.data["version"], calendar.current().version))]
    }
    monkeypatch.setattr(record, "_handlers", handlers)
    import_()
    assert seen == [(2, 2)]


def test_a_failing_subscriber_leaves_the_old_calendar_in_force(monkeypatch) -> None:
    def fail(event) -> Never:
        raise RuntimeError

    monkeypatch.setattr(record, "_handlers", {calendar.IMPORTED: [fail]})
    with pytest.raises(RuntimeError), transaction.atomic():
        import_()
    assert calendar.current().version == 1
    assert not calendar.current().is_workday(date(2027, 4, 5))


def test_an_older_version_can_be_rebuilt() -> None:
    import_()
    import_("2027-12-31,0,临时放假", source="补充通知")
    old, new = calendar.at_version(1), calendar.at_version(2)
    assert [one.is_workday(date(2027, 2, 20)) for one in (old, new)] == [False, True]
    assert old.is_estimated(date(2027, 2, 20))
    assert [one.is_workday(date(2027, 12, 31)) for one in (new, calendar.at_version(3))] == [True, False]
    with pytest.raises(Missing):
        calendar.at_version(9)


def test_a_correction_keeps_the_rest_of_the_year() -> None:
    done = import_("2026-05-06,0,劳动节延长", source="更正")
    assert [(one.date.isoformat(), one.after) for one in done.changes] == [("2026-05-06", False)]
    assert not calendar.current().is_workday(date(2026, 5, 5))
    assert calendar.load_shipped().new is False


def test_excel_text_in_gb18030_is_read() -> None:
    calendar.import_notice(
        "日期,是否上班,名称\n2026/12/31,休,临时放假\n".encode("gb18030"), source="x", stamp=STAMP
    )
    assert CalendarDay.objects.get(date="2026-12-31").name == "临时放假"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2027-13-01,0,元旦", "第 1 行：日期“2027-13-01”应写成 2027-02-05。"),
        ("date,is_workday,name\n2027-01-01,也许,元旦", "第 2 行：“也许”应写 1（上班）或 0（放假）。"),
        ("1027-01-01,0,元旦", "第 1 行：年份 1027 不在 2000 到 2100 之间。"),
        ("2027-01-01,0,a\n2027-01-01,1,b", "第 2 行：日期 2027-01-01 重复出现。"),
        ("date,is_workday,name\n", "文件里没有任何日期。每行请写：日期,是否上班(1/0),名称。"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_changes(text, sentence) -> None:
    with pytest.raises(Invalid) as refused:
        import_(text)
    assert refused.value.fields == {"file": [sentence]}
    assert CalendarVersion.objects.count() == 1


def test_bytes_that_are_no_text_and_a_missing_source_are_refused() -> None:
    with pytest.raises(Invalid, match="另存为 CSV"):
        calendar.import_notice(b"\xff\xfe\x00\x81", source="x", stamp=STAMP)
    with pytest.raises(Invalid, match="依据的文件"):
        import_(source="  ")


def test_a_version_can_neither_be_changed_nor_deleted() -> None:
    for change in (lambda rows: rows.update(source="x"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            change(CalendarVersion.objects.filter(number=1))


def test_the_newest_version_is_asked_for_only_now_and_then(monkeypatch, django_assert_num_queries) -> None:
    monkeypatch.setattr(calendar_store._Held, "watch_until", 0.0)
    monkeypatch.setattr(calendar_store._Held, "trusted_until", 0.0)
    calendar.current()
    with django_assert_num_queries(0):
        calendar.current()


def test_the_command_imports_and_says_what_changed(tmp_path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text(NOTICE, encoding="utf-8")
    run = CliRunner().invoke(app, ["import", str(file), "--source", "测试通知"])
    assert run.exit_code == 0, run.output
    assert "第 2 版" in run.output
    assert "2月20日 周六 2027  上班  春节调休上班" in run.output
    again = CliRunner().invoke(app, ["import", str(file), "--source", "测试通知"])
    assert "没有变化" in again.output
    shown = CliRunner().invoke(app, ["show", "2027"])
    assert "2027-02-20 周六  上班  春节调休上班" in shown.output


def test_the_command_says_what_is_wrong(tmp_path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("昨天,0,元旦", encoding="utf-8")
    run = CliRunner().invoke(app, ["import", str(file), "--source", "测试通知"])
    assert run.exit_code == 1
    assert "第 1 行" in run.output
