"""Taking a file in: measured and looked at while it comes, then kept in quarantine."""

from collections.abc import Iterator
from typing import IO, Protocol

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.files import disk, packed, tasks
from minfu.files.models import StoredFile
from minfu.files.refusals import UnusableImageError
from minfu.files.sniff import HEAD_BYTES, Kind, advice, clean_name, sniff
from minfu.kernel import clock
from minfu.kernel.errors import Invalid


class Upload(Protocol):
    """What a form or the API hands over (Django's ``UploadedFile`` is one)."""

    name: str | None

    def chunks(self) -> Iterator[bytes]:
        """Yield the content piece by piece."""


def receive(upload: Upload, actor: Actor, *, field: str = "files") -> StoredFile:
    """Keep an upload in quarantine and queue its check; nobody can see it until then.

    The type is told by the content; a wrong extension is corrected and noted in ``reason``. Raises ``Invalid`` on
    ``field`` (too large, empty, a type that is not accepted, a bomb, damage) or ``NoRoom``; then nothing is left on disk.
    """
    shown = str(upload.name or _("附件"))[-60:]
    written = disk.write(disk.QUARANTINE, _measured(upload, shown, field))
    try:
        with disk.absolute(written.path).open("rb") as file:
            kind = _looked_at(file, shown, field)
        name, note = clean_name(str(upload.name or ""), kind)
        with transaction.atomic():
            row = StoredFile.objects.create(
                name=name,
                media_type=kind.media_type,
                size=written.size,
                sha256=written.sha256,
                reason=note,
                created_at=clock.now(),
                path=written.path,
                from_kind=actor.kind,
                from_user_id=actor.user_id,
            )
            tasks.check_file.defer(file_id=str(row.pk))
    except BaseException:
        disk.remove(written.path)
        raise
    return row


def _measured(upload: Upload, shown: str, field: str) -> Iterator[bytes]:
    """Yield the content of an upload; refuse it as soon as it is too large, or when it turns out empty."""
    most, size = settings.MINFU_UPLOAD_MB * 1024 * 1024, 0
    for chunk in upload.chunks():
        size += len(chunk)
        if size > most:
            sentence = _("附件“%(name)s”超过 %(most)d MB。照片请用手机压缩或改小尺寸后再上传。")
            raise Invalid({field: [sentence % {"name": shown, "most": settings.MINFU_UPLOAD_MB}]})
        yield chunk
    if not size:
        raise Invalid({field: [_("附件“%(name)s”是空的，请重新选择。") % {"name": shown}]})


def _looked_at(file: IO[bytes], shown: str, field: str) -> Kind:
    """Return the type of a file that may be kept; refuse any other."""
    head = file.read(HEAD_BYTES)
    file.seek(0)
    names = packed.entry_names(file) if head.startswith(b"PK") else frozenset()
    kind = sniff(head, names)
    reason = ""
    if kind is None:
        reason = advice(head)
    else:
        try:
            if kind.is_image:
                from minfu.files import images  # the libraries that read pictures are 6 MB: for who gets some

                images.check_header(file)
            elif names:
                packed.check_container(file)
        except (UnusableImageError, packed.UnsafeContainerError) as error:
            reason = str(error)
    if kind is None or reason:
        sentence = _("附件“%(name)s”不能接收：%(reason)s") % {"name": shown, "reason": reason}
        raise Invalid({field: [sentence]})
    return kind
