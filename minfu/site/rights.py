"""The rights of the pages that stand above all rooms."""

from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Role
from minfu.kernel import gate

ASSESS = gate.register(
    "site.assess",
    _("查看个人信息保护影响评估"),
    [Role.ADMINISTRATOR, Role.AUDITOR, Role.COUNTY_DISPATCHER],
)
