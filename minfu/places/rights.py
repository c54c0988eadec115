"""What one may do with places."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel import gate

MANAGE = gate.register("places.manage", _("维护区划、网格和地名"), ["administrator", "county_dispatcher"])
POSTER = gate.register(
    "places.poster",
    _("打印网格二维码海报"),
    ["grid_worker", "village_officer", "township_clerk", "county_dispatcher", "administrator"],
)
