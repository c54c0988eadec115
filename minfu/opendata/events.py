"""What is recorded about open data, and the sentence people read."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.record import event

EDITION = "open_edition"
#: The terms of use, one history for all.
CONFIGURATION = "opendata_configuration"

EDITION_MADE = event("opendata.edition_made", _("开放数据 %(day)s 期"))
TERMS_SET = event(
    "opendata.terms_set", _("设定开放数据：%(licence)s，小于 %(least)s 的数不公开，自 %(on)s 起")
)
