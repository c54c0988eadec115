"""What may be done with mediations, and which roles hold each right."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel import gate

WORKERS = (
    "township_clerk", "county_dispatcher", "village_officer", "department_handler", "grid_worker", "mediator",
)  # fmt: skip

VIEW = gate.register("disputes.view", _("查看矛盾调解"), (*WORKERS, "auditor"))
WORK = gate.register("disputes.work", _("办理矛盾调解"), WORKERS)
CONFIGURE = gate.register(
    "disputes.configure", _("维护调解的期限和其他途径"), ("administrator", "county_dispatcher")
)
#: Held by no role: only the software itself ends what its demand has overtaken.
SYSTEM = gate.register("disputes.system", _("随诉求变动（系统）"), ())
