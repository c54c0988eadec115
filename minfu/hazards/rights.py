"""What may be done with hazards, and which roles hold each right."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel import gate

WORKERS = ("township_clerk", "county_dispatcher", "village_officer", "department_handler", "grid_worker")

VIEW = gate.register("hazards.view", _("查看隐患"), (*WORKERS, "township_leader", "auditor"))
WORK = gate.register("hazards.work", _("定级和整改隐患"), WORKERS)
INSPECT = gate.register(
    "hazards.inspect", _("复查隐患"), ("township_clerk", "county_dispatcher", "department_handler")
)
ANSWER = gate.register("hazards.answer", _("拉响和确认警报"), (*WORKERS, "township_leader"))
CONFIGURE = gate.register(
    "hazards.configure", _("维护隐患等级和警报名单"), ("administrator", "county_dispatcher")
)
#: Held by no role: only the software itself ends what its demand has overtaken.
SYSTEM = gate.register("hazards.system", _("随诉求变动（系统）"), ())
