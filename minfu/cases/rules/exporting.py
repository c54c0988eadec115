"""Export of a list: what stands on the screen, in its order and filter; personal data never rides along."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.cases import events, rights, states
from minfu.cases.models import Case
from minfu.cases.rules import catalog as catalogs
from minfu.cases.rules import lists
from minfu.cases.rules.actions.work import SETTLED_LEVELS
from minfu.kernel import gate, record
from minfu.kernel.errors import Refused

MOST_ROWS = 200_000
_CHUNK = 500

Cells = list[object]


def titles() -> list[str]:
    """Return the titles of the columns."""
    return [
        _("编号"), _("状态"), _("诉求类型"), _("类别"), _("紧急程度"), _("渠道"), _("反映内容"), _("地点描述"),
        _("区划代码"), _("区划"), _("网格"), _("牵头单位"), _("当前单位"), _("登记时间"), _("办结时限"), _("结束时间"),
        _("化解层级"), _("满意度"), _("重办次数"),
    ]  # fmt: skip


def rows(actor: Actor, scope: str, filters: lists.Filters) -> Iterator[Cells]:
    """Yield the rows of a list the actor may see; the export is recorded before the first row leaves.

    Raises ``Forbidden`` without the right, ``Refused`` for a list too long for one file.
    """
    gate.check(actor, rights.EXPORT)
    found = lists.select(actor, scope, filters)
    if found.order_by()[MOST_ROWS : MOST_ROWS + 1].exists():
        raise too_many()
    _record(actor, scope, filters)
    return _rows(found.select_related("category", "division", "grid", "lead", "holder"))


def too_many() -> Refused:
    """Return the refusal of a list that is too long for one file."""
    sentence = _("这个列表超过 %(most)s 行，请先用筛选条件缩小范围。")
    return Refused(sentence % {"most": f"{MOST_ROWS:,}"}, code="too_many_rows")


def _record(actor: Actor, scope: str, filters: lists.Filters) -> None:
    """Who took which list out, when."""
    data = {"scope": scope, **{key: value for key, value in vars(filters).items() if value and key != "text"}}
    record.alone("export", record.Fact(events.EXPORTED, data), actor.stamp)


def _rows(found: QuerySet[Case]) -> Iterator[Cells]:
    catalog = catalogs.current()
    for case in found.iterator(chunk_size=_CHUNK):
        yield [
            case.number,
            str(states.CASE[case.state].label),
            case.get_kind_display(),
            catalog.path(case.category.code) if case.category else "",
            case.get_urgency_display(),
            case.get_door_display(),
            case.shown_description,
            case.address,
            case.division_id,
            case.division.name,
            case.grid.name if case.grid else "",
            case.lead.name if case.lead else "",
            case.holder.name,
            case.registered_at,
            case.due_at,
            case.closed_at,
            str(SETTLED_LEVELS.get(case.settled_level, "")),
            case.satisfaction or "",
            case.reopened,
        ]
