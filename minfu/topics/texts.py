"""What notices about topics say."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from minfu.notices import texts
from minfu.topics import events

TAKEN_UP = "topics.taken_up_notice"
REPORTED = "topics.reported_notice"
SENT_BACK = "topics.sent_back_notice"


def register() -> None:
    """Register every text, and where a topic is shown; called once when the room is ready."""
    texts.register(TAKEN_UP, _("一个专题交由您单位办理"), _("{topic}，请在 {due} 前完成，办完报告结果。"))
    texts.register(REPORTED, _("每月一题报告了办理结果"), _("{topic}，请核实是否已经解决。"))
    texts.register(SENT_BACK, _("每月一题核实没有通过"), _("{topic}，请看核实意见，继续办理。"))
    texts.describe("topic", _("专题名称"), _("镇南路晚上施工太吵"))
    texts.link(events.SUBJECT, lambda pk: reverse("topics:topic", args=[pk]))
