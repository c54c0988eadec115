"""What may be done with demands, and which roles hold each right."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel import gate

DESK = ("township_clerk", "county_dispatcher")
HANDLERS = (*DESK, "village_officer", "department_handler", "grid_worker", "mediator")

VIEW = gate.register("cases.view", _("查看诉求"), (*HANDLERS, "township_leader", "auditor"))
REPORT = gate.register("cases.report", _("登记诉求"), (*HANDLERS, "township_leader"))
DISPATCH = gate.register("cases.dispatch", _("派单调度"), DESK)
HANDLE = gate.register("cases.handle", _("办理诉求"), HANDLERS)
VERIFY = gate.register("cases.verify", _("核实办理结果"), DESK)
CONTACT = gate.register("cases.contact", _("回访居民"), DESK)
APPROVE = gate.register("cases.approve", _("审批延期、暂停和挂账"), ("township_leader", *DESK))
REMARK = gate.register("cases.remark", _("给同事留备注"), (*HANDLERS, "township_leader"))
LEAD = gate.register("cases.lead", _("查看辖区态势"), ("township_leader", "county_dispatcher", "auditor"))
IMPORT = gate.register("cases.import", _("导入诉求"), DESK)
EXPORT = gate.register("cases.export", _("导出诉求"), (*DESK, "township_leader", "auditor"))
CONFIGURE = gate.register("cases.configure", _("维护诉求配置"), ("administrator", "county_dispatcher"))
FIELD = gate.register("cases.field", _("在网格里上报和办理"), ("grid_worker", "village_officer"))
PUBLISH = gate.register("cases.publish", _("公开办好的事"), DESK)
#: Held by nobody's role: residents act through their receipt, the software through its jobs.
RESIDENT = gate.register("cases.resident", _("居民本人"), ())
#: Of other systems, by the scopes of their keys.
PARTNER = gate.register("cases.partner", _("由对接系统替居民提交"), ())
WATCH = gate.register("cases.watch", _("由对接系统查看辖区诉求"), ())

OPEN311 = gate.scope("open311.submit", _("通过 Open311 提交诉求，查看自己提交的"), (PARTNER,))
SUBMIT = gate.scope("cases.submit", _("提交诉求，查看自己提交的"), (PARTNER, REPORT, VIEW))
READ = gate.scope("cases.read", _("读取辖区内的诉求"), (WATCH, VIEW))
WORK = gate.scope("cases.handle", _("以所属单位的名义签收、办理和报告"), (HANDLE, VIEW))
FIGURES = gate.scope("figures.read", _("读取辖区的统计数"), (LEAD,))
