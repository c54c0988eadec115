"""Photos and tables that are too large, not what they say, harmful, or in another encoding; and a full disk."""

import errno
import io
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from minfu.cases.models import Case, TableRun
from minfu.cases.tests.api import Caller
from minfu.cases.tests.desk import sign_in
from minfu.cases.tests.residents import Resident
from minfu.cases.tests.world import World
from minfu.files.models import StoredFile
from minfu.files.tests import making
from minfu.kernel import jobs
from tests.bad_input.doors import INTAKE, Said, said, typed, upload_table

STORY = "村口的路灯坏了三天，晚上老人不敢出门。"


def _web(name: str, data: bytes) -> Said:
    person = Resident(Client())
    person.until("what")
    upload = SimpleUploadedFile(name, data, "image/jpeg")
    answer = person.client.post(person.url, {"description": STORY, "photos": [upload]})
    return said(answer if answer.status_code != 302 else person.client.get(answer["Location"]))


def _desk(name: str, data: bytes) -> Said:
    upload = SimpleUploadedFile(name, data, "image/jpeg")
    return said(sign_in("clerk").post(INTAKE, typed(description=STORY, photos=[upload])))


def _add(name: str, data: bytes) -> Said:
    """The resident adds a photo to a demand sent before."""
    case = Resident(Client(), {"who": {"mode": "anonymous"}}).report()
    upload = SimpleUploadedFile(name, data, "image/jpeg")
    return said(Client().post(f"/f/{case.receipt}/add/", {"text": STORY, "photos": [upload]}))


SCREENS = {"web": _web, "desk": _desk, "add": _add}


def _api(world: World, name: str, data: bytes) -> Said:
    caller = Caller(world, "clerk")
    upload = SimpleUploadedFile(name, data, "image/jpeg")
    return said(caller.client.post("/api/v1/files", {"file": upload}, headers=caller._headers({})))


def kept_bytes() -> list[Path]:
    """Return what lies in the media folder."""
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def bomb() -> bytes:
    """Return a small document that unpacks to far more than it should."""
    return making.docx({"word/media/a.bmp": bytes(16 * 1024 * 1024)})


BAD = {
    "a 50 MB photo": ("大照片.jpg", lambda: making.picture() + bytes(50 * 1024 * 1024), "超过 20 MB"),
    "a zip bomb": ("材料.docx", bomb, "解压后过大"),
    "a programme": ("照片.jpg", lambda: b"MZ\x90\x00" + bytes(500), "只接收照片"),
    "half a photo": ("照片.jpg", lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(40), "已损坏"),
    "an empty file": ("照片.jpg", lambda: b"", "空"),
    "a web page": ("照片.jpg", lambda: b"<html><script>alert(1)</script>", "只接收照片"),
}


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("kind", BAD)
def test_a_bad_photo_is_told_and_the_words_stay(world: World, kind: str, screen: str) -> None:
    name, make, sentence = BAD[kind]
    answer = SCREENS[screen](name, make())
    assert answer.status == 422
    assert sentence in answer.sentences
    assert STORY in answer.text
    assert not StoredFile.objects.exists()
    assert kept_bytes() == []
    assert Case.objects.count() == (screen == "add")


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_a_problem_for_programs(world: World, kind: str) -> None:
    name, make, sentence = BAD[kind]
    answer = _api(world, name, make())
    assert answer.status == 422
    assert sentence in answer.text
    assert kept_bytes() == []


@pytest.mark.parametrize("screen", ["web", "desk"])
def test_a_png_named_jpg_is_taken_for_what_it_is(world: World, screen: str) -> None:
    SCREENS[screen]("路灯.jpg", making.picture("PNG"))
    row = StoredFile.objects.get()
    assert (row.media_type, row.name) == ("image/png", "路灯.png")
    assert "已按内容改用扩展名" in row.reason
    jobs.run_waiting()
    row.refresh_from_db()
    assert row.state == "clean"


# --- tables --------------------------------------------------------------------------------------------------------

HEAD = ["反映内容", "来源编号"]


def test_merged_cells_are_named_and_nothing_is_imported(world: World) -> None:
    rows = [HEAD, ["路灯坏了", "A-1"], ["水管漏水", "A-2"], ["路面塌陷", "A-3"]]
    answer = upload_table(making.xlsx(rows, merge=["A2:A3"]), "台账.xlsx", how="skip")
    assert answer.status == 422
    assert "合并单元格：A2:A3" in answer.sentences
    assert "旧系统" in answer.text
    assert not Case.objects.exists()
    assert not TableRun.objects.exists()


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8-sig", "utf-16"])
def test_a_table_in_gbk_is_read(world: World, encoding: str) -> None:
    answer = upload_table("反映内容,来源编号\n村口路灯坏了,A-1\n".encode(encoding), "台账.csv")
    assert answer.status == 200
    assert Case.objects.get().description == "村口路灯坏了"


def _table_bomb() -> bytes:
    out = io.BytesIO(making.xlsx([HEAD]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/media/a.bin", bytes(60 * 1024 * 1024))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "make", "sentence"),
    [
        ("台账.xlsx", _table_bomb, "解压后过大"),
        ("台账.csv", lambda: b",\n" * 12 + "反映内容\n路灯坏了\n".encode(), "没有找到标题行"),
        ("台账.xlsx", making.picture, "不是表格|编码"),
        ("台账.csv", lambda: b"\x80\x81\xff\xff", "看不懂文件的文字编码"),
        ("台账.csv", "反映内容,来源编号\n".encode, "没有要导入的行"),
        ("台账.csv", lambda: bytes(21 * 1024 * 1024), "超过 20 MB"),
        ("台账.csv", lambda: b"", "空"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_told(world: World, name: str, make: Any, sentence: str) -> None:
    answer = upload_table(make(), name)
    assert answer.status == 422
    assert any(one in answer.sentences for one in sentence.split("|"))
    assert not Case.objects.exists()
    assert not TableRun.objects.exists()


# --- a full disk ---------------------------------------------------------------------------------------------------


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let every write to the media folder fail as a full disk does."""
    opened = os.open

    def no_room(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if str(path).startswith(str(tmp_path)) and flags & os.O_CREAT:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return opened(path, flags, *more, **named)

    monkeypatch.setattr(os, "open", no_room)


@pytest.mark.parametrize("screen", SCREENS)
def test_a_full_disk_costs_the_photo_and_not_the_words(world: World, full_disk: None, screen: str) -> None:
    answer = SCREENS[screen]("路灯.jpg", making.picture())
    assert answer.status in (422, 507)
    assert "存储空间已满" in answer.sentences
    assert STORY in answer.text
    assert not StoredFile.objects.exists()
    assert kept_bytes() == []


def test_a_full_disk_is_507_for_programs(world: World, full_disk: None) -> None:
    answer = _api(world, "路灯.jpg", making.picture())
    assert answer.status == 507
    assert "存储空间已满" in answer.text
