"""The rights of this room, registered with the gate."""

from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Role
from minfu.accounts.rights import PEOPLE
from minfu.kernel import gate

READ = gate.register("notices.read", _("查看本单位和本人的通知"), PEOPLE)
PHONE = gate.register("notices.phone", _("电话告知居民并登记"), [Role.TOWNSHIP_CLERK, Role.COUNTY_DISPATCHER])
#: Held by no role: only the software itself delivers.
DELIVER = gate.register("notices.deliver", _("发送通知（系统）"), [])
CONFIGURE = gate.register(
    "notices.configure",
    _("维护通知的文字和安静时段，查看发送记录"),
    [Role.ADMINISTRATOR, Role.COUNTY_DISPATCHER],
)
CHANNELS = gate.register("notices.channels", _("维护通知的发送渠道"), [Role.ADMINISTRATOR])
