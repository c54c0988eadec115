"""Remembered columns: what somebody of a unit once said of tables with certain titles counts for the next one.

They are configuration of the unit: everyone there who may import sees them, changes them, has them forgotten, and each of that
is recorded with who and when.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.files.sheets import Chosen, Glimpse, fingerprint, glimpse
from minfu.files.sheets.reading import TITLE_ROWS
from minfu.kernel import clock, gate, record
from minfu.kernel.errors import Invalid, Missing
from minfu.kernel.record import Fact
from minfu.tables import choices, events, headers, importers
from minfu.tables.headers import Look
from minfu.tables.importers import Importer
from minfu.tables.models import Layout

#: Layouts a unit may have for one import (far more than systems there are), and the first key of the lock they are kept under.
MOST, _TURN = 200, 0x6C6179


@dataclass(frozen=True)
class Settled:
    """Which column is which, without asking anybody; ``layout`` where it was said before."""

    chosen: Chosen
    layout: Layout | None = None


def check(actor: Actor | None, importer: Importer) -> Actor:
    """Return the actor if they may import; raises as the screen of the import does."""
    gate.check(actor, importer.right)
    assert actor is not None  # noqa: S101 - checked
    return actor


# --- a file ---


def look(actor: Actor, importer: Importer, data: bytes, title_row: int | None = None) -> Look:
    """Return what an uploaded table looks like; what this unit said of such titles before is what is proposed."""
    seen = glimpse(data, importer.columns, most_rows=importer.most_rows)
    known = None if title_row is not None else _remembered(actor, importer, seen)
    if known is not None:
        row, layout = known
        told = headers.look(seen, importer.columns, row)
        return told.with_places(layout.chosen["places"], _("上次这样对应"))
    return headers.look(seen, importer.columns, title_row)


def settled(actor: Actor, importer: Importer, data: bytes) -> Settled | None:
    """Return which column is which if it was said before or every title is known; None when a person is needed.

    Raises ``Invalid`` on ``file`` for what is no readable table, or has all its titles known and lacks a required one.
    """
    seen = glimpse(data, importer.columns, most_rows=importer.most_rows)
    before = _as_before(actor, importer, seen)
    if before is not None:
        return before
    told = headers.look(seen, importer.columns)
    sure = choices.sure(told, importer.columns)
    if sure is None:
        return None
    missing = [one.title for one in importer.columns if one.required and one.key not in sure.places]
    if missing:
        raise Invalid({"file": [_("缺少必填的列“%(title)s”。") % {"title": title} for title in missing]})
    return Settled(sure)


def same(importer: Importer, data: bytes, fingerprint_: str, title_row: int | None = None) -> None:
    """Refuse (``Invalid`` on ``layout``) a table whose titles are no longer those that were looked at."""
    seen = glimpse(data, importer.columns, most_rows=importer.most_rows)
    rows = range(min(len(seen.rows), TITLE_ROWS)) if title_row is None else [title_row]
    if fingerprint_ not in {fingerprint(seen.titles(row)) for row in rows if row < len(seen.rows)}:
        raise Invalid({"layout": [_("文件的列和核对时不一样，请重新核对每一列是什么。")]})


def _as_before(actor: Actor, importer: Importer, seen: Glimpse) -> Settled | None:
    """Return what this unit said of such a table before."""
    known = _remembered(actor, importer, seen)
    return Settled(replace(Chosen.of(known[1].chosen), title_row=known[0]), known[1]) if known else None


def _remembered(actor: Actor, importer: Importer, seen: Glimpse) -> tuple[int, Layout] | None:
    """Return the row of titles this unit explained before, and how; the first of the rows at the top."""
    rows = {fingerprint(seen.titles(row)): row for row in reversed(range(min(len(seen.rows), TITLE_ROWS)))}
    found = _own(actor, importer).filter(fingerprint__in=rows).first()
    return (rows[found.fingerprint], found) if found else None


def told(
    actor: Actor, importer: Importer, data: bytes, words: Sequence[str], title_row: int | None = None
) -> Settled | None:
    """Return which column is which as a command or program says (``choices.from_words``); without words, what was said before.

    None when neither is there: then the titles alone count. ``title_row`` is counted from 0.
    """
    seen = glimpse(data, importer.columns, most_rows=importer.most_rows)
    if not words and title_row is None:
        return _as_before(actor, importer, seen)
    looked = headers.look(seen, importer.columns, title_row)
    return Settled(choices.from_words(looked, words, importer.columns))


# --- memory ---


def remembered(actor: Actor, importer: Importer, fingerprint_: str) -> Layout | None:
    """Return what the actor's unit remembers of tables with these titles."""
    return _own(actor, importer).filter(fingerprint=fingerprint_).first()


def _own(actor: Actor, importer: Importer) -> QuerySet[Layout]:
    return _of_unit(actor).filter(importer=importer.name)


def _of_unit(actor: Actor) -> QuerySet[Layout]:
    """Return the layouts of the actor's unit; of the command line, which is no unit, its own."""
    if actor.unit_id is None:
        return Layout.objects.filter(unit=None)
    return Layout.objects.filter(unit_id=actor.unit_id)


def layouts_for(actor: Actor, importer: Importer) -> QuerySet[Layout]:
    """Return what the actor's unit has remembered for an import, newest first."""
    check(actor, importer)
    return _own(actor, importer).order_by("-confirmed_at", "-pk")


def get_layout_for(actor: Actor | None, pk: int) -> Layout:
    """Return a remembered layout of the actor's unit; ``Missing`` whether it is absent or another's."""
    if actor is None:
        raise gate.sign_in_needed()
    found = _of_unit(actor).filter(pk=pk).first()
    if found is None or not actor.may(importers.get(found.importer).right):
        raise Missing(_("没有找到这个对应关系，可能已经被忘记。"))
    return found


def remember(actor: Actor, importer: Importer, chosen: Chosen) -> Layout:
    """Remember which column is which for the unit's next table with these titles, and record who said so.

    Raises ``Invalid`` when the unit has ``MOST`` already.
    """
    with transaction.atomic():
        _wait_for_turn(actor)
        row = remembered(actor, importer, chosen.fingerprint)
        if row is not None and row.chosen["places"] == chosen.told()["places"]:
            return row
        if row is None:
            if _own(actor, importer).count() >= MOST:
                sentence = _("记住的对应关系已有 %(most)d 个，请先忘记不用的。")
                raise Invalid({"remember": [sentence % {"most": MOST}]})
            row = Layout(importer=importer.name, unit_id=actor.unit_id, fingerprint=chosen.fingerprint)
        row.chosen, row.user_id = chosen.told(), actor.user_id
        row.label, row.confirmed_at = actor.label[:120], clock.now()
        row.save()
        _tell(events.COLUMNS_REMEMBERED, row, actor)
    return row


def change(actor: Actor | None, pk: int, places: dict[int, str]) -> Layout:
    """Change what is remembered. Raises as ``choices.check`` does, ``Missing`` for another unit's."""
    layout = get_layout_for(actor, pk)
    importer = importers.get(layout.importer)
    before = Chosen.of(layout.chosen)
    told = Look(before.title_row, before.titles, ())
    assert actor is not None  # noqa: S101 - checked
    return remember(actor, importer, choices.check(told, places, importer.columns))


def forget(actor: Actor | None, pk: int) -> None:
    """Forget a layout: the next such table is asked about again. Recorded. ``Missing`` for another unit's."""
    layout = get_layout_for(actor, pk)
    assert actor is not None  # noqa: S101 - checked
    _gone(layout, actor)


def _gone(layout: Layout, actor: Actor) -> None:
    with transaction.atomic():
        _wait_for_turn(actor)
        gone, _by_model = Layout.objects.filter(pk=layout.pk).delete()
        if gone:
            _tell(events.COLUMNS_FORGOTTEN, layout, actor)


def forget_titles(actor: Actor, importer: Importer, data: bytes) -> None:
    """Forget what the actor's unit remembers of tables with the titles of this one."""
    known = _remembered(actor, importer, glimpse(data, importer.columns, most_rows=importer.most_rows))
    if known is not None:
        _gone(known[1], actor)


def _wait_for_turn(actor: Actor) -> None:
    """Let the layouts of one unit be changed by one at a time; the turn ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_TURN, actor.unit_id or 0])


def _tell(event: str, layout: Layout, actor: Actor) -> None:
    """Record who explained which columns; the titles themselves stay in the layout."""
    told = {"importer": layout.importer, "unit": layout.unit_id, "layout": layout.fingerprint[:16]}
    told["places"] = layout.chosen["places"]
    record.alone("layout", Fact(event, told), actor.stamp)
