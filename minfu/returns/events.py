"""What is recorded about forms and their copies, and the sentence people read."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.record import event

FORM = "return_form"
COPY = "return_copy"
#: Minutes of each kind of field, one history for all.
CONFIGURATION = "returns_configuration"

BEGUN = event("returns.begun", _("申报报表"))
EDITED = event("returns.edited", _("修改说明"))
FIELD_SET = event("returns.field_set", _("写入一项：%(name)s"))
FIELD_DECIDED = event("returns.field_decided", _("决定“%(name)s”：%(decision)s"))
FIELD_DROPPED = event("returns.field_dropped", _("删去一项：%(name)s"))
SUBMITTED = event("returns.submitted", _("报请准入，共 %(fields)s 项，其中 %(known)s 项已有、不再问"))
APPROVED = event("returns.approved", _("准予发表"))
REFUSED = event("returns.refused", _("不予准入"))
RECALLED = event("returns.recalled", _("取回修改"))
REVISED = event("returns.revised", _("修改后再报"))
ENDED = event("returns.ended", _("提前停用"))
EXPIRED = event("returns.expired", _("到期停用"))
DROPPED = event("returns.dropped", _("不再申报"))
ASKED = event("returns.asked", _("发给填报单位"))
REMINDED = event("returns.reminded", _("提醒快到期限"))
HANDED_IN = event("returns.handed_in", _("交表，其中 %(self)s 项自动填好"))
GIVEN_BACK = event("returns.given_back", _("退回重填"))
CLOSED = event("returns.closed", _("表已停用，不用交了"))
RATE_SET = event("returns.rate_set", _("设定填报用时：%(kind)s 每项 %(minutes)s 分钟"))
