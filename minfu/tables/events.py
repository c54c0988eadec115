"""What is recorded of exports."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.record import event

EXPORTED = event("tables.exported", _("导出列表"))
EXPORT_WAITING = event("tables.waiting", _("开始准备一个大文件"))
