"""The rights of this room, registered with the gate."""

from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Role
from minfu.kernel import gate

#: The roles that people hold.
PEOPLE = [role for role in Role if role != Role.PARTNER]

MANAGE = gate.register("accounts.manage", _("管理单位、人员和岗位"), [Role.ADMINISTRATOR])
DELEGATE_OWN = gate.register("accounts.delegate_own", _("休假时委托他人代理自己的岗位"), PEOPLE)
SEE_SIGN_INS = gate.register(
    "accounts.see_sign_ins", _("查看人员的登录记录"), [Role.ADMINISTRATOR, Role.AUDITOR]
)
