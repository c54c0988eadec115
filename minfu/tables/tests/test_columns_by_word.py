"""Which column is which as the command line and programs say it, and what they are told when it is wrong."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from minfu.cases.cli import app
from minfu.cases.models import Case
from minfu.cases.tests.api import Caller
from minfu.cases.tests.desk import sign_in
from minfu.cases.tests.world import World
from minfu.kernel.models import Event
from minfu.tables.models import Layout
from minfu.tables.tests.foreign import table, upload

pytestmark = pytest.mark.django_db


def minfu(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["import", *map(str, words)], env={"COLUMNS": "200"})
    return done.exit_code, done.output


def test_the_command_shows_takes_and_remembers_which_column_is_which(world: World, tmp_path: Path) -> None:
    file = tmp_path / "热线.csv"
    file.write_bytes(table())
    code, said = minfu(file, "--source", "热线")
    assert code == 1
    assert "--show-map" in said
    code, said = minfu(file, "--show-map")
    assert code == 0
    assert "--map '来电内容=description'" in said
    assert "13800001234" not in said
    assert not Case.objects.exists()
    words = (
        "--map",
        "来电内容=反映内容",
        "--map",
        "流水号=external_id",
        "--map",
        "D=电话",
        "--map",
        "来电人=-",
    )
    code, said = minfu(file, "--source", "热线", *words)
    assert (code, Case.objects.count()) == (0, 3), said
    assert not Event.objects.filter(data__icontains="来电内容").exists()
    file.write_bytes(table(("GD-9", "", "", "", "桥上的栏杆松了，很危险。", "", "", "")))
    code, said = minfu(file, "--source", "热线")
    assert (code, Case.objects.count()) == (0, 4), said
    assert "按上次的对应关系" in said
    assert upload(sign_in("clerk"), table()).startswith("/imports/columns/")  # a unit's memory is its own
    assert minfu(file, "--map", "-")[0] == 1
    assert not Layout.objects.exists()


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("来电内容", "看不懂"),
        ("来电内容=月亮", "看不懂"),
        ("没有这列=description", "文件里没有“没有这列”这一列"),
        ("备注=description", "有 2 列都叫“备注”"),
        ("来电号码=phone", "还没有说哪一列是“反映内容”"),
    ],
)
def test_a_wrong_word_of_a_mapping_is_said(world: World, tmp_path: Path, word: str, sentence: str) -> None:
    file = tmp_path / "热线.csv"
    file.write_bytes(
        table(("1", "路灯坏了三天了", "", "", ""), titles=("流水号", "来电内容", "来电号码", "备注", "备注"))
    )
    code, said = minfu(file, "--map", word)
    assert code == 1
    assert sentence in said.replace("\n", "")
    api = told(
        send(Caller(world, "clerk"), "/imports", file.read_bytes(), source="热线", mapping=[word]), 422
    )
    assert sentence in api["errors"][0]["message"]
    assert not Case.objects.exists()


def send(caller: Caller, path: str, data: bytes, **fields: Any) -> Any:
    return caller.upload(path, data, "热线.csv", **fields)


def _delete(caller: Caller, pk: int) -> int:
    path = f"/api/v1/import-layouts/{pk}"
    return caller.client.delete(path, headers={"Authorization": f"Bearer {caller.raw}"}).status_code


def told(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def test_programs_ask_what_a_table_is_and_import_it_as_they_say(world: World) -> None:
    clerk = Caller(world, "clerk")
    seen = told(send(clerk, "/import-columns", table()))
    assert (seen["title_row"], seen["remembered"]) == (1, False)
    assert "来电内容=description" in seen["mapping"]
    assert "13800001234" not in str(seen)
    assert [one["field"] for one in seen["columns"]][:5] == [
        "external_id",
        "occurred_at",
        "name",
        "phone",
        "description",
    ]
    fields = {"source": "热线", "mapping": seen["mapping"], "layout": seen["layout"], "remember": "true"}
    other = table(("1",), titles=("流水号", "来电内容"))
    assert "重新核对" in told(send(clerk, "/imports", other, **fields), 422)["detail"]
    run = told(send(clerk, "/imports", table(), **fields), 202)
    assert (run["imported"], run["as_before"], run["mapping"]) == (3, False, seen["mapping"])
    again = told(send(clerk, "/imports", table(), source="热线"), 202)
    assert (again["imported"], again["known_before"], again["as_before"]) == (0, 3, True)

    [row] = told(clerk.get("/import-layouts"))
    assert row["mapping"] == seen["mapping"]
    assert told(Caller(world, "other_clerk").get("/import-layouts")) == []
    assert (
        Caller(world, "other_clerk").put(f"/import-layouts/{row['id']}", {"mapping": []}).status_code == 404
    )
    assert Caller(world, "officer").get("/import-layouts").json() == []
    changed = told(clerk.put(f"/import-layouts/{row['id']}", {"mapping": ["E=description", "流水号=-"]}))
    assert changed["mapping"] == ["来电内容=description"]
    assert told(clerk.put(f"/import-layouts/{row['id']}", {"mapping": []}), 422)
    assert _delete(clerk, row["id"]) == 204
    assert _delete(clerk, row["id"]) == 404
    assert send(Caller(world, "officer"), "/import-columns", table()).status_code == 403
    assert told(send(clerk, "/import-columns", table(), importer="moons"), 404)


def test_a_program_without_a_mapping_counts_by_titles_as_ever(world: World) -> None:
    data = "反映内容,坐席\n路灯坏了好几天,007\n".encode()
    run = told(send(Caller(world, "clerk"), "/imports", data, source="热线"), 202)
    assert (run["imported"], run["unknown_columns"], run["mapping"]) == (1, ["坐席"], [])
