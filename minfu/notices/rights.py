"""The rights of this room, registered with the gate."""

from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Role
from minfu.accounts.rights import PEOPLE
from minfu.kernel import gate

READ = gate.register("notices.read", _("查看发给本人的通知"), PEOPLE)
#: Who runs the software is told what is theirs by name; what units are told is about demands, which they never see.
READ_UNIT = gate.register(
    "notices.read_unit", _("查看发给本单位的通知"), [role for role in PEOPLE if role != Role.ADMINISTRATOR]
)
PHONE = gate.register("notices.phone", _("电话告知居民并登记"), [Role.TOWNSHIP_CLERK, Role.COUNTY_DISPATCHER])
#: Held by no role: only the software itself delivers.
DELIVER = gate.register("notices.deliver", _("发送通知（系统）"), [])
CONFIGURE = gate.register(
    "notices.configure",
    _("维护通知的文字和安静时段，查看发送记录"),
    [Role.ADMINISTRATOR, Role.COUNTY_DISPATCHER],
)
CHANNELS = gate.register("notices.channels", _("维护通知的发送渠道"), [Role.ADMINISTRATOR])
