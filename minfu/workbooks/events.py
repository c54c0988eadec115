"""What is recorded about forms from above, and the sentence people read."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.record import event

SUBJECT = "workbook"

BEGUN = event("workbooks.begun", _("上传了上级报表，共 %(cells)s 格要填"))
SETTLED = event("workbooks.settled", _("改为 %(area)s、%(period)s 的数"))
MARKED = event("workbooks.marked", _("说明了 %(cell)s 要什么数"))
ANSWERED = event("workbooks.answered", _("填写、确认了 %(cells)s 格"))
FINISHED = event("workbooks.finished", _("填好，%(cells)s 格由系统填写"))
REOPENED = event("workbooks.reopened", _("取回再改"))
DROPPED = event("workbooks.dropped", _("作废"))
