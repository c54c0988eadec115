"""The data dictionary: what each column of each table means."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Column:
    """A column of a table everyone may download: its name, what it is called, what stands in it, of which type."""

    table: str
    name: str
    title: str
    meaning: str
    type: str


def columns() -> list[Column]:
    """Return every column, table after table, in the order of the files."""
    told = {
        "counts": [
            (
                "measure",
                _("指标"),
                _("registered：这个月登记的诉求；solved：这个月居民确认解决的诉求。"),
                "text",
            ),
            ("month", _("月份"), _("年和月，例如 2026-10。只有已经结束的月份。"), "text"),
            ("township", _("乡镇代码"), _("12 位统计用区划代码；* 是全县合计，- 是地点待定。"), "text"),
            ("township_name", _("乡镇（街道）"), _("当天的名称。"), "text"),
            ("category", _("类别代码"), _("一级类别代码；* 是合计，- 是未分类。"), "text"),
            ("category_name", _("类别"), _("当天的名称。"), "text"),
            (
                "number",
                _("件数"),
                _("空白是没有公开的小数；表里没有的行是 0。举报和要求保密的不计入任何一格。"),
                "integer",
            ),
        ],
        "matters": [
            ("id", _("序号"), _("公开栏上的序号，不是诉求编号。"), "integer"),
            ("month", _("解决的月份"), _("居民确认解决的月份。"), "text"),
            ("township", _("乡镇代码"), _("12 位统计用区划代码。"), "text"),
            ("place", _("地方"), _("乡镇和村；写了会认出人的，只写到乡镇。"), "text"),
            ("kind", _("类型"), _("咨询、求助、投诉等。"), "text"),
            ("category", _("类别代码"), _("类别代码。"), "text"),
            ("category_name", _("类别"), _("公开时的名称。"), "text"),
            ("what", _("是什么事"), _("工作人员另写的，不是居民的原话。"), "text"),
            ("done", _("怎么办的"), _("工作人员另写的。"), "text"),
            ("unit", _("谁公开的"), _("公开这件事的单位。"), "text"),
        ],
    }
    return [Column(table, *column) for table, rows in told.items() for column in rows]


def names(table: str) -> list[str]:
    """Return the names of a table's columns."""
    return [one.name for one in columns() if one.table == table]
