"""Forms of places: they parse; the verbs judge."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from minfu.kernel import widgets
from minfu.places import geojson
from minfu.places.models import Division, Grid, Place


def show(form: forms.Form, fields: Mapping[str, list[str]]) -> None:
    """Put the sentences of a refusal at the fields of ``form``; those of no field stand above it."""
    for name, sentences in fields.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)


def day(label: Any, **more: Any) -> forms.DateField:
    """Return a field for a day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    wrong = {"invalid": _("日期应写成 2026-01-31 这样。"), "required": _("请填写日期。")}
    return forms.DateField(label=label, widget=widget, error_messages=wrong, **more)


def townships(county: str) -> list[tuple[str, str]]:
    """Return the county's townships in force as choices, after an empty one."""
    rows = Division.objects.filter(code__startswith=county, level="township", valid_to__isnull=True)
    return [("", str(_("全部乡镇"))), *rows.order_by("code").values_list("code", "name")]


def villages(county: str) -> list[tuple[str, Any]]:
    """Return the county's villages in force as choices grouped by township, after an empty one."""
    rows = Division.objects.filter(code__startswith=county, level="village", valid_to__isnull=True)
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in rows.select_related("parent").order_by("code"):
        groups.setdefault(row.parent.name if row.parent else "", []).append((row.code, row.place_name))
    return [("", str(_("请选择"))), *groups.items()]


class VillageField(forms.ChoiceField):
    """A choice among the villages of the county this installation serves, read anew for each form."""

    def __init__(self) -> None:
        """Offer the villages when the form is made, not when the module is read."""
        super().__init__(
            label=_("所属村（社区）"),
            choices=lambda: villages(settings.MINFU_COUNTY),
            error_messages={
                "required": _("请选择所属村（社区）。"),
                "invalid_choice": _("没有这个村（社区），或者它已经失效，请重新选择。"),
            },
        )


class _Filter(forms.Form):
    """A filter over a county's rows: township and a word."""

    township = forms.ChoiceField(label=_("乡镇"), required=False)
    q = forms.CharField(label=_("名称或代码"), required=False, max_length=60)

    def __init__(self, data: Any, *, county: str, **more: Any):
        """Offer the county's townships."""
        super().__init__(data, auto_id="filter_%s", **more)
        widgets.offer(self, "township", townships(county))

    def value(self, name: str) -> str:
        """Return what was chosen, or "" when nothing or nonsense was."""
        return str(self.cleaned_data.get(name) or "") if self.is_valid() else ""


class DivisionFilter(_Filter):
    """Filter of the list of divisions."""

    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("现行")), ("ended", _("已失效")), ("all", _("全部"))],
    )


class GridFilter(_Filter):
    """Filter of the list of grids."""

    area = forms.ChoiceField(
        label=_("范围"), required=False, choices=[("", _("全部")), ("1", _("已绘制")), ("0", _("未绘制"))]
    )


class PlaceFilter(_Filter):
    """Filter of the gazetteer."""

    kind = forms.ChoiceField(
        label=_("类别"), required=False, choices=[("", _("全部类别")), *Place.Kind.choices]
    )


class RenameForm(forms.Form):
    """A division's new name, from when, by which document."""

    name = forms.CharField(label=_("新名称"), max_length=60, error_messages={"required": _("请填写新名称。")})
    on = day(_("自何日起"))
    reason = forms.CharField(
        label=_("依据"),
        max_length=200,
        help_text=_("批复文件的名称和文号"),
        error_messages={"required": _("请写明依据。")},
    )


class EndForm(forms.Form):
    """The day a division ends, where it goes, by which document."""

    on = day(_("自何日起失效"))
    successor = forms.CharField(
        label=_("并入的区划代码"),
        max_length=14,
        required=False,
        help_text=_("没有并入就留空，诉求由县平台人工定位"),
    )
    reason = forms.CharField(
        label=_("依据"),
        max_length=200,
        help_text=_("批复文件的名称和文号"),
        error_messages={"required": _("请写明依据。")},
    )


class GridForm(forms.Form):
    """A grid as people enter it; the area comes from the map or is pasted."""

    name = forms.CharField(
        label=_("名称"), max_length=60, error_messages={"required": _("请填写网格名称，例如“第一网格”。")}
    )
    external_code = forms.CharField(
        label=_("上级平台编码"), max_length=40, required=False, help_text=_("省、市平台给这个网格的编码")
    )
    valid_from = day(_("生效日期"), required=False)
    valid_to = day(_("失效日期"), required=False, help_text=_("填了以后，这个网格从该日起停用"))
    crs = forms.ChoiceField(
        label=_("粘贴的范围用的坐标系"),
        choices=[("wgs84", _("WGS 84（含 CGCS2000、天地图）")), ("gcj02", _("GCJ-02（高德、腾讯地图）"))],
    )
    geometry = forms.CharField(
        label=_("范围（GeoJSON）"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("在地图上画，或在这里粘贴 Polygon；留空表示还没有范围"),
    )

    def clean_geometry(self) -> Any:
        """Return the GeoJSON, or None when the field is empty."""
        text = self.cleaned_data["geometry"].strip()
        if not text:
            return None
        try:
            return json.loads(text)
        except (json.JSONDecodeError, RecursionError) as error:
            raise forms.ValidationError(_("范围不是 GeoJSON，请在地图上重画或粘贴完整的 JSON。")) from error


class NewGridForm(GridForm):
    """A new grid: also in which village, and of which type."""

    village = VillageField()
    type = forms.ChoiceField(label=_("类型"), choices=Grid.Type.choices)
    field_order = ["village", "type", "name"]


class GridImportForm(forms.Form):
    """A GeoJSON file and the coordinate system it is in; neither is guessed."""

    crs = forms.ChoiceField(
        label=_("坐标系"),
        widget=forms.RadioSelect,
        choices=[("wgs84", _("WGS 84（含 CGCS2000、天地图）")), ("gcj02", _("GCJ-02（高德、腾讯地图）"))],
        error_messages={"required": _("请选明坐标系；选错会偏几百米。")},
    )
    file = forms.FileField(
        label=_("GeoJSON 文件"),
        help_text=_("FeatureCollection；属性写 网格编码，或写 村码、网格名称、网格类型"),
        error_messages={"required": _("请选择文件。"), "empty": _("文件是空的。")},
    )

    def clean_file(self) -> Any:
        """Refuse a file too large for a screen."""
        file = self.cleaned_data["file"]
        if file.size > geojson.MOST_BYTES:
            raise forms.ValidationError(_("文件超过10 MB，请用命令 minfu places import-grids 导入。"))
        return file


class RenewForm(forms.Form):
    """Why a grid's poster code is replaced."""

    reason = forms.CharField(
        label=_("更换原因"), max_length=200, error_messages={"required": _("请写明更换二维码的原因。")}
    )


class PlaceForm(forms.Form):
    """A place of the gazetteer as people enter it."""

    village = VillageField()
    kind = forms.ChoiceField(label=_("类别"), choices=Place.Kind.choices)
    name = forms.CharField(label=_("名称"), max_length=60, error_messages={"required": _("请填写地名。")})
    grid = forms.CharField(label=_("所属网格的16位编码"), max_length=18, required=False)
    lng = forms.FloatField(label=_("经度（WGS 84）"), required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(label=_("纬度（WGS 84）"), required=False, min_value=-90, max_value=90)


class AliasForm(forms.Form):
    """Another name of a place."""

    name = forms.CharField(label=_("别名"), max_length=60, error_messages={"required": _("请填写别名。")})
