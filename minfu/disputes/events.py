"""What is recorded about a mediation, and the sentence people read. Nothing here says what the parties said."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.record import event

SUBJECT = "mediation"
#: The room's configuration, one history for all.
CONFIGURATION = "disputes_configuration"

OPENED = event("disputes.opened", _("调解立案"))
HANDED_OVER = event("disputes.handed_over", _("随诉求转由%(unit_name)s调解"))
PARTY_ADDED = event("disputes.party_added", _("登记当事人"))
PARTY_REMOVED = event("disputes.party_removed", _("去掉一位登记有误的当事人"))
CONSENTED = event("disputes.consented", _("一位当事人同意调解"))
DECLINED = event("disputes.declined", _("当事人不同意调解，调解终止"))
SEAT_ASKED = event("disputes.seat_asked", _("请%(who)s担任调解员"))
SEATED = event("disputes.seated", _("%(who)s声明没有应当回避的情形，担任调解员"))
RECUSED = event("disputes.recused", _("%(who)s回避"))
REPLACEMENT_ASKED = event("disputes.replacement_asked", _("一方当事人请求更换调解员%(who)s"))
REPLACEMENT_GRANTED = event("disputes.replacement_granted", _("同意更换调解员%(who)s"))
REPLACEMENT_REFUSED = event("disputes.replacement_refused", _("不同意更换调解员%(who)s"))
BEGUN = event("disputes.begun", _("开始调解"))
SESSION_PLANNED = event("disputes.session_planned", _("约定调解时间"))
SESSION_HELD = event("disputes.session_held", _("记录一次调解"))
SESSION_CANCELLED = event("disputes.session_cancelled", _("取消一次调解"))
DRAFTED = event("disputes.drafted", _("拟定书面协议，等双方签字"))
RECONSIDERED = event("disputes.reconsidered", _("协议未签，继续调解"))
AGREED = event("disputes.agreed", _("调解协议生效"))
SETTLED = event("disputes.settled", _("双方自行和解"))
FAILED = event("disputes.failed", _("调解不成，终止调解并告知其他途径"))
APPLIED = event("disputes.applied", _("双方共同申请司法确认"))
COURT_DECIDED = event("disputes.court_decided", _("登记法院司法确认结果"))
VISITED = event("disputes.visited", _("回访"))
KEPT = event("disputes.kept", _("协议履行完毕"))
BROKEN = event("disputes.broken", _("协议未履行，告知其他途径"))
DROPPED = event("disputes.dropped", _("调解随诉求终止"))
REMINDED = event("disputes.reminded", _("提醒：%(what)s"))
RECOUNTED = event("disputes.recounted", _("工作日历更新，期限重新计算"))
IDENTITIES_ERASED = event("disputes.identities_erased", _("删除了当事人的姓名、电话"))
REVEALED = event("disputes.revealed", _("查看当事人身份"))
PRINTED = event("disputes.printed", _("带当事人身份打印文书"))

TERM_SET = event("disputes.term_set", _("设定调解期限 %(label)s，自 %(on)s 起"))
WAY_SET = event("disputes.way_set", _("设定其他途径 %(label)s，自 %(on)s 起"))
