"""Handing a file out. Who may have it is decided by the room it belongs to, before it calls here."""

from collections.abc import Iterable, Sequence
from typing import BinaryIO
from uuid import UUID

from django.http import FileResponse
from django.utils.translation import gettext as _

from minfu.files import disk, states
from minfu.files.models import StoredFile
from minfu.kernel.errors import Missing, Refused


def by_ids(ids: Iterable[UUID]) -> dict[UUID, StoredFile]:
    """Return the files with these ids, in one query; ids of no file are left out."""
    return StoredFile.objects.in_bulk(list(ids))


def are_from(user_id: int | None, ids: Sequence[UUID]) -> bool:
    """Tell whether each id, named once, is a file that the user uploaded."""
    found = by_ids(ids)
    return len(found) == len(ids) and all(one.from_user_id == user_id for one in found.values())


def open_clean(file: StoredFile, *, thumbnail: bool = False) -> BinaryIO:
    """Open the clean bytes (or the thumbnail) of a file for reading.

    Raises ``Refused`` with a sentence while it is being checked or when it was refused, ``Missing`` when the bytes (or
    the thumbnail) are not there.
    """
    if file.state == states.QUARANTINED:
        raise Refused(_("附件正在检查，请过一会儿再看。"), code="file_in_quarantine")
    if file.state == states.REFUSED:
        raise Refused(_("附件没有通过检查：%(reason)s") % {"reason": file.reason}, code="file_refused")
    path = file.thumbnail if thumbnail else file.path
    try:
        return disk.absolute(path).open("rb")
    except (FileNotFoundError, ValueError) as error:
        raise Missing(_("附件内容不在了，请联系管理员。")) from error


def response(file: StoredFile, *, thumbnail: bool = False) -> FileResponse:
    """Return the answer that hands a clean file out: pictures are shown, everything else is downloaded.

    The browser may neither guess another type nor run anything in it. Raises as ``open_clean`` does.
    """
    answer = FileResponse(
        open_clean(file, thumbnail=thumbnail),
        as_attachment=not file.is_image,
        filename=file.name,
        content_type="image/jpeg" if thumbnail else file.media_type,
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, max-age=3600, immutable"
    return answer
