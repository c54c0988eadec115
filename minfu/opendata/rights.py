"""What may be done with open data: reading is for everyone."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel import gate

CONFIGURE = gate.register(
    "opendata.configure", _("维护开放数据的许可和小数阈值"), ("administrator", "county_dispatcher")
)
