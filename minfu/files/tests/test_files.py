"""Uploads from the outer edge: received, quarantined, checked, served; refused with a sentence and nothing left."""

import errno
import hashlib
import io
import os
import struct
import uuid
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Never

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.http.response import ResponseHeaders
from PIL import Image

from minfu.accounts.actor import resident
from minfu.files import disk, door, states, tasks
from minfu.files.models import StoredFile
from minfu.files.tests.making import Upload, docx, exif_with_place, picture
from minfu.kernel import jobs
from minfu.kernel.errors import Invalid, Missing, Refused

pytestmark = pytest.mark.django_db

ACTOR = resident()
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path) -> Path:
    """Keep uploads in a folder of this test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def receive(name: str, data: bytes) -> StoredFile:
    return door.receive(Upload(name, data), ACTOR)


def checked(name: str, data: bytes) -> StoredFile:
    """Receive a file, let the worker check it, and return it."""
    row = receive(name, data)
    door.check(row.pk)
    row.refresh_from_db()
    return row


def refusal(name: str, data: bytes, media: Path) -> str:
    """Return the sentence that refuses an upload, and see that nothing stays behind."""
    with pytest.raises(Invalid) as refused:
        receive(name, data)
    assert on_disk(media) == []
    assert not StoredFile.objects.exists()
    [sentence] = refused.value.fields["files"]
    return sentence


def on_disk(media: Path) -> list[str]:
    return sorted(str(one.relative_to(media)) for one in media.rglob("*") if one.is_file())


def content(row: StoredFile, *, thumbnail: bool = False) -> bytes:
    with door.open_clean(row, thumbnail=thumbnail) as file:
        return file.read()


# --- receiving ---


def test_a_photo_waits_in_quarantine_and_cannot_be_seen(media) -> None:
    row = receive("路灯.jpg", picture())
    assert (row.state, row.name, row.media_type, row.from_kind) == (
        "quarantined",
        "路灯.jpg",
        "image/jpeg",
        "resident",
    )
    assert on_disk(media) == [row.path]
    with pytest.raises(Refused, match="正在检查"):
        door.response(row)


def test_the_worker_checks_what_was_received(media, django_capture_on_commit_callbacks) -> None:
    row = receive("路灯.jpg", picture())
    with django_capture_on_commit_callbacks(execute=True):
        assert jobs.run_waiting() == 1
    row.refresh_from_db()
    assert row.state == states.CLEAN
    assert on_disk(media) == sorted([row.path, row.thumbnail])


def test_a_check_run_twice_changes_nothing(media) -> None:
    row = checked("a.png", picture("PNG"))
    before = on_disk(media)
    door.check(row.pk)
    assert on_disk(media) == before
    assert StoredFile.objects.get().path == row.path


@pytest.mark.parametrize(
    ("name", "data", "kept", "note"),
    [
        ("照片.jpg", picture("PNG"), "照片.png", "内容是PNG 图片，已按内容改用扩展名 .png。"),
        ("photo.JPEG", picture(), "photo.jpeg", ""),
        ("photo", picture("GIF"), "photo.gif", "内容是GIF 图片，已按内容改用扩展名 .gif。"),
        ("../../etc/passwd.png", picture("PNG"), "passwd.png", ""),
        ("C:\\Users\\a\\图.png", picture("PNG"), "图.png", ""),
        ("a\u202egnp.exe", picture("PNG"), "agnp.png", "内容是PNG 图片，已按内容改用扩展名 .png。"),
        ("...", PDF, "附件.pdf", "内容是PDF 文件，已按内容改用扩展名 .pdf。"),
        ("x" * 500 + ".pdf", PDF, "x" * 80 + ".pdf", ""),
        ('<script>"a".docx', docx(), "_script__a_.docx", ""),
        ("", PDF, "附件.pdf", "内容是PDF 文件，已按内容改用扩展名 .pdf。"),
    ],
    ids=["png", "jpeg", "gif", "path", "windows", "bidi", "dots", "long", "markup", "empty"],
)
def test_names_are_cleaned_and_extensions_follow_the_content(name, data, kept, note) -> None:
    row = receive(name, data)
    assert (row.name, row.reason) == (kept, note)


@pytest.mark.parametrize(
    ("name", "data", "part"),
    [
        ("a.jpg", b"", "是空的"),
        ("a.jpg", b"<html><script>alert(1)</script>", "只接收照片"),
        ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "只接收照片"),
        ("a.jpg", b"MZ" + bytes(200), "只接收照片"),
        ("a.pdf", b"\n%PDF-1.7", "只接收照片"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧版 Office 文件请另存为"),
        ("a.mp4", b"\x00\x00\x00\x18ftypmp42" + bytes(200), "暂不接收视频"),
        ("a.jpg", picture()[:20], "图片已损坏"),
    ],
    ids=["empty", "html", "svg", "exe", "pdf", "doc", "mp4", "cut"],
)
def test_what_is_not_accepted_is_refused_with_what_to_do(name, data, part, media) -> None:
    assert part in refusal(name, data, media)


def test_a_plain_zip_is_refused(media) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "a")
    assert "不接收压缩包" in refusal("a.docx", out.getvalue(), media)


def test_too_large_a_photo_is_refused_while_it_comes(settings, media) -> None:
    settings.MINFU_UPLOAD_MB = 1
    taken = []

    class Endless(Upload):
        def chunks(self) -> Iterator[bytes]:
            for _ in range(50):
                taken.append(1)
                yield bytes(1024 * 1024)

    with pytest.raises(Invalid, match="超过 1 MB"):
        door.receive(Endless("50MB.jpg", b""), ACTOR)
    assert len(taken) == 2
    assert on_disk(media) == []


def test_zip_bombs_are_refused(media) -> None:
    bomb = docx({"word/media/a.bin": bytes(60 * 1024 * 1024)})
    assert len(bomb) < 100_000
    assert "解压后过大" in refusal("a.docx", bomb, media)
    many = docx({f"word/{n}.xml": b"" for n in range(3100)})
    assert "解压后过大" in refusal("a.docx", many, media)


def test_a_bomb_that_lies_about_its_size_is_refused(media) -> None:
    bomb = docx({"word/media/a.bin": bytes(60 * 1024 * 1024)})
    size = struct.pack("<I", 60 * 1024 * 1024)
    assert bomb.count(size) == 2
    assert "不能接收" in refusal("a.docx", bomb.replace(size, struct.pack("<I", 10)), media)


def test_macros_passwords_and_damage_in_documents_are_refused(media) -> None:
    assert "带有宏" in refusal("a.docx", docx({"word/vbaProject.bin": b"x"}), media)
    locked = bytearray(docx())
    for magic, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(magic) + flag] |= 1
    assert "设有密码" in refusal("a.docx", bytes(locked), media)
    broken = bytearray(docx({"word/styles.xml": b"<style/>" * 50}))
    broken[broken.index(b"word/styles.xml") + 20] ^= 0xFF
    assert "已损坏" in refusal("a.docx", bytes(broken), media)


def png_of(width: int, height: int) -> bytes:
    """Return a PNG whose header promises more pixels than its few bytes hold."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(9)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(8000, 8000), (16000, 16000), (60000, 60000)])
def test_decompression_bombs_are_refused(size, media) -> None:
    assert "像素过大" in refusal("a.png", png_of(*size), media)


def test_a_full_disk_is_said_plainly_and_nothing_is_half_stored(media, monkeypatch) -> None:
    real = os.fdopen

    def full(handle, mode) -> IO[bytes]:
        real(handle, mode).close()
        return Path("/dev/full").open("wb")

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(door.NoRoom, match="存储空间已满") as refused:
        receive("a.jpg", picture())
    assert refused.value.status == 507
    assert on_disk(media) == []
    assert not StoredFile.objects.exists()


def test_other_disk_errors_are_not_dressed_up(media, monkeypatch) -> None:
    def broken(_handle) -> Never:
        raise OSError(errno.EIO, "input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="input/output"):
        receive("a.jpg", picture())
    assert on_disk(media) == []


def test_when_the_database_fails_the_bytes_go_too(media, monkeypatch) -> None:
    def gone(**_values: Any) -> Never:
        raise DatabaseError("gone")

    monkeypatch.setattr(StoredFile.objects, "create", gone)
    with pytest.raises(DatabaseError):
        receive("a.jpg", picture())
    assert on_disk(media) == []


# --- checking ---


def test_a_photo_is_turned_upright_and_loses_place_and_camera() -> None:
    row = checked("a.jpg", picture(size=(60, 40), exif=exif_with_place(orientation=6)))
    data = content(row)
    image = Image.open(io.BytesIO(data))
    assert image.size == (40, 60) == (row.width, row.height)
    red, _green, blue = image.getpixel((20, 5))  # type: ignore[misc]  # a library without exact types
    assert (red > 200, blue < 60) == (True, True)  # the left half lies on top now
    assert dict(image.getexif()) == {}
    assert b"SecretPhone" not in data
    assert b"Exif" not in data


def test_a_large_photo_is_reduced_and_has_a_thumbnail() -> None:
    row = checked("a.jpg", picture(size=(4000, 3000)))
    assert (row.width, row.height) == (2048, 1536)
    assert Image.open(io.BytesIO(content(row, thumbnail=True))).size == (320, 240)
    assert row.size == len(content(row))
    assert row.sha256 == hashlib.sha256(content(row)).hexdigest()


@pytest.mark.parametrize(
    ("data", "media_type", "name"),
    [
        (picture("HEIF"), "image/jpeg", "a.jpg"),
        (picture("WEBP"), "image/jpeg", "a.jpg"),
        (picture("WEBP", mode="RGBA", lossless=True), "image/jpeg", "a.jpg"),
        (picture("GIF"), "image/jpeg", "a.jpg"),
        (picture("PNG"), "image/png", "a.png"),
        (picture("PNG", mode="L"), "image/png", "a.png"),
        (picture("JPEG", mode="CMYK"), "image/jpeg", "a.jpg"),
    ],
    ids=["heic", "webp", "webp-alpha", "gif", "png", "grey", "cmyk"],
)
def test_pictures_become_what_every_browser_shows(data, media_type, name) -> None:
    row = checked("a.bin", data)
    assert (row.state, row.media_type, row.name) == (states.CLEAN, media_type, name)
    assert Image.open(io.BytesIO(content(row))).size == (60, 40)


def test_transparency_is_kept_and_the_thumbnail_is_on_white() -> None:
    clear = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(clear, "PNG")
    row = checked("a.png", clear.getvalue())
    assert Image.open(io.BytesIO(content(row))).mode == "RGBA"
    assert Image.open(io.BytesIO(content(row, thumbnail=True))).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_large_photo_taken_sideways_is_upright_too(form) -> None:
    row = checked("a.bin", picture(form, size=(2400, 1200), exif=exif_with_place(orientation=8)))
    assert (row.width, row.height) == (1024, 2048)


def test_what_is_hidden_behind_a_picture_is_gone() -> None:
    row = checked("a.png", picture("PNG") + b"<script>alert(1)</script>")
    assert b"script" not in content(row)


def test_a_truncated_photo_is_refused_by_the_check() -> None:
    whole = picture(size=(400, 300), quality=95)
    row = checked("a.jpg", whole[: len(whole) // 2])
    assert (row.state, row.path) == (states.REFUSED, "")
    assert "图片已损坏" in row.reason
    with pytest.raises(Refused, match="没有通过检查"):
        door.response(row)


@pytest.mark.django_db(transaction=True)
def test_quarantined_bytes_go_once_the_check_is_committed(media) -> None:
    whole = picture(size=(400, 300), quality=95)
    clean, refused = checked("a.jpg", whole), checked("b.jpg", whole[: len(whole) // 2])
    assert (clean.state, refused.state) == (states.CLEAN, states.REFUSED)
    assert on_disk(media) == sorted([clean.path, clean.thumbnail])


def test_a_document_is_kept_byte_for_byte() -> None:
    for name, data in (("a.pdf", PDF), ("a.docx", docx())):
        row = checked(name, data)
        assert (row.state, content(row)) == (states.CLEAN, data)


def test_bytes_that_vanished_refuse_the_file(media) -> None:
    row = receive("a.jpg", picture())
    (media / row.path).unlink()
    door.check(row.pk)
    row.refresh_from_db()
    assert (row.state, row.reason) == (states.REFUSED, "附件内容丢失，请重新上传。")


def test_the_database_refuses_a_file_that_starts_clean_or_goes_back() -> None:
    row = checked("a.pdf", PDF)
    for change in (
        lambda: StoredFile.objects.filter(pk=row.pk).update(state=states.QUARANTINED, checked_at=None),
        lambda: StoredFile.objects.create(
            name="x",
            state=states.CLEAN,
            size=1,
            created_at=row.created_at,
            checked_at=row.created_at,
            path="clean/x",
        ),
    ):
        with pytest.raises(DatabaseError, match=r"no step leads|no initial state"), transaction.atomic():
            change()


def test_a_check_that_found_the_disk_full_is_queued_again(media) -> None:
    row = receive("a.jpg", picture())
    from procrastinate.contrib.django.models import ProcrastinateJob

    waiting = ProcrastinateJob.objects.filter(task_name="files.check_file")
    with time_machine.travel(row.created_at.timestamp() + 3600):
        tasks.check_again()
    assert waiting.count() == 1
    with time_machine.travel(row.created_at.timestamp() + 3 * 3600):
        tasks.check_again()
        tasks.check_again()
    assert waiting.count() == 2


def test_the_sweep_removes_only_old_bytes_that_no_row_knows(media) -> None:
    row = checked("a.jpg", picture())
    stray = disk.write(disk.QUARANTINE, [b"left behind"])
    tasks.sweep()
    assert (media / stray.path).exists()
    with time_machine.travel((media / stray.path).stat().st_mtime + 25 * 3600):
        tasks.sweep()
    assert not (media / stray.path).exists()
    assert content(row)
    assert content(row, thumbnail=True)


# --- serving ---


def headers(row: StoredFile, *, thumbnail: bool = False) -> ResponseHeaders:
    """Return the headers a file is served with."""
    answer = door.response(row, thumbnail=thumbnail)
    assert answer.file_to_stream is not None
    answer.file_to_stream.close()  # closing the answer would end the request, and with it the test's connection
    return answer.headers


def test_a_picture_is_shown_and_a_document_downloaded_and_nothing_runs() -> None:
    shown, downloaded = headers(checked("路灯.jpg", picture())), headers(checked("表.docx", docx()))
    assert shown["Content-Type"] == "image/jpeg"
    assert shown["Content-Disposition"].startswith("inline; filename*=utf-8''%E8%B7%AF")
    assert downloaded["Content-Disposition"].startswith("attachment")
    for found in (shown, downloaded):
        assert found["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in found["Content-Security-Policy"]
        assert "private" in found["Cache-Control"]


def test_a_thumbnail_is_served_and_one_that_is_not_there_is_missing() -> None:
    assert headers(checked("a.png", picture("PNG")), thumbnail=True)["Content-Type"] == "image/jpeg"
    with pytest.raises(Missing):
        door.response(checked("a.pdf", PDF), thumbnail=True)


def test_files_are_fetched_in_one_query(django_assert_num_queries) -> None:
    rows = [receive("a.pdf", PDF), receive("b.pdf", PDF)]
    with django_assert_num_queries(1):
        found = door.by_ids([*(row.pk for row in rows), uuid.uuid4()])
    assert set(found) == {row.pk for row in rows}


@pytest.mark.parametrize("path", ["", "../secret_key", "/etc/passwd", "clean/../../x"])
def test_no_path_leads_out_of_the_media_folder(path) -> None:
    with pytest.raises(ValueError, match="media folder"):
        disk.absolute(path)


def test_bytes_are_private_to_the_server(media) -> None:
    row = receive("a.pdf", PDF)
    assert (media / row.path).stat().st_mode & 0o777 == 0o600
    assert "a.pdf" not in row.path


def test_while_a_backup_needs_them_files_stay_and_the_sweep_takes_them_later(media: Path) -> None:
    row = receive("lamp.jpg", picture())
    with disk.kept():
        disk.remove(row.path)
        assert on_disk(media) == [row.path]
    disk.remove(row.path)
    assert on_disk(media) == []
