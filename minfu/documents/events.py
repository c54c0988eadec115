"""What is recorded about documents, and the sentence people read."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.record import event

SUBJECT = "document"
#: The registers of numbers, one history for all.
CONFIGURATION = "documents_configuration"

BEGUN = event("documents.begun", _("起草公文"))
EDITED = event("documents.edited", _("修改草稿"))
SUBMITTED = event("documents.submitted", _("送审，共绑定 %(figures)s 个数"))
APPROVED = event("documents.approved", _("审批同意"))
REFUSED = event("documents.refused", _("退回修改"))
RECALLED = event("documents.recalled", _("取回修改"))
ISSUED = event("documents.issued", _("编号印发：%(number)s"))
WITHDRAWN = event("documents.withdrawn", _("撤回公文"))
REPLACEMENT_BEGUN = event("documents.replacement_begun", _("另发新文取代，已起草"))
SUPERSEDED = event("documents.superseded", _("被 %(number)s 取代"))
DROPPED = event("documents.dropped", _("作废草稿"))
REGISTER_SET = event("documents.register_set", _("设立发文字号簿：%(label)s"))
REGISTER_CLOSED = event("documents.register_closed", _("停用发文字号簿：%(label)s"))
