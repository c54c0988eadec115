"""What may be done with documents, and which roles hold each right."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel import gate

WRITERS = ("township_clerk", "county_dispatcher", "department_handler")

VIEW = gate.register("documents.view", _("查看公文"), (*WRITERS, "township_leader", "auditor"))
WRITE = gate.register("documents.write", _("起草、编号、印发公文"), WRITERS)
#: Whoever approves is never who wrote it (``rules/access.py``).
APPROVE = gate.register(
    "documents.approve", _("审批公文"), ("township_leader", "county_dispatcher", "department_handler")
)
CONFIGURE = gate.register("documents.configure", _("维护发文字号簿"), ("county_dispatcher", "administrator"))
#: Held by no role: a document is replaced by the one that says so, never by hand.
SYSTEM = gate.register("documents.system", _("随新公文取代（系统）"), ())
