"""Divisions, grids and the gazetteer as tables: rows as on their screens."""

from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from minfu.kernel.listings import Asked, Column, Listing, register
from minfu.places import access, posters
from minfu.places.forms import DivisionFilter, GridFilter, PlaceFilter
from minfu.places.rights import MANAGE, POSTER


def _form(kind: type[DivisionFilter | GridFilter | PlaceFilter], asked: Asked) -> Any:
    """Return the filter of the screen as the address fills it in."""
    given = QueryDict(mutable=True)
    given.update(dict(asked))
    return kind(given, county=settings.MINFU_COUNTY)


def _divisions(_actor: Any, asked: Asked) -> Any:
    form = _form(DivisionFilter, asked)
    found = access.find_divisions(form.value("q"), township=form.value("township"), state=form.value("state"))
    return found.order_by("code")


def _grids(_actor: Any, asked: Asked) -> Any:
    form = _form(GridFilter, asked)
    drawn = {"1": True, "0": False}.get(form.value("area"))
    return access.find_grids(form.value("q"), township=form.value("township"), drawn=drawn).order_by("code")


def _places(_actor: Any, asked: Asked) -> Any:
    form = _form(PlaceFilter, asked)
    return access.find_places(
        form.value("q"), township=form.value("township"), kind=form.value("kind")
    ).order_by("id")


def _posters(actor: Any, asked: Asked) -> Any:
    form = _form(GridFilter, asked)
    mine = access.poster_grids_for(actor).defer("geometry")
    return access.narrowed(mine, form.value("q"), township=form.value("township")).order_by("code")


_VILLAGE = (
    Column(_("乡镇（街道）"), lambda row: row.village.parent.name if row.village.parent else ""),
    Column(_("村（社区）"), lambda row: row.village.name),
)

register(
    Listing(
        name="places.divisions",
        title=_("区划"),
        right=MANAGE,
        screen=reverse_lazy("places:divisions"),
        rows=_divisions,
        keys=("q", "township", "state"),
        columns=(
            Column(_("代码"), lambda row: row.code),
            Column(_("名称"), lambda row: row.name),
            Column(_("级别"), lambda row: row.get_level_display()),
            Column(_("上级"), lambda row: row.parent.name if row.parent else ""),
            Column(_("生效日期"), lambda row: row.valid_from),
            Column(_("失效日期"), lambda row: row.valid_to),
            Column(_("并入"), lambda row: row.successor.name if row.successor else ""),
        ),
    )
)
register(
    Listing(
        name="places.grids",
        title=_("网格"),
        right=MANAGE,
        screen=reverse_lazy("places:grids"),
        rows=_grids,
        keys=("q", "township", "area"),
        columns=(
            Column(_("编码"), lambda row: row.code),
            Column(_("名称"), lambda row: row.name),
            *_VILLAGE,
            Column(_("类型"), lambda row: row.get_type_display()),
            Column(_("外部编码"), lambda row: row.external_code),
            Column(_("画了范围"), lambda row: _now("否") if row.west is None else _now("是")),
            Column(_("生效日期"), lambda row: row.valid_from),
            Column(_("失效日期"), lambda row: row.valid_to),
        ),
    )
)
register(
    Listing(
        name="places.posters",
        title=_("网格二维码"),
        right=POSTER,
        screen=reverse_lazy("places:posters"),
        rows=_posters,
        keys=("q", "township"),
        columns=(
            Column(_("编码"), lambda row: row.code),
            Column(_("名称"), lambda row: row.name),
            *_VILLAGE,
            Column(_("二维码里的地址"), posters.report_url),
        ),
    )
)
register(
    Listing(
        name="places.gazetteer",
        title=_("地名"),
        right=MANAGE,
        screen=reverse_lazy("places:gazetteer"),
        rows=_places,
        keys=("q", "township", "kind"),
        columns=(
            Column(_("名称"), lambda row: row.name),
            Column(_("别名"), lambda row: "、".join(one.name for one in row.aliases.all())),
            Column(_("种类"), lambda row: row.get_kind_display()),
            *_VILLAGE,
            Column(_("网格"), lambda row: row.grid.name if row.grid else ""),
            Column(_("经度"), lambda row: row.lng),
            Column(_("纬度"), lambda row: row.lat),
        ),
    )
)
