"""What helps while a demand is taken in: what its text suggests, and what the caller told before."""

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pydantic import StringConstraints

from minfu.accounts.actor import actor_of
from minfu.cases import rights
from minfu.cases.api.schemas import CaseOut, Text, case_out
from minfu.cases.rules import access, alike, catalog, hints, lists
from minfu.kernel.api import In, Out, Room

room = Room("intake", _("登记时的提示"))


class Typed(In):
    """What was told so far."""

    description: Text
    address: Annotated[str, StringConstraints(max_length=2000)] = ""
    village: Annotated[str, StringConstraints(pattern=r"^(\d{12})?$")] = ""
    """Where it is, if that is known: demands that may be the same are looked for there."""


class ChannelHint(Out):
    """A channel it may belong to."""

    code: str
    name: str
    advice: str
    emergency: bool


class PlaceHint(Out):
    """A village or grid it may be."""

    code: str
    label: str
    grid_id: int | None
    words: list[str]
    """What in the text speaks for it, in matching form (Simplified)."""
    confidence: float
    """From 0 to 1."""


class CategoryHint(Out):
    """A category it may be about."""

    code: str
    name: str
    """With the names above it."""
    words: list[str]
    """What in the text speaks for it, in normal form."""
    probability: float | None
    """How often such a suggestion is right; null where nothing was learned yet and only words were compared."""


class HintsOut(Out):
    """What a text suggests; nothing is decided by it."""

    channels: list[ChannelHint]
    categories: list[CategoryHint]
    """Best first."""
    village: str
    """Where it is, if that is sure; else empty."""
    place_reason: str
    places: list[PlaceHint]
    """The one that is sure, else those it may be, likeliest first."""
    same: list[CaseOut]
    """Open demands nearby that may be the same, likeliest first; a demand registered all the same can be merged into one."""


class Called(In):
    """Who calls."""

    phone: Annotated[str, StringConstraints(max_length=40)]


@room.post("/cases/suggest", _("登记时的提示"), right=rights.REPORT, answer=HintsOut, keeps=False)
def suggest(request: HttpRequest, body: Typed) -> HintsOut:
    """Say what a text suggests: channels, categories, the place, demands that may be the same. Nothing is stored."""
    actor, now = actor_of(request), catalog.current()
    found = hints.hints(body.description, body.address, now, near=actor.area)
    village = body.village or (found.place.village_code if found.place and found.place.sure else "")
    township = village[: access.TOWNSHIP].ljust(12, "0") if village else ""
    same = alike.typed(actor, alike.Told(body.description[: hints.READ], township, village))
    return HintsOut(
        channels=[
            ChannelHint(code=row.code, name=row.name, advice=row.advice, emergency=row.emergency)
            for row in found.channels
        ],
        categories=[
            CategoryHint(
                code=one.category.code,
                name=now.path(one.category.code),
                words=list(one.words),
                probability=one.probability,
            )
            for one in found.categories
        ],
        village=found.place.village_code if found.place and found.place.sure else "",
        place_reason=str(found.place.reason) if found.place else "",
        places=[
            PlaceHint(
                code=one.code,
                label=one.label,
                grid_id=one.grid_id,
                words=list(one.words),
                confidence=one.confidence,
            )
            for one in found.places
        ],
        same=[case_out(actor, one) for one in same],
    )


@room.post("/cases/earlier", _("来电人以前的诉求"), right=rights.CONTACT, answer=list[CaseOut], keeps=False)
def earlier(request: HttpRequest, body: Called) -> list[CaseOut]:
    """Find the caller's newest demands by telephone number, as far as the clerk may know who reported them."""
    actor = actor_of(request)
    return [case_out(actor, case) for case in lists.earlier(actor, body.phone)]
