"""What notices about demands say. Placeholders: the number, and what the demand is in a few words without names."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from minfu.cases import events
from minfu.notices import texts
from minfu.notices.models import Urgency
from minfu.registry.one_time import LIFETIME

#: To units, by the event behind the message.
_UNITS = {
    events.WAITING: _("有新诉求等待派单"),
    events.ASSIGNED: _("派来一件诉求，请签收"),
    events.REASSIGNED: _("一件诉求已改派"),
    events.OBJECTED: _("有派单异议等待裁定"),
    events.OBJECTION_UPHELD: _("异议成立，诉求已退回平台"),
    events.OBJECTION_OVERRULED: _("异议不成立，请继续办理"),
    events.HELP_CALLED: _("请求协办，请报到"),
    events.HELP_COMING: _("协办单位已报到"),
    events.HELP_DONE: _("协办已完成"),
    events.HELP_DECLINED: _("协办单位说明不能协办"),
    events.HELP_RELEASED: _("协办已解除"),
    events.APPROVAL_ASKED: _("有申请等待审批"),
    events.APPROVAL_GRANTED: _("申请已批准"),
    events.APPROVAL_REFUSED: _("申请未批准"),
    events.RESUMED: _("诉求恢复办理"),
    events.REPORTED: _("有办结报告等待核实"),
    events.SENT_BACK: _("核实未通过，请继续办理"),
    events.REOPENED: _("居民表示没有解决，提级重办"),
    events.WITHDRAWN: _("居民已撤回诉求"),
    events.UNMERGED: _("并单已撤销，请继续办理"),
    events.WORDS_ADDED: _("居民补充了情况，请查看"),
    events.MERGED_NOT_SOLVED: _("并入的一单，居民表示没有解决"),
    events.DATA_ASKED: _("居民对自己的个人信息提出要求，请答复"),
    events.RELEASE_OBJECTED: _("居民不同意公开，已从公开栏撤下"),
    events.REMINDED: _("时限快到了"),
    events.ESCALATED: _("已超过时限"),
}
#: Of an urgent demand, to whoever has to act at once: by every address they gave, at any hour, in a message of its own.
URGENT = {
    events.REGISTERED: _("登记了一件紧急诉求，请马上督促办理"),
    events.WAITING: _("紧急诉求，请马上派单"),
    events.ASSIGNED: _("紧急诉求，请马上签收办理"),
    events.CLASSIFIED: _("手里的一件诉求改为紧急，请马上办理"),
    events.HELP_CALLED: _("紧急诉求请求协办，请马上报到"),
}
#: To residents: in writing, and as a desk says it on the telephone. Query code and link are theirs alone: no desk reads them.
_RESIDENTS = {
    events.VERIFIED: (
        _("您反映的事情已办理。解决了没有，由您说了算，请点开告诉我们：{link}"),
        _("您反映的事情已办理。请问解决了没有？请居民亲口说，由您在“居民确认”里记下。"),
    ),
    events.ANSWERED: (
        _("您反映的事情已答复。请点开查看，说说是否满意：{link}"),
        _("您反映的事情已答复。请念出答复，问是否满意，在“居民确认”里记下。"),
    ),
    events.DIVERTED: (
        _("您反映的事情应走其他渠道，请用查询码 {receipt} 查看去哪里办。"),
        _("您反映的事情应走其他渠道，请告诉居民去哪里办、怎么办。"),
    ),
    events.CONFIRMED: (
        _("工作人员记下了您对办理结果的答复。请点开看看对不对，不是您的意思可以马上告诉我们：{link}"),
        _("工作人员记下了居民的答复。"),
    ),
    events.CLOSED_UNCONFIRMED: (
        _("三次没有联系上您，您反映的事情先结了，不算解决。要是还没有解决，请点开告诉我们：{link}"),
        _("三次没有联系上居民，这件事先结了。"),
    ),
    events.PAUSED: (
        _("要接着办您反映的事情，还需要您补充。请用查询码 {receipt} 查看，在“补充情况”里写下来。"),
        _("办理单位在等居民补充。请告诉居民需要什么，居民说的请登记在诉求里。"),
    ),
    events.WITHDRAWN: (
        _(
            "工作人员记下您撤回了反映的事情，不再办理。如果不是您的意思，请用查询码 {receipt} 查看，并重新反映。"
        ),
        _("工作人员记下居民撤回了这件事。请问是不是居民本人的意思？不是的，请重新登记。"),
    ),
    events.DATA_GRANTED: (
        _("您对个人信息的要求已照办，请用查询码 {receipt} 查看。"),
        _("居民对个人信息的要求已照办，请告诉居民。"),
    ),
    events.DATA_REFUSED: (
        _("您对个人信息的要求已答复，理由请用查询码 {receipt} 查看。"),
        _("居民对个人信息的要求没有同意，请把理由告诉居民。"),
    ),
    events.RELEASED: (
        _(
            "您反映的事情办好了，已去掉个人信息放上公开栏。不愿意公开的，用查询码 {receipt} 打开，选“不要公开”。"
        ),
        _("居民反映的事情已去掉个人信息放上公开栏，请告诉居民：不愿意公开，随时可以撤下。"),
    ),
    events.MERGED: (
        _("您反映的事情与另一件一并办理，查询码 {receipt} 不变。"),
        _("您反映的事情与另一件一并办理，查询码不变。"),
    ),
    events.UNMERGED: (
        _("您反映的事情已恢复单独办理，查询码 {receipt} 不变。"),
        _("您反映的事情已恢复单独办理，查询码不变。"),
    ),
    events.SPLIT: (
        _("您反映的几件事已分开办理，查询码 {receipt} 不变。"),
        _("您反映的几件事已分开办理，查询码不变。"),
    ),
}

#: Messages that ask the resident how it went; who was merged in is asked too.
ASKING = frozenset({events.VERIFIED, events.ANSWERED})
#: What was noted of the resident, for them to check: only in writing, since it is the desk itself that would ring.
TO_CHECK = frozenset({events.CONFIRMED, events.CLOSED_UNCONFIRMED})

#: The code that proves a resident holds the number they left; read out by phone where no text message leaves the house.
ONE_TIME_CODE = "cases.one_time_code"


def unit_key(event: str) -> str:
    """Return the template key of a unit's message about an event."""
    return event


def urgent_key(event: str) -> str:
    """Return the template key of a unit's message about an event of an urgent demand."""
    return f"{event}.urgent"


def resident_key(event: str) -> str:
    """Return the template key of a resident's message about an event."""
    return f"{event}.resident"


def register() -> None:
    """Register every text, and where staff read on about a demand; called once when the room is ready."""
    texts.describe("number", _("编号"), "20261123-0000001")
    texts.describe("what", _("诉求是什么"), _("道路 · 求助"))
    texts.describe("receipt", _("查询码"), "4829 1735 0623")
    texts.describe("link", _("确认链接"), f"{settings.MINFU_PUBLIC_URL}/a/…")
    texts.describe("code", _("验证码"), "493817")
    texts.link(events.SUBJECT, lambda case_id: reverse("cases:case", args=[case_id]))
    for event, title in _UNITS.items():
        texts.register(unit_key(event), title, "{number} {what}")
    for event, title in URGENT.items():
        texts.register(urgent_key(event), title, "{number} {what}", urgency=Urgency.ALARM)
    for event, (body, spoken) in _RESIDENTS.items():
        texts.register(
            resident_key(event),
            _("您反映的事情有新进展"),
            body,
            secrets=["link" if event in ASKING | TO_CHECK else "receipt"],
            spoken=spoken,
        )
    texts.link(events.MODEL, lambda _one: reverse("cases:understanding"))
    texts.register(
        events.MODEL_BROKEN,
        _("类别模型读不出来"),
        _(
            "诉求照常办理，类别改按关键词提示。请在服务器上运行 minfu learn --back 换回上一版，或 minfu learn 重新学习。"
        ),
    )
    texts.register(
        ONE_TIME_CODE,
        _("居民查询验证码"),
        _("验证码 {code}，10 分钟内有效，用来确认是您本人。请不要告诉别人。"),
        secrets=["code"],
        kept=LIFETIME,
        urgency=Urgency.ASKED,
        spoken=_("验证码 {code}，10 分钟内有效。请拨打居民留的电话，只告诉本人。"),
    )
