"""What is recorded about a hazard and its alarms, and the sentence people read."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.record import event

SUBJECT = "hazard"
#: The room's configuration, one history for all.
CONFIGURATION = "hazards_configuration"

OPENED = event("hazards.opened", _("隐患登记"))
HANDED_OVER = event("hazards.handed_over", _("随诉求转由%(unit_name)s整改"))
GRADED = event("hazards.graded", _("定为%(grade)s"))
DATE_SET = event("hazards.date_set", _("整改期限改为 %(due)s"))
MEASURED = event("hazards.measured", _("采取管控措施"))
EVIDENCE_ADDED = event("hazards.evidence_added", _("添加照片或材料"))
REPORTED = event("hazards.reported", _("报告整改完成"))
GONE = event("hazards.gone", _("复查确认隐患已消除"))
NOT_GONE = event("hazards.not_gone", _("复查发现隐患还在，继续整改"))
DISMISSED = event("hazards.dismissed", _("认定不构成隐患"))
DROPPED = event("hazards.dropped", _("随诉求终止"))
OVERDUE = event("hazards.overdue", _("超过整改期限，提醒%(whom)s"))
RECOUNTED = event("hazards.recounted", _("工作日历更新，整改期限重新计算"))

ALARM_RAISED = event("hazards.alarm_raised", _("拉响警报"))
ALARM_TOLD = event("hazards.alarm_told", _("警报通知：%(whom)s"))
ALARM_ACKNOWLEDGED = event("hazards.alarm_acknowledged", _("警报已有人确认"))
ALARM_OVER = event("hazards.alarm_over", _("险情解除"))

GRADE_SET = event("hazards.grade_set", _("设定隐患等级 %(label)s，自 %(on)s 起"))
CALL_SET = event("hazards.call_set", _("设定警报名单 %(label)s，自 %(on)s 起"))
CALL_ENDED = event("hazards.call_ended", _("警报名单 %(label)s 自 %(on)s 起失效"))
