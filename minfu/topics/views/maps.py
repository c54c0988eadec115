"""Maps of the board and of one topic: the drawn grids, shaded by their village; drawn by the same script as the leader's map."""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.db.models import Count, QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from minfu.accounts.actor import Actor, actor_of
from minfu.kernel import gate
from minfu.places import index
from minfu.places.access import drawn_grids
from minfu.places.codes import place_name
from minfu.places.models import Grid
from minfu.topics import listings, pictures, rights
from minfu.topics.rules import access, counting

#: Grids on one map at most.
MOST = 4_000
_TOWNSHIP = 9  # digits of a township's part of a code


def about(actor: Actor, url: str) -> dict[str, str | bool]:
    """Return what a page needs to show a map: its address, what lies below it, and whether a grid is drawn at all."""
    return {
        "map_url": url,
        "tile_url": settings.MINFU_TILE_URL,
        "tile_credit": settings.MINFU_TILE_CREDIT,
        "drawn": _grids(actor).exists(),
    }


def _grids(actor: Actor) -> QuerySet[Grid]:
    return drawn_grids(actor.area or settings.MINFU_COUNTY)


@gate.needs(rights.VIEW)
@require_safe
def board_map(request: HttpRequest) -> JsonResponse:
    """Return the drawn grids of the area, each with the number of topics in its village, as the board lists them."""
    actor, asked = actor_of(request), request.GET.dict()
    kept = {key: asked[key] for key in ("tab", "span") if asked.get(key)}
    county = len(actor.area) <= access.COUNTY

    def link(village: str) -> str:
        return f"{reverse('topics:board')}?{urlencode({**kept, 'place': _of(village, county=county)})}"

    found = counting.villages(listings.rows(actor, asked))
    words = _("%(name)s：专题 %(number)s 个")
    return _shapes(_grids(actor), found, words, link)


@gate.needs(rights.VIEW)
@require_safe
def topic_map(request: HttpRequest, pk: int) -> JsonResponse:
    """Return the drawn grids of the villages a topic lies in, each with the number of its demands there."""
    row = access.get_for(actor_of(request), pk)
    rows = row.memberships.exclude(village_code="").values_list("village_code").annotate(Count("pk"))
    found = dict(rows.order_by())
    grids = drawn_grids(settings.MINFU_COUNTY).filter(village_id__in=found)
    page, county = reverse("topics:topic", args=[pk]), len(row.townships) > 1

    def link(village: str) -> str:
        return f"{page}?{urlencode({'place': _of(village, county=county)})}#topic-demands"

    return _shapes(grids, found, _("%(name)s：反映 %(number)s 件"), link)


def _of(village: str, *, county: bool) -> str:
    """Return the place a list is narrowed to: of the county its townships, of a township its villages."""
    return village[:_TOWNSHIP].ljust(len(village), "0") if county else village


def _shapes(
    grids: QuerySet[Grid], numbers: Mapping[str, int], words: str, link: Callable[[str], str]
) -> JsonResponse:
    """Return grids as ``static/minfu/board-map.js`` reads them. ``words``: what is said of a village that has a number."""
    known, most = index.current().divisions, max(numbers.values(), default=0)
    found = []
    for code, village, shape in grids.values_list("code", "village_id", "geometry")[:MOST]:
        name = place_name(known[village].name) if village in known else code
        number = numbers.get(village, 0)
        found.append(
            {
                "name": name,
                "geometry": shape,
                "shade": pictures.shade(number, most),
                "text": words % {"name": name, "number": f"{number:,}"} if number else name,
                "url": link(village) if number else "",
                "place": f"{name} {number:,}" if number else "",
            }
        )
    return JsonResponse({"grids": found}, headers={"Cache-Control": "private, max-age=60"})
