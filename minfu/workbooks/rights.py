"""What may be done with forms from above, and which roles hold each right."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel import gate

FILLERS = ("village_officer", "township_clerk", "county_dispatcher", "department_handler")

VIEW = gate.register("workbooks.view", _("查看上级报表"), (*FILLERS, "auditor"))
FILL = gate.register("workbooks.fill", _("上传、填写上级报表"), FILLERS)
