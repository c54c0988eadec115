"""What may be done with topics, and which roles hold each right."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel import gate

DESKS = ("township_clerk", "county_dispatcher")

VIEW = gate.register(
    "topics.view", _("查看专题"), (*DESKS, "township_leader", "department_handler", "auditor")
)
ARRANGE = gate.register("topics.arrange", _("整理专题：改名、合并、分出、搁置"), DESKS)
TAKE_UP = gate.register("topics.take_up", _("列为每月一题，核实办理结果"), (*DESKS, "township_leader"))
WORK = gate.register("topics.work", _("办理每月一题"), (*DESKS, "department_handler"))
#: Held by no role: only the software itself ends a topic whose demands have all found a better one.
SYSTEM = gate.register("topics.system", _("随诉求变动（系统）"), ())
