"""Divisions, grids and the gazetteer."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Division(models.Model):
    """An administrative division by its 12-digit statistical code (国统字〔2009〕91号), versioned by date."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("省")
        CITY = "city", _("市")
        COUNTY = "county", _("县")
        TOWNSHIP = "township", _("乡镇")
        VILLAGE = "village", _("村")

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=60)
    level = models.CharField(max_length=10, choices=Level.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")

    class Meta:
        db_table = "places_division"

    def __str__(self) -> str:
        return self.name


class Grid(models.Model):
    """A grid (网格): lies in exactly one village. Code = village + type digit + three-digit serial."""

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=60)
    village = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="grids")

    class Meta:
        db_table = "places_grid"

    def __str__(self) -> str:
        return self.name
