"""What the room holds that a person told: the hazards of their demands. It holds nobody's name or number."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from minfu.hazards import states
from minfu.hazards.models import Hazard
from minfu.hazards.rules import access
from minfu.registry.held import Person


def own(person: Person) -> Iterator[dict[str, Any]]:
    """Yield each hazard of the person's demands: their words, what was done, what the checks found."""
    seen = Hazard.objects.all() if person.reader is None else access.visible_to(person.reader)
    rows = seen.filter(case_id__in=person.demands).select_related("grade").order_by("pk")
    for row in rows.prefetch_related("rectifications__unit", "inspections__unit", "evidence__file"):
        yield _all_of(row)


def _all_of(row: Hazard) -> dict[str, Any]:
    return {
        _("编号"): row.number,
        _("类型"): _("隐患"),
        _("类别"): row.category,
        _("状态"): str(states.HAZARD[row.state].label),
        _("登记时间"): row.opened_at.isoformat(),
        _("内容"): row.what,
        _("等级"): row.grade.name if row.grade else "",
        _("整改期限"): row.due_at.isoformat() if row.due_at else "",
        _("整改"): [
            {_("时间"): one.at.isoformat(), _("谁"): one.unit.name, _("什么"): one.text}
            for one in row.rectifications.all()
        ],
        _("复查"): [
            {_("时间"): one.at.isoformat(), _("谁"): one.unit.name if one.unit else "",
             _("结果"): _("已经消除") if one.gone else _("还在"), _("说明"): one.finding}
            for one in row.inspections.all()
        ],
        _("附件"): [one.file.name for one in row.evidence.all()],
    }  # fmt: skip
