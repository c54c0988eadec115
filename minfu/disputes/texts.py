"""What notices about mediations say: never a word of what the dispute is about, never a name."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from minfu.disputes import events
from minfu.notices import texts

SEAT_ASKED = "disputes.seat_asked"
REPLACEMENT_ASKED = "disputes.replacement_asked"
CONFIRM_SOON = "disputes.confirm_soon"
VISIT_DUE = "disputes.visit_due"
PARTY_SESSION = "disputes.session.resident"
PARTY_CANCELLED = "disputes.session_cancelled.resident"
PARTY_EFFECT = "disputes.effect.resident"
PARTY_CONFIRM_SOON = "disputes.confirm_soon.resident"

#: Messages to staff that wait for the morning instead of coming at night.
PATIENT = frozenset({CONFIRM_SOON, VISIT_DUE})


def register() -> None:
    """Register every text, and where a mediation is shown; called once when the room is ready."""
    texts.describe("when", _("调解的时间"), _("11月27日 周五 09:00"))
    texts.describe("place", _("调解的地点"), _("凤埔乡调解室"))
    texts.describe("until", _("共同申请的最后一天"), _("12月22日"))
    texts.register(SEAT_ASKED, _("请您担任调解员"), _("{number} 请先声明有没有应当回避的情形。"))
    texts.register(REPLACEMENT_ASKED, _("当事人要求更换调解员"), _("{number} 请决定是否更换。"))
    texts.register(
        CONFIRM_SOON, _("司法确认快到期了"), _("{number} 双方须在 {until} 之前共同向法院申请，请提醒当事人。")
    )
    texts.register(VISIT_DUE, _("该回访了"), _("{number} 请问问双方协议履行得怎样。"))
    texts.register(PARTY_SESSION, _("约您参加调解"), _("请您于 {when} 到{place}参加调解。不能来请提前告知。"))
    texts.register(PARTY_CANCELLED, _("调解改期"), _("原定 {when} 的调解取消，再约时间会另行通知。"))
    texts.register(
        PARTY_EFFECT,
        _("调解协议已生效"),
        _("您参加的调解已达成协议。需要法院确认效力的，请双方在 {until} 之前共同向法院申请。"),
    )
    texts.register(
        PARTY_CONFIRM_SOON,
        _("司法确认快到期了"),
        _("您参加的调解，如需法院确认协议效力，双方须在 {until} 之前共同申请。"),
    )
    texts.link(events.SUBJECT, lambda pk: reverse("disputes:mediation", args=[pk]))
