"""What is recorded about figures, and the sentence people read."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.record import event

EXCLUSION = "exclusion"
PUBLISHED = "published_figure"
#: Weights, one history for all.
CONFIGURATION = "figures_configuration"

EXCLUSION_ASKED = event("figures.exclusion_asked", _("申请从考核中剔除"))
EXCLUSION_GRANTED = event("figures.exclusion_granted", _("同意从考核中剔除"))
EXCLUSION_REFUSED = event("figures.exclusion_refused", _("不同意从考核中剔除"))
EXCLUSION_ENDED = event("figures.exclusion_ended", _("撤销剔除"))
FIGURE_PUBLISHED = event("figures.figure_published", _("指标定稿：%(label)s %(value)s"))
WEIGHT_SET = event("figures.weight_set", _("设定权重：%(label)s %(value)s，自 %(on)s 起"))
