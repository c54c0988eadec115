"""Which places a person may open. Managers work on the whole county; posters follow the area of the post."""

from typing import Protocol, cast

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from minfu.kernel.errors import Missing
from minfu.kernel.record import Stamp
from minfu.places.models import Division, Grid, Place
from minfu.places.rights import MANAGE


class Actor(Protocol):
    """What places asks of who acts; accounts, which defines actors, lies above."""

    area: str
    role: str
    grid_ids: frozenset[int]

    @property
    def stamp(self) -> Stamp:
        """Return what the history keeps of the actor."""

    def may(self, right: str) -> bool:
        """Tell whether the actor holds a right."""


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts in a guarded view."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]  # set by accounts.middleware


def divisions() -> QuerySet[Division]:
    """Return the divisions of the county this installation serves, the county itself included."""
    return Division.objects.filter(code__startswith=settings.MINFU_COUNTY)


def grids() -> QuerySet[Grid]:
    """Return the grids of the county this installation serves."""
    return Grid.objects.filter(code__startswith=settings.MINFU_COUNTY)


def places() -> QuerySet[Place]:
    """Return the gazetteer of the county this installation serves."""
    return Place.objects.filter(village__code__startswith=settings.MINFU_COUNTY)


def get_division(code: str) -> Division:
    """Return a division of the county or raise ``Missing``."""
    found = divisions().select_related("parent", "successor").filter(code=code).first()
    if found is None:
        raise Missing(_("没有这个区划。"))
    return found


def get_grid(code: str) -> Grid:
    """Return a grid of the county or raise ``Missing``."""
    found = grids().select_related("village__parent").filter(code=code).first()
    if found is None:
        raise Missing(_("没有这个网格。"))
    return found


def get_place(pk: int) -> Place:
    """Return a place of the county or raise ``Missing``."""
    found = places().select_related("village__parent", "grid").filter(pk=pk).first()
    if found is None:
        raise Missing(_("没有这个地名。"))
    return found


def find_divisions(word: str, *, township: str = "", state: str = "") -> QuerySet[Division]:
    """Return the townships and villages whose name, of now or before, holds ``word`` or whose code begins with it.

    ``township``: a 12-digit code ("": all); ``state``: "ended", "all", or anything else for those in force.
    """
    rows = divisions().filter(level__in=["township", "village"]).select_related("parent", "successor")
    if township:
        rows = rows.filter(code__startswith=township[:9])
    if word := word.strip():
        rows = rows.filter(
            Q(name__icontains=word) | Q(code__startswith=word) | Q(versions__name__icontains=word)
        )
    if state != "all":
        rows = rows.filter(valid_to__isnull=state != "ended")
    return rows.distinct()


def find_grids(
    word: str, *, township: str = "", village: str = "", drawn: bool | None = None
) -> QuerySet[Grid]:
    """Return the grids whose name or village's name holds ``word``, whose code begins with it or whose outer code it is.

    ``township``, ``village``: 12-digit codes ("": all); ``drawn``: with (True) or without (False) an area.
    """
    rows = narrowed(grids().select_related("village__parent").defer("geometry"), word, township=township)
    if village:
        rows = rows.filter(village_id=village)
    return rows if drawn is None else rows.filter(west__isnull=not drawn)


def drawn_grids(area: str) -> QuerySet[Grid]:
    """Return the grids in force that have an area of their own and whose code begins with ``area``."""
    return Grid.objects.filter(code__startswith=area, valid_to__isnull=True, west__isnull=False)


def narrowed(rows: QuerySet[Grid], word: str, *, township: str = "") -> QuerySet[Grid]:
    """Narrow grids to a township (12-digit code, "": all) and a word, as ``find_grids`` reads it."""
    if township:
        rows = rows.filter(code__startswith=township[:9])
    if word := word.strip():
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(village__name__icontains=word)
            | Q(code__startswith=word)
            | Q(external_code=word)
        )
    return rows


def find_places(word: str, *, township: str = "", kind: str = "") -> QuerySet[Place]:
    """Return the places whose name, other name or village's name holds ``word``; ``township``: a 12-digit code."""
    rows = places().select_related("village__parent", "grid").prefetch_related("aliases")
    if township:
        rows = rows.filter(village__code__startswith=township[:9])
    if kind:
        rows = rows.filter(kind=kind)
    if word := word.strip():
        rows = rows.filter(
            Q(name__icontains=word) | Q(aliases__name__icontains=word) | Q(village__name__icontains=word)
        )
    return rows.distinct()


def poster_grids_for(actor: Actor) -> QuerySet[Grid]:
    """Return the grids in force whose posters an actor may print: a grid worker's own, else those of the post's area."""
    rows = grids().filter(valid_to__isnull=True).select_related("village__parent")
    if actor.may(MANAGE):
        return rows
    if actor.role == "grid_worker":
        return rows.filter(pk__in=actor.grid_ids)
    return rows.filter(code__startswith=actor.area) if actor.area else rows.none()


def get_poster_grid_for(actor: Actor, code: str) -> Grid:
    """Return a grid whose poster the actor may print; ``Missing`` whether it is absent or another's."""
    found = poster_grids_for(actor).filter(code=code).first()
    if found is None:
        raise Missing(_("没有这个网格。"))
    return found


def get_poster_grids_for(actor: Actor, village: str) -> list[Grid]:
    """Return the grids of a village (12 digits) whose posters the actor may print; ``Missing`` when there are none."""
    found = list(poster_grids_for(actor).filter(village_id=village).defer("geometry").order_by("code"))
    if not found:
        raise Missing(_("没有这个村（社区），或者它没有您可以打印的海报。"))
    return found
