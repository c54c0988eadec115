"""What may be done with figures, and which roles hold each right."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel import gate

#: Who sees figures of the area or the unit of their post.
READERS = (
    "village_officer", "township_clerk", "township_leader", "county_dispatcher", "department_handler", "mediator", "auditor",
)  # fmt: skip

VIEW = gate.register("figures.view", _("查看指标"), READERS)
#: Asked by one person and decided by another: no rate gets better by one hand.
EXCLUDE = gate.register("figures.exclude", _("申请从考核中剔除"), ("township_clerk", "county_dispatcher"))
DECIDE = gate.register("figures.decide", _("审核剔除申请"), ("county_dispatcher",))
#: Why a demand was left out names what happened to it: who asks, decides and audits, not everyone who reads figures.
EXCLUSIONS = gate.register(
    "figures.exclusions",
    _("查看剔除申请"),
    ("township_clerk", "township_leader", "county_dispatcher", "auditor"),
)
WEIGH = gate.register("figures.weigh", _("维护指标的权重"), ("county_dispatcher",))
PUBLISH = gate.register("figures.publish", _("定稿发布指标"), ("township_clerk", "county_dispatcher"))
