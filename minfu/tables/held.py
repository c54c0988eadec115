"""The quarantine of tables between being uploaded and being explained: sealed, their owner's alone, for a day at most."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.files.sheets import glimpse
from minfu.kernel import clock, gate
from minfu.kernel.errors import Missing
from minfu.registry import carrying
from minfu.tables import choices, headers, importers, layouts
from minfu.tables.headers import Look
from minfu.tables.importers import Importer, Upload
from minfu.tables.models import HeldTable, Layout

#: How long a table waits, how many of one person wait at once (an older one goes), and what they are sealed for.
KEPT, MOST, SEALED_FOR = timedelta(hours=24), 5, "held_table"


def take(actor: Actor, importer: Importer, upload: Upload, *, ask: bool = False) -> str:
    """Import an uploaded table if it is clear which column is which, else keep it, and return the address that comes next.

    With ``ask`` it is kept in any case. Raises ``Invalid`` as the import does.
    """
    layouts.check(actor, importer)
    settled = None if ask else layouts.settled(actor, importer, upload.data)
    if settled is None:
        return reverse("tables:columns", args=[keep(actor, importer, upload).pk])
    known = settled.layout
    asked = {**upload.asked, "layout": known.pk if known else None, "as_before": known is not None}
    return importer.begin(actor, replace(upload, asked=asked), settled.chosen)


def keep(actor: Actor, importer: Importer, upload: Upload) -> HeldTable:
    """Keep an uploaded table until its owner has explained it. Raises ``Invalid`` on ``file`` for what is no readable table."""
    layouts.check(actor, importer)
    glimpse(upload.data, importer.columns, most_rows=importer.most_rows)
    with transaction.atomic():
        row = HeldTable.objects.create(
            importer=importer.name,
            user_id=actor.user_id or 0,
            post_id=actor.post_id or 0,
            file_name=upload.file_name[-120:],
            payload=carrying.seal_bytes(upload.data, SEALED_FOR),
            asked=dict(upload.asked),
            created_at=clock.now(),
        )
        old = HeldTable.objects.filter(user_id=row.user_id).order_by("-pk").values_list("pk", flat=True)
        HeldTable.objects.filter(pk__in=list(old[MOST:])).delete()
    return row


def waiting_for(actor: Actor, importer: Importer) -> QuerySet[HeldTable]:
    """Return the actor's own tables that wait to be explained, newest first."""
    return _own(actor).filter(importer=importer.name).defer("payload").order_by("-pk")


def _own(actor: Actor) -> QuerySet[HeldTable]:
    since = clock.now() - KEPT
    rows = HeldTable.objects.filter(user_id=actor.user_id or 0, post_id=actor.post_id or 0)
    return rows.filter(created_at__gt=since)


def get_held_for(actor: Actor | None, pk: int, *, lock: bool = False) -> HeldTable:
    """Return a table of the actor's own; ``Missing`` whether it is absent, done with, too old or another's."""
    if actor is None:
        raise gate.sign_in_needed()
    rows = _own(actor).select_for_update() if lock else _own(actor)
    found = rows.filter(pk=pk).first()
    if found is None or not actor.may(importers.get(found.importer).right):
        raise Missing(_("没有找到这个文件：可能已经导入，或者放了一天没有核对，已自动删除。请重新上传。"))
    return found


def data_of(row: HeldTable) -> bytes:
    """Return the table itself."""
    return carrying.unseal_bytes(bytes(row.payload), SEALED_FOR)


def look(actor: Actor, row: HeldTable, title_row: int | None = None) -> Look:
    """Return what a waiting table looks like, with what is proposed. ``Invalid`` for a row that holds no titles."""
    return layouts.look(actor, importers.get(row.importer), data_of(row), title_row)


def explain(
    actor: Actor | None, pk: int, places: Mapping[int, str], *, title_row: int, remember: bool
) -> str:
    """Import a waiting table as its owner explains it, remember that if asked to, and return where to see what came of it.

    All or nothing; of two such requests at once the second finds the file gone. Raises as ``choices.check`` and the import do.
    """
    with transaction.atomic():
        row = get_held_for(actor, pk, lock=True)
        assert actor is not None  # noqa: S101 - checked
        importer, data = importers.get(row.importer), data_of(row)
        seen = glimpse(data, importer.columns, most_rows=importer.most_rows)
        told = headers.look(seen, importer.columns, title_row)
        chosen = choices.check(told, places, importer.columns)
        layout: Layout | None = layouts.remember(actor, importer, chosen) if remember else None
        asked = {**row.asked, "layout": layout.pk if layout else None}
        where = importer.begin(actor, Upload(data, row.file_name, asked), chosen)
        row.delete()
    return where


def drop(actor: Actor | None, pk: int) -> Importer:
    """Delete a waiting table of the actor's own and return its import."""
    row = get_held_for(actor, pk)
    row.delete()
    return importers.get(row.importer)


def clear_old() -> int:
    """Delete tables nobody explained in time; return how many."""
    gone, _by_model = HeldTable.objects.filter(created_at__lte=clock.now() - KEPT).delete()
    return gone
