"""The board: topics, hottest first, where they lie; and one topic with its demands."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from minfu.accounts.actor import Actor, actor_of
from minfu.kernel import gate, pages
from minfu.kernel.errors import Invalid
from minfu.kernel.step_buttons import buttons
from minfu.places import index
from minfu.places.codes import place_name
from minfu.topics import listings, pictures, rights, states
from minfu.topics.models import Topic
from minfu.topics.rules import access, counting
from minfu.topics.rules.detail import Detail, detail
from minfu.topics.views import maps

#: Topics of a page of the board, demands of a page of a topic.
PAGE = 30
#: Steps taken now and then: small, without their hint.
_RARE = frozenset({"rename", "merge", "split", "dismiss", "put_down"})
#: The step a topic most likely waits for, by its state.
_FIRST = {
    states.TAKEN: "report",
    states.REPORTED: "verify",
    states.DISMISSED: "restore",
    states.OPEN: "take_up",
}
_TOWNSHIP = 9
#: What of a topic's demands a number counts.
_PARTS = {counting.RECENT: gettext_lazy("近 30 天"), counting.SINCE: gettext_lazy("解决以后")}
#: Stands in an address for demands of which it is not known where they lie.
_NOWHERE = "-"


@gate.needs(rights.VIEW)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """List topics by heat, with where they lie and how they went."""
    actor, asked = actor_of(request), request.GET.dict()
    found = listings.rows(actor, asked)
    shown = list(listings.after(found, asked.get("after", ""))[: PAGE + 1])
    rows, more = shown[:PAGE], len(shown) > PAGE
    trends = counting.trends([row.pk for row in rows])
    kept = {key: asked[key] for key in ("place", "span") if asked.get(key)}
    tab = listings.tab_of(asked)
    context = {
        "tabs": [
            (_address({**kept, "tab": name}), label, name == tab)
            for name, (label, _in) in listings.TABS.items()
        ],
        "rows": [(row, listings.where(row), pictures.sparkline(trends[row.pk])) for row in rows],
        "tiles": _tiles(actor, asked),
        "places": _townships(actor),
        "spans": listings.SPANS.items(),
        "tab": tab,
        "asked": kept,
        "where": f"?{urlencode({**kept, 'tab': tab})}",
        "next": _address({**kept, "tab": tab, "after": listings.cursor_of(rows[-1])}) if more else "",
        "table": states.TOPIC,
        "county": len(actor.area) <= access.COUNTY,
    }
    shown_map = maps.about(actor, f"{reverse('topics:board_map')}?{urlencode({**kept, 'tab': tab})}")
    return render(request, "topics/board.html", context | shown_map)


def _address(words: dict[str, str]) -> str:
    return f"{reverse('topics:board')}?{urlencode(words)}"


def _townships(actor: Actor) -> list[tuple[str, str]]:
    """Return the townships one may choose from: those of the county; in a township there is no choice."""
    if len(actor.area) > access.COUNTY:
        return []
    known = index.current().divisions
    return [(code, place_name(one.name)) for code, one in sorted(known.items()) if one.level == "township"]


def _tiles(actor: Actor, asked: dict[str, str]) -> list[tuple[str, str, int, int]]:
    """Return a tile for each township of the county, or village of the township: address, name, number of topics, shade.

    Nothing where there is no topic at all.
    """
    if not actor.area:
        return []
    rows = listings.rows(actor, {key: one for key, one in asked.items() if key != "place"})
    if len(actor.area) > access.COUNTY:
        found, places = counting.villages(rows), _villages(actor)
    else:
        found, places = counting.lying(rows), _townships(actor)
    if not found:
        return []
    most = max((found[code] for code, _name in places), default=0)
    kept = {key: asked[key] for key in ("tab", "span") if asked.get(key)}
    return [
        (_address({**kept, "place": code}), name, found[code], pictures.shade(found[code], most))
        for code, name in places
    ]


def _villages(actor: Actor) -> list[tuple[str, str]]:
    """Return the villages of a township."""
    known, here = index.current().divisions, actor.area[:_TOWNSHIP]
    return [
        (code, place_name(one.name))
        for code, one in sorted(known.items())
        if one.level == "village" and code.startswith(here)
    ]


@gate.needs(rights.VIEW)
@require_safe
def topic(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one topic: its numbers, the trend, where it lies, what was done, and the demands the reader may open."""
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    shown = detail(actor, row)
    asked = {key: request.GET[key][:12] for key in ("part", "place") if key in request.GET}
    if asked.get("part", "") not in ("", *_PARTS):
        sentence = _("筛选条件“%(value)s”不存在，请重新选择。")
        raise Invalid({"part": [sentence % {"value": asked["part"]}]})
    members = counting.behind(row, part=asked.get("part", ""), place=_place(asked))
    rows = access.demands_for(actor, row, members)
    demands, after = pages.newest(rows.select_related("category"), request.GET.get("after", ""))
    number = members.count()
    context = {
        **_about(row, shown),
        **maps.about(actor, reverse("topics:topic_map", args=[row.pk])),
        "demands": demands,
        "next": f"?{urlencode({**asked, 'after': str(after)})}" if after else "",
        "narrowed": _narrowed(asked),
        "number": number,
        "hidden": number - rows.count(),
    }
    return render(request, "topics/topic.html", context)


def _place(asked: dict[str, str]) -> str | None:
    """Return the place a list is narrowed to; None for all, empty for those of which it is not known."""
    place = asked.get("place")
    return "" if place == _NOWHERE else place


def _narrowed(asked: dict[str, str]) -> str:
    """Say what the list of demands is narrowed to."""
    said = [str(_PARTS[asked["part"]])] if asked.get("part") else []
    if "place" in asked:
        known = index.current().divisions
        place = asked["place"]
        said.append(place_name(known[place].name) if place in known else _("地点不明"))
    return "，".join(said)


def _about(row: Topic, shown: Detail) -> dict[str, Any]:
    main, rare = buttons(
        shown.next_steps,
        first=_FIRST.get(row.state, ""),
        rare=_RARE,
        address=lambda name: reverse("topics:step", args=[row.pk, name]),
    )
    return {
        "row": row,
        "shown": shown,
        "where": listings.where(row),
        "trend": pictures.weeks(
            shown.trend, _("近 %(weeks)s 周每周反映的件数") % {"weeks": len(shown.trend)}
        ),
        "weeks": shown.trend,
        "places": _named(shown.places),
        "main": main,
        "rare": rare,
        "table": states.TOPIC,
    }


def _named(places: list[tuple[str, int]]) -> list[tuple[str, str, int, int]]:
    """Return tiles for where a topic lies: address of its demands there, name, number of demands, shade."""
    known, most = index.current().divisions, max((number for _code, number in places), default=0)
    return [
        (
            f"?{urlencode({'place': code or _NOWHERE})}#topic-demands",
            place_name(known[code].name) if code in known else _("地点不明"),
            number,
            pictures.shade(number, most),
        )
        for code, number in places
    ]
