"""What may be done with forms that are asked for, and which roles hold each right."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel import gate

ISSUERS = ("township_clerk", "county_dispatcher", "department_handler")
FILLERS = ("village_officer", *ISSUERS)

#: Which forms there are and what they cost is open to everybody who works here.
VIEW = gate.register(
    "returns.view",
    _("查看报表和填报负担"),
    (*FILLERS, "grid_worker", "township_leader", "mediator", "auditor", "administrator"),
)
ISSUE = gate.register("returns.issue", _("申报、发出报表"), ISSUERS)
#: Whoever lets a form in is never who asks for it (``rules/access.py``).
APPROVE = gate.register("returns.approve", _("报表准入审批"), ("county_dispatcher",))
HAND_IN = gate.register("returns.hand_in", _("填报本单位的报表"), FILLERS)
CONFIGURE = gate.register("returns.configure", _("维护填报用时标准"), ("county_dispatcher", "administrator"))
#: Held by no role: forms end by themselves.
SYSTEM = gate.register("returns.system", _("到期停用（系统）"), ())
