"""Checking a file in quarantine: pictures are made anew, documents looked through once more; then it may be seen."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.files import disk, packed, states
from minfu.files.models import StoredFile
from minfu.files.refusals import UnusableImageError
from minfu.kernel import clock

if TYPE_CHECKING:
    from minfu.files.images import CleanImage


@dataclass(frozen=True)
class _Kept:
    """What is kept of a file: where its bytes and its thumbnail lie."""

    data: disk.Written
    thumbnail: str = ""
    image: "CleanImage | None" = None


def check(file_id: UUID | str) -> None:
    """Check a quarantined file and mark it clean or refused; a file that is gone or checked already is left alone.

    Only clean bytes stay. Safe to run twice. Raises ``NoRoom`` when the disk is full: it stays in quarantine, to be
    tried again.
    """
    with transaction.atomic():
        row = StoredFile.objects.select_for_update().filter(pk=file_id, state=states.QUARANTINED).first()
        if row is None:
            return
        quarantined = row.path
        try:
            kept = _kept(row)
        except (UnusableImageError, packed.UnsafeContainerError) as error:
            _refuse(row, str(error))
        except FileNotFoundError:
            _refuse(row, _("附件内容丢失，请重新上传。"))
        else:
            _clear(row, kept)
        transaction.on_commit(lambda: disk.remove(quarantined))


def _kept(row: StoredFile) -> _Kept:
    """Return what stays of a file, written anew; raises what refuses it."""
    source = disk.absolute(row.path)
    if not row.is_image:
        with source.open("rb") as file:
            if row.media_type != "application/pdf":
                packed.check_container(file)
            return _Kept(disk.write(disk.CLEAN, iter(lambda: file.read(1024 * 1024), b"")))
    from minfu.files import images  # the libraries that read pictures are 6 MB: for who gets some

    image = images.clean(source.read_bytes())
    data = disk.write(disk.CLEAN, [image.data])
    try:
        return _Kept(data, disk.write(disk.CLEAN, [image.thumbnail]).path, image)
    except BaseException:
        disk.remove(data.path)
        raise


def _clear(row: StoredFile, kept: _Kept) -> None:
    """Mark a file clean; if the transaction fails after all, ``sweep`` removes the bytes no row knows."""
    states.FILE.check(row.state, "clear")
    row.state, row.checked_at = states.CLEAN, clock.now()
    row.path, row.size, row.sha256 = kept.data.path, kept.data.size, kept.data.sha256
    row.thumbnail = kept.thumbnail
    if kept.image:
        row.media_type = kept.image.media_type
        row.width, row.height = kept.image.width, kept.image.height
        row.name = f"{row.name.rsplit('.', 1)[0]}.{kept.image.extension}"
    row.save()


def _refuse(row: StoredFile, reason: str) -> None:
    """Mark a file refused; its bytes go, its row says why."""
    states.FILE.check(row.state, "refuse")
    row.state, row.checked_at, row.reason, row.path = states.REFUSED, clock.now(), reason[:300], ""
    row.save()
