"""The rights of this room, registered with the gate."""

from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Role
from minfu.kernel import gate

#: Never the administrator (runs the system, sees no personal data), never the auditor (reads history, sees no persons).
REVEAL = gate.register(
    "registry.reveal",
    _("查看居民的完整身份和联系方式"),
    [
        Role.TOWNSHIP_CLERK,
        Role.COUNTY_DISPATCHER,
        Role.DEPARTMENT_HANDLER,
        Role.VILLAGE_OFFICER,
        Role.MEDIATOR,
        Role.GRID_WORKER,
    ],
)
