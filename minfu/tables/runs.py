"""Exports: started, done at once or by a job that tells how far it is, fetched, cleared.

A run belongs to the person who started it, in the post they held.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from minfu.accounts.access import actor_for
from minfu.accounts.actor import Actor
from minfu.kernel import clock, gate, limits, listings, record
from minfu.kernel.errors import Invalid, Missing, Refused
from minfu.kernel.listings import Listing
from minfu.kernel.record import Fact
from minfu.registry import carrying, vault
from minfu.tables import events, states, writing
from minfu.tables.models import ExportRun

FORMATS = ("xlsx", "csv")
#: Rows of one file at most; of one with contact data; files with contact data one person may make in a day.
MOST_ROWS, MOST_PERSONAL, PERSONAL_A_DAY = 200_000, 200, 3
#: Rows up to which a file is made while one waits.
AT_ONCE, PERSONAL_AT_ONCE = 5_000, 50
#: Rows between two signs of progress.
_TELL_EVERY = 500
#: How long files are kept, and after which an unfinished run is given up.
KEPT, LOST = timedelta(days=3), timedelta(days=1)
#: What a run's content is sealed for.
SEALED_FOR = "list_export"
_DAY = 86_400


@dataclass(frozen=True)
class Wish:
    """What is to be exported: the list, what narrows it, the format; with a purpose, contact data too."""

    listing: Listing
    asked: dict[str, str]
    format: str = "xlsx"
    purpose: vault.Purpose | None = None

    def sealed(self) -> bytes:
        """Return what narrows it, and the purpose, sealed."""
        why = [self.purpose.code, self.purpose.explanation] if self.purpose else None
        return carrying.seal_bytes(json.dumps({"asked": self.asked, "why": why}).encode(), SEALED_FOR)

    @classmethod
    def of(cls, run: ExportRun) -> "Wish":
        """Return what a run was started for."""
        told = json.loads(carrying.unseal_bytes(bytes(run.asked), SEALED_FOR))
        why = vault.Purpose(*told["why"]) if told["why"] else None
        return cls(listings.get(run.listing), told["asked"], run.format, why)


def check(actor: Actor | None, listing: Listing) -> Actor:
    """Return the actor if they may export the list; raises as its screen does."""
    gate.check(actor, listing.right)
    assert actor is not None  # noqa: S101 - checked
    return actor


def may_open(actor: Actor, listing: Listing) -> bool:
    """Tell whether the actor may ask for contact data in an export of the list."""
    return listing.personal is not None and actor.may(listing.personal.right)


def size(actor: Actor, wish: Wish) -> int:
    """Return how many rows an export would have. ``Refused`` for a list too long for one file."""
    most = MOST_PERSONAL if wish.purpose else MOST_ROWS
    total = writing.count(wish.listing.rows(actor, wish.asked), most)
    if total > most:
        sentence = _("这个列表超过 %(most)s 行，请先用筛选条件缩小范围。")
        raise Refused(sentence % {"most": f"{most:,}"}, code="too_many_rows")
    return total


def start(*, actor: Actor, wish: Wish) -> ExportRun:
    """Start an export and return its run: done already when it is short, else waiting for the job.

    Contact data goes out in Excel only, with a watermark, for a purpose with an explanation, of at most ``MOST_PERSONAL``
    rows, ``PERSONAL_A_DAY`` times a day. Raises ``Forbidden`` without the list's right or that to open contact data,
    ``Invalid`` for an unknown format or without a purpose, ``Refused`` for too many rows, ``TooMany``.
    """
    check(actor, wish.listing)
    if wish.format not in FORMATS:
        raise Invalid({"format": [_("请选择 xlsx 或 csv。")]})
    if wish.purpose is not None:
        _permit(actor, wish)
    total = size(actor, wish)
    at_once = total <= (PERSONAL_AT_ONCE if wish.purpose else AT_ONCE)
    with transaction.atomic():
        if wish.purpose is not None:
            limits.hit(f"personal_export:{actor.user_id}", limit=PERSONAL_A_DAY, seconds=_DAY)
        run = ExportRun.objects.create(
            user_id=actor.user_id or 0,
            post_id=actor.post_id or 0,
            listing=wish.listing.name,
            label=wish.listing.label(actor, wish.asked)[:80],
            format=wish.format,
            personal=wish.purpose is not None,
            asked=wish.sealed(),
            rows_total=total,
            created_at=clock.now(),
        )
        if not at_once:
            record.alone("table", Fact(events.EXPORT_WAITING, {"run": run.pk}), actor.stamp)
    if at_once:
        do(run.pk)
    return run


def _permit(actor: Actor, wish: Wish) -> None:
    """Refuse contact data to whoever may not open it, in CSV, or without a purpose."""
    if wish.listing.personal is None:
        raise Invalid({"personal": [_("这个列表没有联系方式可以导出。")]})
    gate.check(actor, wish.listing.personal.right)
    if wish.format != "xlsx":
        raise Invalid({"format": [_("带联系方式的只能导出 Excel（xlsx），CSV 不能加水印。")]})
    assert wish.purpose is not None  # noqa: S101 - asked by the caller
    vault.check_purpose(wish.purpose)


# --- doing ---


def do(pk: int) -> None:
    """Make the file. Safe to run twice; what is wrong with the post or the list meanwhile ends on the run."""
    run = _claim(pk)
    if run is None:
        return
    try:
        _make(run)
    except Refused as refusal:
        _fail(pk, str(refusal.message))


def _claim(pk: int) -> ExportRun | None:
    """Mark a run as running and return it; None when it has ended. One left behind by a killed worker is taken again."""
    with transaction.atomic():
        run = ExportRun.objects.select_for_update().filter(pk=pk).first()
        if run is None or not states.RUN[run.state].is_open:
            return None
        if run.state == "waiting":
            run.state = states.RUN.check(run.state, "start")
            run.save(update_fields=["state"])
    return run


def _make(run: ExportRun) -> None:
    wish = Wish.of(run)
    actor = actor_for(run.user, run.post_id, "export", second_factor=True)
    if actor is None:
        raise Refused(_("您当时的岗位已经结束，没有继续。"), code="post_ended")
    check(actor, wish.listing)
    if wish.purpose is not None:
        _permit(actor, wish)
    rows = wish.listing.rows(actor, wish.asked)
    made = writing.cells(wish.listing, rows, actor, wish.purpose)
    mark = (
        writing.watermark(actor, run.label, wish.purpose, run=run.pk, rows=run.rows_total)
        if wish.purpose
        else None
    )
    head = writing.titles(wish.listing, personal=run.personal)
    data = writing.written(run.format, head, _counted(run, made), name=run.label, mark=mark)
    with transaction.atomic():
        run.payload, run.rows_done = carrying.seal_bytes(data, SEALED_FOR), run.rows_total
        _end(run, "finish")
        _tell(run, wish, actor)


def _tell(run: ExportRun, wish: Wish, actor: Actor) -> None:
    """Record who took which list out, when; with contact data why, never what was searched for."""
    told: dict[str, Any] = {
        "list": run.listing,
        "label": run.label,
        "rows": run.rows_total,
        "format": run.format,
    }
    told["asked"] = {key: value for key, value in wish.asked.items() if key not in ("text", "q")}
    why = ""
    if wish.purpose:
        told |= {"personal": True, "purpose": wish.purpose.code}
        why = wish.purpose.explanation.strip()
    record.alone("export", Fact(events.EXPORTED, told, why), actor.stamp)


def _counted(run: ExportRun, rows: Iterable[list[object]]) -> Iterator[list[object]]:
    """Yield rows and tell how many are done on a connection of its own, so that others see it while the file is made."""
    if run.rows_total <= AT_ONCE:
        yield from rows
        return
    with closing(connection.copy()) as apart:
        for number, row in enumerate(rows, start=1):
            if number % _TELL_EVERY == 0:
                with apart.cursor() as cursor:
                    cursor.execute(
                        "UPDATE tables_export_run SET rows_done = %s WHERE id = %s", [number, run.pk]
                    )
            yield row


def _end(run: ExportRun, step: str) -> None:
    run.state, run.ended_at = states.RUN.check(run.state, step), clock.now()
    run.save(update_fields=["state", "ended_at", "rows_done", "payload", "problem"])


def _fail(pk: int, sentence: str) -> None:
    with transaction.atomic():
        run = ExportRun.objects.select_for_update().get(pk=pk)
        run.problem, run.payload = sentence[:300], None
        _end(run, "give_up")


# --- fetching ---


def runs_for(actor: Actor) -> QuerySet[ExportRun]:
    """Return the actor's own exports, newest first."""
    own = ExportRun.objects.filter(user_id=actor.user_id or 0, post_id=actor.post_id or 0)
    return own.defer("payload", "asked").order_by("-pk")


def get_run_for(actor: Actor | None, pk: int) -> ExportRun:
    """Return a run of the actor's own whose list they may still see; ``Missing`` whether it is absent or another's."""
    if actor is None:
        raise gate.sign_in_needed()
    found = runs_for(actor).filter(pk=pk).first()
    if found is None or not actor.may(listings.get(found.listing).right):
        raise Missing(_("没有找到这次导出。"))
    return found


def file_of(run: ExportRun) -> bytes:
    """Return the file of a finished export. ``Refused`` while it is not ready, ``Missing`` when it was cleared meanwhile."""
    if run.state != "done":
        raise Refused(_("文件还没有准备好，请稍等。"), code="not_ready")
    payload = ExportRun.objects.filter(pk=run.pk).values_list("payload", flat=True).first()
    if payload is None:
        raise Missing(_("文件已清除，请重新导出。"))
    return carrying.unseal_bytes(bytes(payload), SEALED_FOR)


def clear_old() -> int:
    """Forget files that are older than ``KEPT``; return how many. A run that a day was not enough for is given up."""
    lost = ExportRun.objects.filter(state__in=states.RUN.open_codes, created_at__lt=clock.now() - LOST)
    for pk in lost.values_list("pk", flat=True):
        _fail(pk, _("处理时出错，没有完成。请重新开始；再次出错请告诉管理员。"))
    old = ExportRun.objects.filter(created_at__lt=clock.now() - KEPT)
    return old.exclude(payload=None).update(payload=None)
