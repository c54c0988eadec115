"""Divisions, grids and the gazetteer."""

import secrets
from typing import Any

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Left, Right, RPad
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from minfu.places.codes import DIGITS, GRID_PATTERN, PATTERNS, URBAN_RURAL, place_name


def _bump() -> list[Any]:
    """Return the trigger that marks the places as changed, once per statement: running processes rebuild their index."""
    return [
        pgtrigger.Trigger(
            name="bump",
            when=pgtrigger.After,
            level=pgtrigger.Statement,
            operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            func="""
                INSERT INTO places_revision (id, stamp) VALUES (1, gen_random_uuid())
                ON CONFLICT (id) DO UPDATE SET stamp = EXCLUDED.stamp;
                RETURN NULL;
            """,
        )
    ]


def _period(name: str) -> models.CheckConstraint:
    """Return the constraint that a period ends after it starts."""
    return models.CheckConstraint(
        condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
        name=name,
        violation_error_message=_("失效日期必须晚于生效日期。"),
    )


class Revision(models.Model):
    """One row: ``stamp`` changes with every change to the places, so that processes know when to rebuild their index."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    stamp = models.UUIDField()

    class Meta:
        db_table = "places_revision"

    def __str__(self) -> str:
        return str(self.stamp)


def _level_and_parent(level: str, above: str | None) -> Q:
    """Return the condition on code and parent of one level."""
    condition = Q(level=level, code__regex=PATTERNS[level])
    if above is None:
        return condition & Q(parent__isnull=True)
    # A check on NULL would pass: the parent must be there.
    return condition & Q(parent__isnull=False, parent=RPad(Left("code", DIGITS[above]), 12, Value("0")))


class Division(models.Model):
    """An administrative division by its 12-digit statistical code (国统字〔2009〕91号).

    The row holds the version in force, or the last one when ``valid_to`` is set; ``DivisionVersion`` holds the earlier
    ones (docs/decisions/division-versions.md). County level and above are padded with zeros to 12 digits.
    """

    class Level(models.TextChoices):
        PROVINCE = "province", _("省")
        CITY = "city", _("市")
        COUNTY = "county", _("县")
        TOWNSHIP = "township", _("乡镇")
        VILLAGE = "village", _("村")

    code = models.CharField(_("区划代码"), max_length=12, primary_key=True)
    name = models.CharField(_("名称"), max_length=60)
    level = models.CharField(_("层级"), max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="children", verbose_name=_("上级")
    )
    urban_rural = models.CharField(
        _("城乡分类代码"), max_length=3, blank=True, default="", choices=list(URBAN_RURAL.items())
    )
    #: The civil-affairs code (民政部), which is not always the same as the statistical one.
    civil_code = models.CharField(_("民政部区划代码"), max_length=12, blank=True, default="")
    #: First day of this version; None: since before our records.
    valid_from = models.DateField(_("生效日期"), null=True, blank=True)
    #: First day on which it is no longer in force; None: in force.
    valid_to = models.DateField(_("失效日期"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("并入"),
    )

    class Meta:
        db_table = "places_division"
        triggers = _bump()
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{12}$"),
                name="division_code_digits",
                violation_error_message=_("区划代码应为12位数字，县级及以上在后面补零。"),
            ),
            models.CheckConstraint(
                condition=_level_and_parent("province", None)
                | _level_and_parent("city", "province")
                | _level_and_parent("county", "city")
                | _level_and_parent("township", "county")
                | _level_and_parent("village", "township"),
                name="division_code_level_parent",
                violation_error_message=_("区划代码的各位数字、层级与上级不相符，请核对代码。"),
            ),
            models.CheckConstraint(
                condition=Q(urban_rural__in=["", *URBAN_RURAL]),
                name="division_urban_rural_known",
                violation_error_message=_("城乡分类代码应为111、112、121、122、123、210或220。"),
            ),
            _period("division_period"),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | Q(valid_to__isnull=False) & ~Q(successor=F("code")),
                name="division_successor_of_ended",
                violation_error_message=_("只有已失效的区划才有并入的区划，而且不能是它自己。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def prefix(self) -> str:
        """Return the significant digits of the code: what every code below starts with."""
        return self.code[: DIGITS[self.level]]

    @property
    def place_name(self) -> str:
        """Return the name of the place, not of its committee: 松台村委会 → 松台村."""
        return place_name(self.name)


class DivisionImport(models.Model):
    """One import of a register of divisions: which file, as of which day, what it changed."""

    file_name = models.CharField(_("文件"), max_length=200)
    sha256 = models.CharField(max_length=64)
    as_of = models.DateField(_("名录日期"))
    complete = models.BooleanField(_("完整名录"), default=False)
    counts = models.JSONField(default=dict)
    at = models.DateTimeField(_("导入时间"))

    class Meta:
        db_table = "places_division_import"

    def __str__(self) -> str:
        return f"{self.file_name} ({self.as_of})"


class DivisionVersion(models.Model):
    """An earlier version of a division: what it was called, from when to when, and what ended it."""

    class Cause(models.TextChoices):
        RENAMED = "renamed", _("更名")
        REINSTATED = "reinstated", _("恢复")

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="versions")
    name = models.CharField(_("名称"), max_length=60)
    valid_from = models.DateField(_("生效日期"), null=True, blank=True)
    valid_to = models.DateField(_("失效日期"))
    cause = models.CharField(_("变更原因"), max_length=12, choices=Cause.choices)
    source = models.ForeignKey(DivisionImport, on_delete=models.PROTECT, null=True, related_name="versions")

    class Meta:
        db_table = "places_division_version"
        triggers = _bump()
        constraints = [
            _period("division_version_period"),
            ExclusionConstraint(
                name="division_version_once",
                expressions=[
                    ("division", RangeOperators.EQUAL),
                    (Func(F("valid_from"), F("valid_to"), function="daterange"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("同一区划的历史版本，日期不能重叠。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (– {self.valid_to})"


def qr_token() -> str:
    """Return an unguessable token (96 bits) for the grid's poster."""
    return secrets.token_urlsafe(12)


class Grid(models.Model):
    """A grid (网格): lies in exactly one village. Code = village + type digit + three-digit serial.

    ``geometry`` is a GeoJSON Polygon or MultiPolygon in WGS 84, longitude first; the box around it is kept for queries.
    """

    class Type(models.TextChoices):
        BASIC = "1", _("基础网格")
        DEDICATED = "2", _("专属网格")
        MICRO = "3", _("微网格")

    code = models.CharField(_("网格编码"), max_length=16, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    village = models.ForeignKey(
        Division, on_delete=models.PROTECT, related_name="grids", verbose_name=_("所属村（社区）")
    )
    external_code = models.CharField(_("上级平台编码"), max_length=40, blank=True, default="")
    geometry = models.JSONField(_("范围"), null=True, blank=True)
    west = models.FloatField(null=True, editable=False)
    south = models.FloatField(null=True, editable=False)
    east = models.FloatField(null=True, editable=False)
    north = models.FloatField(null=True, editable=False)
    valid_from = models.DateField(_("生效日期"), null=True, blank=True)
    valid_to = models.DateField(_("失效日期"), null=True, blank=True)
    qr_token = models.CharField(max_length=24, unique=True, default=qr_token, editable=False)

    class Meta:
        db_table = "places_grid"
        ordering = ["code"]
        triggers = _bump()
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=GRID_PATTERN, village=Left("code", 12)),
                name="grid_code_in_village",
                violation_error_message=_(
                    "网格编码应为所属村的12位代码、1位类型（1基础、2专属、3微网格）和3位顺序号。"
                ),
            ),
            models.CheckConstraint(
                condition=Q(geometry__isnull=True, west__isnull=True)
                | Q(
                    geometry__isnull=False,
                    west__isnull=False,
                    south__isnull=False,
                    east__isnull=False,
                    north__isnull=False,
                    east__gte=F("west"),
                    north__gte=F("south"),
                ),
                name="grid_box_with_geometry",
                violation_error_message=_("网格范围与外框必须同时填写。"),
            ),
            _period("grid_period"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def type(self) -> str:
        """Return the type digit of the code: "1" basic, "2" dedicated, "3" micro."""
        return self.code[12:13]

    def get_type_display(self) -> str:
        """Return the grid's type in words."""
        return str(self.Type(self.type).label)


class Place(models.Model):
    """An entry of the gazetteer: a natural village, a village group or a landmark, in one village."""

    class Kind(models.TextChoices):
        NATURAL_VILLAGE = "natural", _("自然村")
        GROUP = "group", _("村民小组")
        LANDMARK = "landmark", _("地标")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=60)
    village = models.ForeignKey(
        Division, on_delete=models.PROTECT, related_name="places", verbose_name=_("所属村（社区）")
    )
    grid = models.ForeignKey(
        Grid,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="places",
        verbose_name=_("所属网格"),
    )
    lng = models.FloatField(_("经度"), null=True, blank=True)
    lat = models.FloatField(_("纬度"), null=True, blank=True)

    class Meta:
        db_table = "places_place"
        ordering = ["village_id", "kind", "name"]
        triggers = _bump()
        constraints = [
            models.UniqueConstraint(
                fields=["village", "kind", "name"],
                name="place_once_per_village",
                violation_error_message=_("这个村已经有同类、同名的地名。"),
            ),
            models.CheckConstraint(
                condition=~Q(Exact(Right("village", 3), Value("000"))) & ~Q(name=""),
                name="place_in_village",
                violation_error_message=_("地名必须有名称，并且属于一个村（社区）。"),
            ),
            models.CheckConstraint(
                condition=Q(lng__isnull=True, lat__isnull=True)
                | Q(
                    lng__isnull=False,
                    lat__isnull=False,
                    lng__gte=-180,
                    lng__lte=180,
                    lat__gte=-90,
                    lat__lte=90,
                ),
                name="place_point_whole",
                violation_error_message=_("经度和纬度要么都填，要么都不填，并且在有效范围内。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlaceAlias(models.Model):
    """Another name of a place: an old name, a dialect name, a short form."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("别名"), max_length=60)

    class Meta:
        db_table = "places_alias"
        ordering = ["name"]
        triggers = _bump()
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"],
                name="alias_once_per_place",
                violation_error_message=_("这个地名已经有这个别名。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name
