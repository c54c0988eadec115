"""What people did with a topic is recorded, with the sentence they read; what the software found is not."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.record import event

SUBJECT = "topic"

RENAMED = event("topics.renamed", _("改名为“%(title)s”，原名“%(before)s”"))
MERGED = event("topics.merged", _("并入专题“%(into_title)s”"))
RECEIVED = event("topics.received", _("并进了专题“%(from_title)s”的 %(number)s 件"))
SPLIT = event("topics.split", _("分出 %(number)s 件，另立专题“%(title)s”"))
BEGUN = event("topics.begun", _("由专题“%(from_title)s”分出，共 %(number)s 件"))
DISMISSED = event("topics.dismissed", _("搁置，不作专题"))
RESTORED = event("topics.restored", _("恢复关注"))
TAKEN_UP = event("topics.taken_up", _("列为每月一题，由%(unit_name)s办理，%(due)s 前完成"))
REPORTED = event("topics.reported", _("报告办理结果"))
VERIFIED = event("topics.verified", _("核实已经解决"))
SENT_BACK = event("topics.sent_back", _("核实没有解决，退回继续办理"))
PUT_DOWN = event("topics.put_down", _("不再列为每月一题"))
