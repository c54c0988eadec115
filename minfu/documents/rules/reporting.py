"""A document straight from a template, for the command line: a draft that no row keeps and nobody has approved."""

from django.utils.translation import gettext as _

from minfu.accounts.actor import system
from minfu.accounts.models import Unit
from minfu.documents.rules import composing, shipped, stored, template
from minfu.documents.rules.actions import writing
from minfu.documents.rules.sources import FigureSource
from minfu.figures import door as figures
from minfu.kernel import clock
from minfu.kernel.errors import Missing
from minfu.papers.official import Official


def drawn_up(code: str, area: str, period: str, *, signer: str = "") -> Official:
    """Return template ``code`` written about a place and a period by the desk of that place, marked as a draft.

    ``signer`` signs what goes up: the leader of the desk unless told; where there is none it says so. Raises ``Missing`` for a
    place without a desk, ``Invalid`` with a sentence for each line that cannot stand.
    """
    found = shipped.template(code)
    place = figures.area_for(system(), area)
    unit = Unit.objects.filter(kind=Unit.Kind.DESK, division_id=place.code, is_active=True).first()
    if unit is None or place.unit_id is not None:
        raise Missing(_("这个地方没有平台，写不了公文。请写乡镇或县的代码。"))
    source = FigureSource(system(), unit, area, period)
    row = writing.blank(found, source)
    row.signer = signer or row.signer or "待签发"
    content = stored.kept(template.write(row.text, source))
    return composing.official(row, content, clock.today())
