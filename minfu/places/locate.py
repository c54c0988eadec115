"""Locating: where a demand belongs, how sure that is, and why. Never a silent guess.

Order: the grid's QR code, the point in a grid, the address text, the village named by a person, the reporter's own grid, and
at last the desk by hand. Two sources that contradict each other make the place unsure.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.places import finding, index
from minfu.places.finding import Found, Why
from minfu.places.index import Index, KnownGrid

#: Why a text does not settle the village.
_UNSURE = {
    Why.CODED: gettext_lazy("文中的地名是代号（如“A市A3区”），认不出地点，请平台人工确定。"),
    Why.SAME_NAME: gettext_lazy("文中的“%(words)s”有%(count)d个地方叫这个名：%(list)s，请人工确认。"),
    Why.SEVERAL: gettext_lazy("文中提到几个地方（%(list)s），请人工确认是哪一处。"),
    Why.CONTRADICTION: gettext_lazy("文中的“%(words)s”彼此对不上：%(list)s，请人工确认。"),
    Why.TOWNSHIP: gettext_lazy("文中只能确定到“%(words)s”，村（社区）待平台确定。"),
    Why.TOWNSHIPS: gettext_lazy("文中提到几个乡镇（%(list)s），请人工确认。"),
    Why.MAYBE: gettext_lazy("文中的地名像是%(list)s，但拿不准，请人工确认。"),
}
_UNKNOWN = gettext_lazy("文中没有认得出的本县地名，请平台人工确定。")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place it may be: a division (12 digits), perhaps a grid in it, and the label people read.

    ``words`` of the text that speak for it, ``confidence`` from 0 to 1 (0: nothing tells).
    """

    code: str
    label: str
    grid_id: int | None = None
    words: tuple[str, ...] = ()
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Location:
    """Where something is.

    ``division_code`` is the lowest division that is certain, down from the county. ``sure`` means that the village is
    settled and nobody has to look; otherwise the desk of ``division_code`` places it by hand, from ``candidates``.
    ``method``: qr, point, address, named, reporter, or desk when nothing told the village. ``confidence`` runs from 0 to 1.
    ``reason`` is a sentence for people.
    """

    division_code: str
    village_code: str
    township_code: str
    grid_id: int | None
    method: str
    confidence: float
    sure: bool
    reason: str
    candidates: list[Candidate] = field(default_factory=list)
    words: tuple[str, ...] = ()


def locate(
    *,
    qr_token: str = "",
    point: tuple[float, float] | None = None,
    address: str = "",
    text: str = "",
    village_code: str = "",
    reporter_grid: int | None = None,
    near: str = "",
) -> Location:
    """Return where a demand belongs.

    ``qr_token``: of the grid's poster; ``point``: (longitude, latitude) in WGS 84; ``address``: any text in Simplified or
    Traditional characters; ``text``: the report itself, read where the address does not settle the place; ``village_code``: a
    division a person chose (a township counts as far as it goes); ``reporter_grid``: id of the grid of the grid worker who
    reports; ``near``: code of the division (6 to 12 digits) whose desk takes it in, which settles a name that several townships
    have. Unknown values never raise: the reason says so.
    """
    known = index.current()
    found = [
        location
        for location in (
            _by_qr(known, qr_token) if qr_token else None,
            _by_point(known, point) if point else None,
            _by_words(known, address, text, near, reporter_grid),
            _by_name(known, village_code) if village_code else None,
        )
        if location
    ]
    best = _decide(known, found)
    if reporter_grid is not None and reporter_grid in known.grids:
        best = _by_reporter(known, best, known.grids[reporter_grid])
    return _with_only_grid(known, best)


def by_hand(county: str, reason: str) -> Location:
    """Return the county as all that is certain: its desk places the demand by hand."""
    return Location(county, "", "", None, "desk", 0.0, sure=False, reason=reason)


def _decide(known: Index, found: list[Location]) -> Location:
    """Return the first sure location unless a later one names another village; else the most certain one."""
    if not found:
        return by_hand(known.county, _("没有写明地点，请平台人工确定。"))
    sure = [location for location in found if location.sure]
    if not sure:
        return _most_certain(found)
    first = sure[0]
    other = next((one for one in sure if one.village_code != first.village_code), None)
    if other is None:
        grid = next((one.grid_id for one in sure if one.grid_id), None)
        return replace(first, grid_id=grid) if grid and not first.grid_id else first
    reason = _("“%(one)s”与“%(other)s”对不上：%(first)s%(second)s请人工确认。") % {
        "one": known.label(first.village_code),
        "other": known.label(other.village_code),
        "first": first.reason,
        "second": other.reason,
    }
    places = [first.village_code, other.village_code]
    return _unsure(known, places, first.method, 0.4, reason)


def _most_certain(found: list[Location]) -> Location:
    """Return the lowest certain division among unsure ones; earlier sources first."""
    return max(found, key=lambda one: (bool(one.township_code), one.confidence))


def _settled(
    known: Index, village: str, method: str, confidence: float, reason: str, grid_id: int | None = None
) -> Location:
    """Return a sure location in a village."""
    township = known.divisions[village].parent or ""
    return Location(village, village, township, grid_id, method, confidence, sure=True, reason=reason)


def _unsure(
    known: Index, villages: Iterable[str], method: str, confidence: float, reason: str, township: str = ""
) -> Location:
    """Return what is certain among several villages: their township when they share it, else the county."""
    places = sorted(set(villages))
    above = {known.divisions[code].parent or "" for code in places}
    if not township and len(above) == 1:
        township = above.pop()
    candidates = [Candidate(code, known.label(code)) for code in places]
    return Location(
        township or known.county,
        "",
        township,
        None,
        method if township or places else "desk",
        confidence,
        sure=False,
        reason=reason,
        candidates=candidates,
    )


def _by_qr(known: Index, token: str) -> Location:
    """Return the grid whose poster was scanned."""
    grid = known.grids.get(known.by_qr.get(token, 0))
    if grid is None:
        return by_hand(known.county, _("扫的网格二维码已停用或无效，请平台人工确定地点。"))
    reason = _("扫的是“%(grid)s”的网格二维码。") % {"grid": _grid_label(known, grid)}
    return _settled(known, grid.village, "qr", 0.99, reason, grid.id)


def _grid_label(known: Index, grid: KnownGrid) -> str:
    return known.label(grid.village) + grid.name


def _by_point(known: Index, point: tuple[float, float]) -> Location | None:
    """Return the grid that covers a point; None when no grid does.

    A dedicated grid (a school, a market) has its own worker and comes before the basic grid it lies in; a micro grid
    lies inside a basic one and counts only where there is none.
    """
    hits = known.at(*point)
    if not hits:
        return None
    villages = {grid.village for grid in hits}
    if len(villages) > 1:
        reason = _("定位点落在几个村交界或重叠的网格里，请人工确认。")
        return _unsure(known, villages, "point", 0.4, reason)
    for type_ in ("2", "1", "3"):
        among = [grid for grid in hits if grid.type == type_]
        if among:
            break
    if len(among) > 1:
        reason = _("定位点在%(village)s，但几个网格的范围重叠，网格待定。") % {
            "village": known.label(hits[0].village)
        }
        return _settled(known, hits[0].village, "point", 0.9, reason)
    reason = _("定位点在“%(grid)s”范围内。") % {"grid": _grid_label(known, among[0])}
    return _settled(known, among[0].village, "point", 0.95, reason, among[0].id)


def _by_words(known: Index, address: str, text: str, near: str, grid: int | None) -> Location | None:
    """Return what an address says, and where it does not settle the place, what the report says with it; None for no words."""
    said = finding.find(address, near=near, grid=grid, index=known) if address.strip() else None
    if text.strip() and not (said and said.sure):
        both = finding.find(f"{address}\n{text}", near=near, grid=grid, index=known)
        if said is None or both.sure or said.why is Why.NOTHING:
            said = both
    return _by_address(known, said) if said else None


def _by_address(known: Index, said: Found) -> Location:
    """Return what a text says about the place."""
    words = _("、").join(said.words)
    if said.sure:
        best = said.guesses[0]
        reason = _("文中写有“%(words)s”，对应%(village)s。") % {
            "words": _("、").join(best.words),
            "village": known.label(best.code),
        }
        settled = _settled(known, best.code, "address", best.confidence, reason, best.grid_id)
        return replace(settled, words=best.words)
    villages = [one for one in said.guesses if known.divisions[one.code].level == "village"]
    townships = [one for one in said.guesses if known.divisions[one.code].level == "township"]
    offered = {Why.TOWNSHIPS: townships, Why.CONTRADICTION: [*villages, *townships]}.get(said.why, villages)
    confidence = {Why.SAME_NAME: 0.5, Why.SEVERAL: 0.4, Why.TOWNSHIP: 0.6}.get(
        said.why, 0.2 if offered else 0.0
    )
    reason = _why_unsure(known, said, words, [one.code for one in offered])
    return Location(
        said.township or known.county,
        "",
        said.township,
        None,
        "address" if offered or said.township else "desk",
        confidence,
        sure=False,
        reason=reason,
        candidates=[
            Candidate(one.code, known.label(one.code), one.grid_id, one.words, one.confidence)
            for one in offered
        ],
        words=said.words,
    )


def _why_unsure(known: Index, said: Found, words: str, offered: list[str]) -> str:
    """Return the sentence why a text does not settle the village."""
    told = {"words": words, "list": _labels(known, offered), "count": len(offered)}
    return str(_UNSURE.get(said.why, _UNKNOWN)) % told


def _labels(known: Index, places: Iterable[str]) -> str:
    """Return up to four labels in a row."""
    labels = [known.label(code) for code in dict.fromkeys(places)]
    return _("、").join(labels[:4]) + (_("等") if len(labels) > 4 else "")  # noqa: PLR2004 - as many as one reads at a glance


def _by_name(known: Index, code: str) -> Location:
    """Return the division a person chose; one that was merged stands for its successor."""
    text = code.strip()
    chosen = known.divisions.get(text.ljust(12, "0"))
    now = known.current(chosen.code) if chosen else None
    if now is None or now.level not in ("village", "township", "county"):
        return by_hand(
            known.county, _("选的区划“%(code)s”不是本县现行的区划，请平台人工确定。") % {"code": text[:12]}
        )
    moved = now.code != text.ljust(12, "0")
    reason = (_("选的区划已并入%(place)s。") if moved else _("填报时选的是%(place)s。")) % {
        "place": known.label(now.code)
    }
    if now.level == "village":
        return _settled(known, now.code, "named", 0.9, reason)
    if now.level == "township":
        return _unsure(known, [], "named", 0.6, reason, township=now.code)
    return by_hand(known.county, reason)


def _by_reporter(known: Index, best: Location, grid: KnownGrid) -> Location:
    """Let the grid worker's own grid fill in what the report does not say; it never overrules what it says."""
    if best.sure:
        return (
            replace(best, grid_id=grid.id) if best.village_code == grid.village and not best.grid_id else best
        )
    parent = known.divisions[grid.village].parent
    if best.candidates or best.township_code not in ("", parent):
        return best
    reason = _("网格员在自己的“%(grid)s”上报。") % {"grid": _grid_label(known, grid)}
    return _settled(known, grid.village, "reporter", 0.8, reason, grid.id)


def _with_only_grid(known: Index, location: Location) -> Location:
    """Add the grid when the village has a single basic one: there it cannot be another."""
    grids = known.basic_of.get(location.village_code, [])
    if location.grid_id or len(grids) != 1:
        return location
    return replace(location, grid_id=grids[0])
