"""What is recorded about items and answers, and the sentence people read."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.record import event

ITEM = "answers_item"
SUBJECT = "answer"

DECLARED = event("answers.declared", _("设立数据项：%(name)s"))
ENDED = event("answers.ended", _("停用数据项：%(name)s"))
TOLD = event("answers.told", _("填报：%(source)s"))
CORRECTED = event("answers.corrected", _("被新的填报取代，原来的数保留"))
SYNONYM_SET = event("answers.synonym_set", _("设立同义说法：%(words)s"))
#: Synonyms: one history for all.
CONFIGURATION = "answers_configuration"
