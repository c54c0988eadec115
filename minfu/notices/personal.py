"""What notices hold of residents and staff."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.personal import Held, Whose, register

register(
    Held(
        model="notices.Notice",
        columns=("context", "secret", "done_by_label"),
        whose=Whose.RESIDENT,
        what=_("发给您的通知：编号、进展、查询码和链接"),
        why=_("把进展和结果告诉您"),
        basis=_("个人信息保护法第十三条第一款第三项"),
        kept=_("查询码和链接加密，送达即删；通知记录与诉求相同"),
        seen_by=_("负责打电话告知的工作人员"),
        risk=_("通知被别人看到"),
        measures=_("通知里不写反映的内容；号码只在发送的一刻解密"),
    ),
    Held(
        model="notices.Reach",
        columns=("address",),
        whose=Whose.STAFF,
        what=_("工作人员自己填写的接收通知的手机号、邮箱或企业微信账号"),
        why=_("按本人的选择把通知发到站外"),
        basis=_("个人信息保护法第十三条第一款第一项：本人同意，可以随时删除"),
        kept=_("本人删除或离岗前"),
        seen_by=_("只有本人能看到（遮盖显示）"),
        risk=_("号码外泄"),
        measures=_("加密保存，只在发送的一刻解密，不写日志"),
    ),
    Held(
        model="notices.Delivery",
        columns=("done_by_label",),
        whose=Whose.STAFF,
        what=_("哪个岗位打电话告知了没有送达的紧急通知"),
        why=_("紧急通知要有人确认送到"),
        basis=_("个人信息保护法第十三条第一款第三项"),
        kept=_("通知配置里定的月数，过期的每天夜里删除"),
        seen_by=_("值班员、调度员、管理员"),
        risk=_("低"),
        measures=_("只记岗位，不记号码和内容"),
    ),
    Held(
        model="notices.Caught",
        columns=("reader", "title", "body"),
        whose=Whose.STAFF,
        what=_("演示时本来会发出的消息，收件人遮盖显示"),
        why=_("演示通知怎样发出"),
        basis=_("只在演示环境，数据是虚构的"),
        kept=_("14 天"),
        seen_by=_("管理员、调度员"),
        risk=_("低"),
        measures=_("正式使用时不能启用"),
    ),
)
