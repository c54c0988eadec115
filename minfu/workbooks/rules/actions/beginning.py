"""Take a form in: keep the file, read its layout, remember what was said of one like it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.figures import door as figures
from minfu.files import door as files
from minfu.files.door import StoredFile
from minfu.kernel import clock, gate, record
from minfu.kernel.errors import Forbidden, Invalid
from minfu.kernel.record import Fact
from minfu.workbooks import events, rights
from minfu.workbooks.models import Memory, Workbook
from minfu.workbooks.rules import package, reading

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_TITLE, _HEAD_BYTES = 120, 1 << 20


@transaction.atomic
def begin(*, actor: Actor, upload: Any) -> Workbook:
    """Take in a form the actor's unit has been told to fill in (Django's ``UploadedFile``).

    Raises ``Invalid`` on ``file``: a password, an old or broken workbook, macros, too many sheets, nothing to fill in.
    """
    gate.check(actor, rights.FILL)
    if actor.unit_id is None or actor.user_id is None:
        raise Forbidden(_("您的岗位不属于任何单位，不能填报。"))
    head = upload.read(_HEAD_BYTES)
    upload.seek(0)
    package.refuse_old(head)
    package.refuse_other(upload)
    stored = files.receive(upload, actor, field="file")
    if stored.media_type != _XLSX:
        raise Invalid({"file": [_("这不是 Excel 表格。请上传要填的 xlsx 表。")]})
    files.check(stored.pk)
    stored.refresh_from_db()
    data = _bytes(stored)
    _book, form = reading.read_form(data)
    area, found = reading.first_look(form, figures.own_area(actor).key)
    memory = Memory.objects.filter(unit_id=actor.unit_id, digest=form.digest).first()
    at = clock.now()
    row = Workbook.objects.create(
        unit_id=actor.unit_id,
        file=stored,
        title=_title(form.slots[0].titles, stored.name),
        area=area,
        period=found,
        found=found,
        digest=form.digest,
        marks=memory.marks if memory else {},
        begun_by_user_id=actor.user_id,
        begun_at=at,
        updated_at=at,
    )
    record.begin(
        (events.SUBJECT, row.pk), [Fact(events.BEGUN, {"cells": len(form.slots), "version": 1})], actor.stamp
    )
    return row


def _bytes(stored: StoredFile) -> bytes:
    with files.open_clean(stored) as file:
        return file.read()


def _title(titles: tuple[str, ...], name: str) -> str:
    """Return what people call a form: the line that says 表, else the longest above its first table, else the file's name."""
    told = [" ".join(one.split()) for one in titles[:-1]]
    named = [one for one in told if "表" in one and ":" not in one and "：" not in one]
    best = named[0] if named else max(told, key=len, default="")
    return (best or name.removesuffix(".xlsx"))[:_MOST_TITLE]
