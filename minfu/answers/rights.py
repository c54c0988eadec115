"""What may be done with answers, and which roles hold each right."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel import gate

TELLERS = ("village_officer", "township_clerk", "county_dispatcher", "department_handler")

#: Nothing here is about a person: everybody who works for the county reads what lies in their area.
VIEW = gate.register(
    "answers.view",
    _("查看填报过的数据"),
    (*TELLERS, "grid_worker", "township_leader", "mediator", "auditor", "administrator"),
)
TELL = gate.register("answers.tell", _("填报、更正本单位和本辖区的数据"), TELLERS)
CONFIGURE = gate.register("answers.configure", _("维护数据项"), ("county_dispatcher", "administrator"))
