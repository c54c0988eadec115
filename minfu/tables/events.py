"""What is recorded of exports, and of remembered columns."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.record import event

EXPORTED = event("tables.exported", _("导出列表"))
EXPORT_WAITING = event("tables.waiting", _("开始准备一个大文件"))
COLUMNS_REMEMBERED = event("tables.columns_remembered", _("记住了导入表格的列"))
COLUMNS_FORGOTTEN = event("tables.columns_forgotten", _("忘记了导入表格的列"))
