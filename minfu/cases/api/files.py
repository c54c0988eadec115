"""Files of demands: uploaded first, kept apart until checked, then named when registering or added to a demand."""

from typing import Annotated
from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import File, UploadedFile
from pydantic import Field

from minfu.accounts.actor import actor_of
from minfu.cases import rights
from minfu.cases.api.detail_schemas import FileOut, file_out
from minfu.cases.api.schemas import Id
from minfu.cases.rules import access, actions
from minfu.cases.rules.intake import UPLOADS_PER_HOUR
from minfu.files import door as files
from minfu.kernel import limits
from minfu.kernel.api import In, Room

room = Room("files", _("附件"))


class Files(In):
    """Files uploaded before."""

    files: Annotated[list[UUID], Field(min_length=1, max_length=20)]


@room.post("/files", _("上传附件"), right=rights.VIEW, answer=FileOut, status=201)
def upload(request: HttpRequest, file: File[UploadedFile]) -> FileOut:
    """Upload a photo or document as `multipart/form-data`; put its id into `files` when registering or adding it."""
    actor = actor_of(request)
    limits.hit(f"upload:{actor.user_id}", limit=UPLOADS_PER_HOUR, seconds=3600)
    return file_out(files.receive(file, actor, field="file"))


@room.post("/cases/{case_id}/files", _("添加附件"), right=rights.VIEW, answer=list[FileOut])
def add(request: HttpRequest, case_id: Id, body: Files) -> list[FileOut]:
    """Add uploaded files to an open demand one has a part in."""
    actor = actor_of(request)
    rows = actions.add_files(actor=actor, case_id=case_id, file_ids=body.files)
    found = files.by_ids([row.file_id for row in rows])
    return [file_out(found[row.file_id], row.case) for row in rows]


@room.get(
    "/cases/{case_id}/files/{file_id}",
    _("下载附件"),
    right=rights.VIEW,
    answer=None,
    media="application/octet-stream",
)
def download(request: HttpRequest, case_id: Id, file_id: UUID, thumbnail: bool = False) -> FileResponse:  # noqa: FBT001 - a query parameter
    """Download a checked file of a demand, or its thumbnail."""
    row = access.get_file_for(actor_of(request), case_id, file_id)
    return files.response(row, thumbnail=thumbnail)
