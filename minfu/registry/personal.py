"""What the vault holds of residents."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.personal import Held, Whose, register

register(
    Held(
        model="registry.Identity",
        columns=("sealed", "phone_index", "id_index"),
        whose=Whose.RESIDENT,
        what=_("您愿意留下的姓名、电话，以及个别事项必需的身份证号、住址"),
        why=_("联系您了解情况、告诉您结果、请您确认是否解决"),
        basis=_("个人信息保护法第十三条第一款第三项：履行法定职责所必需；可以不留（匿名反映）"),
        kept=_("办结后保存到规定期限（默认 24 个月，见保存期限），到期自动删除；办结后您也可以要求删除"),
        seen_by=_("平时只显示打码的；经办人说明用途才能看全，每次都有记录，您可以查到"),
        risk=_("泄露后可能被骚扰或打击报复"),
        measures=_("单独加密存放，密钥与数据库分开；被反映的单位看不到；每人每小时可查看的次数有限"),
        sensitive=True,
    ),
    Held(
        model="registry.Reveal",
        columns=("explanation", "actor_label"),
        whose=Whose.STAFF,
        what=_("谁在什么岗位、为什么查看了居民的联系方式"),
        why=_("让居民查得到，让监督有据"),
        basis=_("个人信息保护法第五十一条、第五十四条：操作记录和审计"),
        kept=_("不少于三年"),
        seen_by=_("居民本人、审计员"),
        risk=_("说明里写入居民的信息"),
        measures=_("只增不改，不能删除"),
    ),
    Held(
        model="registry.Erasure",
        columns=("basis", "actor_label"),
        whose=Whose.STAFF,
        what=_("删除了哪一条身份信息的记录（不含被删除的内容）"),
        why=_("证明按期限、按本人要求删除了"),
        basis=_("个人信息保护法第四十七条"),
        kept=_("不少于三年"),
        seen_by=_("审计员"),
        risk=_("无：不含居民的信息"),
        measures=_("只增不改，不能删除"),
    ),
)
