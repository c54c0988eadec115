"""The rows of the leader's tables, one for each unit or place. Drawn here and not in a template, as those of the desk's list."""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString

from minfu.cases.rules.glance import Line

_ROW = '<tr><th scope="row">{name}</th><td class="num">{open}</td><td class="num{late}">{overdue}</td></tr>'


def draw(lines: Iterable[Line], list_url: str) -> SafeString:
    """Return lines as rows of a table, every text escaped. Names and numbers, noughts too, lead to their lists."""
    before = escape(list_url)
    return SafeString("\n".join(_row(line, before) for line in lines))


def _row(line: Line, before: str) -> str:
    name, query = escape(line.label), escape(line.query)
    open_, overdue = f"{line.open:,}", f"{line.overdue:,}"
    name = f'<a href="{before}{query}">{name}</a>'
    open_ = f'<a href="{before}{query}">{open_}</a>'
    overdue = f'<a href="{before}{query}&amp;overdue=1">{overdue}</a>'
    late = " board-late" if line.overdue else ""
    return _ROW.format(name=name, open=open_, late=late, overdue=overdue)
