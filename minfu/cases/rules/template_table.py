"""The template of the import: its columns with an example row, and a sheet that explains them."""

import io

from django.utils.translation import gettext as _

from minfu.cases.rules import importing
from minfu.cases.rules.intake import MAX_DESCRIPTION
from minfu.files.sheets import write_xlsx


def workbook() -> bytes:
    """Return the template as xlsx. Its example row is passed over when it is imported."""
    out = io.BytesIO()
    titles = [column.titles[0] for column in importing.COLUMNS]
    explained = [
        [
            column.titles[0],
            _("必填") if column.required else "",
            _told(column.key),
            _("、").join(column.titles[1:]),
        ]
        for column in importing.COLUMNS
    ]
    more = [(_("怎么填"), [_("列"), _("必填吗"), _("怎么填"), _("也认得的标题")], explained)]
    write_xlsx(
        out, titles, [[_example(column.key) for column in importing.COLUMNS]], name=_("诉求"), more=more
    )
    return out.getvalue()


def _example(key: str) -> str:
    """Return the example row's cell of a column."""
    return {
        "external_id": "2026-0001",
        "occurred_at": "2026-11-20 09:30",
        "title": _("路灯不亮"),
        "description": importing.EXAMPLE + _("村口第三盏路灯坏了，晚上看不见路。"),
        "kind": _("求助"),
        "urgency": _("一般"),
        "address": _("凤埔乡凤埔村村口"),
        "mode": _("实名"),
        "name": _("张三"),
        "phone": "13800000000",
    }.get(key, "")


def _told(key: str) -> str:
    """Say how a column is filled in."""
    return {
        "external_id": _("来源系统里的编号。有它，重复导入不会新增；没有时按整行内容认。"),
        "occurred_at": _("居民反映的时间，例如 2026-11-20 09:30。办理时限从导入时起算。"),
        "title": _("会加在反映内容前面。"),
        "description": _("原话，最多 %(max)s 字。") % {"max": f"{MAX_DESCRIPTION:,}"},
        "kind": _("咨询、求助、投诉、举报、建议、表扬、隐患、矛盾纠纷；空着按求助。"),
        "category": _("类别代码，或只有一个的类别名称；空着由平台分类。"),
        "urgency": _("一般或紧急；空着按一般。"),
        "address": _("尽量写到村和小地名，系统按它找网格；找不准的停在平台由人确认。"),
        "village": _("12 位村（社区）代码，知道就填，最准。"),
        "mode": _("实名、匿名或要求保密；匿名的不要填姓名电话。"),
        "name": _("反映人姓名，加密保存。"),
        "phone": _("手机或带区号的固定电话，加密保存。"),
    }[key]
