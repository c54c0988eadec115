"""What places offers in the navigation."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel import menu
from minfu.kernel.menu import Entry
from minfu.places.rights import MANAGE, POSTER

menu.register(Entry(_("网格"), "places:grids", MANAGE, order=70, icon="grid"))
menu.register(Entry(_("区划"), "places:divisions", MANAGE, order=71, icon="tree"))
menu.register(Entry(_("地名"), "places:gazetteer", MANAGE, order=72, icon="pin"))
menu.register(Entry(_("海报"), "places:posters", POSTER, order=75, icon="qr"))
