"""What notices about hazards say."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from minfu.hazards import events
from minfu.notices import texts
from minfu.notices.models import Urgency

ALARM = "hazards.alarm"
ALARM_AGAIN = "hazards.alarm_again"
ACKNOWLEDGED = "hazards.acknowledged"
OVERDUE = "hazards.overdue_notice"
NOT_GONE = "hazards.not_gone_notice"
DATE_SET = "hazards.date_set_notice"

#: Told at any hour, and to everybody on the list.
ALARMS = frozenset({ALARM, ALARM_AGAIN})


def register() -> None:
    """Register every text, and where a hazard is shown; called once when the room is ready."""
    texts.register(
        ALARM, _("险情警报，请立即处理"), _("{where} {what}。请马上确认：{number}"), urgency=Urgency.ALARM
    )
    texts.register(
        ALARM_AGAIN,
        _("险情警报还没有人确认"),
        _("{where} {what}。已第 {stage} 轮通知，请马上确认：{number}"),
        urgency=Urgency.ALARM,
    )
    texts.register(ACKNOWLEDGED, _("警报已有人处理"), _("{number} {who} 正在处理。"), urgency=Urgency.ALARM)
    texts.register(OVERDUE, _("隐患超过整改期限"), _("{number} {what}，原定 {due} 前整改完成。"))
    texts.register(NOT_GONE, _("复查没有通过，请继续整改"), _("{number} {what}，请在 {due} 前整改完成。"))
    texts.register(DATE_SET, _("整改期限有变动"), _("{number} {what}，请在 {due} 前整改完成。"))
    texts.describe("where", _("在哪里"), _("凤埔乡 · 凤埔村"))
    texts.describe("stage", _("第几轮通知"), "2")
    texts.describe("who", _("谁在处理"), _("凤埔乡民富中心 · 平台值班员"))
    texts.describe("due", _("整改期限"), _("11月27日 周五"))
    texts.link(events.SUBJECT, lambda pk: reverse("hazards:hazard", args=[pk]))
