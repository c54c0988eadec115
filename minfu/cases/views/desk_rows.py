"""The rows of the desk's list. Drawn here and not in a template, which takes ten times as long for the forty of a page."""

from collections.abc import Sequence
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from minfu.cases import states
from minfu.cases.models import Urgency
from minfu.cases.views.common import Row
from minfu.kernel.templatetags.minfu import svg_icon

_ROW = (
    '<li class="desk-row{late}">{tick}<a class="row-link{here}" href="{before}{pk}{after}" data-row{said}>'
    '<span class="row-title"><b>{title}</b>{urgent}{again} <span class="desk-place">{place}</span>'
    ' <span class="desk-text">{text}</span></span>'
    '<span class="row-meta">{badge}<span class="deadline tone-{tone}"{hint}>'
    '<span class="desk-left">{left}</span><span class="desk-due">{due}</span></span></span></a></li>'
)
_TICK = (
    '<input class="form-check-input desk-tick" type="checkbox" name="case" value="{pk}"'
    ' aria-label="{word} {title} {number}"{idle}>'
)
#: Stands for a demand's id in an address that is worked out once.
_ANY = 1234567890


def draw(rows: Sequence[Row], *, query: str, current: int, may_assign: bool) -> SafeString:
    """Return the rows as list items; every text in them is escaped here.

    ``query``: the list they stand in, for their links; ``current``: the id of the demand that is open beside the list, 0 for
    none; ``may_assign``: whether those that wait can be ticked, to be given to one unit together.
    """
    before, _id, after = escape(reverse("cases:case", args=[_ANY]) + query).partition(str(_ANY))
    word, urgently, anew = escape(_("勾选")), escape(_("紧急")), escape(_("重办"))
    urgent = f' <span class="desk-urgent">{svg_icon("alert")}{urgently}</span>'
    again = f' <span class="desk-again">{anew}</span>'
    drawn = []
    for row in rows:
        case, due, title = row.case, escape(row.due), escape(row.title)
        drawn.append(
            _ROW.format(
                before=before,
                pk=case.pk,
                after=after,
                late=" is-overdue" if row.tone == "red" else "",
                tick=_tick(row, word, title) if may_assign else "",
                here=" is-current" if case.pk == current else "",
                said=' aria-current="true"' if case.pk == current else "",
                title=title,
                urgent=urgent if case.urgency == Urgency.URGENT else "",
                again=again if case.reopened else "",
                place=escape(row.place),
                text=escape(row.text),
                badge=row.badge,
                tone=row.tone,
                hint=f' title="{due}"' if due else "",
                left=escape(row.left),
                due=due or escape(row.left),
            )
        )
    return SafeString("\n".join(drawn))


def _tick(row: Row, word: str, title: str) -> str:
    """Return the box to tick a demand that waits; of another one it is disabled."""
    idle = "" if row.case.state == states.WAITING else " disabled"
    return _TICK.format(pk=row.case.pk, word=word, title=title, number=row.case.number, idle=idle)
