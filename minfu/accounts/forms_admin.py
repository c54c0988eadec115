"""Forms of the administrator: they parse and offer choices; the rules judge."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minfu.accounts import duties
from minfu.accounts.access import area_prefix
from minfu.accounts.actor import Actor
from minfu.accounts.models import Post, Role, Unit, User
from minfu.accounts.rules import access
from minfu.accounts.rules.actions import UnitTerms
from minfu.accounts.rules.posts import Leave, PostTerms
from minfu.kernel import clock, widgets
from minfu.places.models import Division, Grid

_REQUIRED = {"required": _("请填写这一项。")}
_CHOOSE = {"required": _("请选择一项。"), "invalid_choice": _("请从列表中选择。")}
_DATE = {"required": _("请填写日期。"), "invalid": _("日期请写成 2026-11-21 的样子。")}
_MOMENT = {"required": _("请填写时间。"), "invalid": _("时间请写成 2026-11-21 09:00 的样子。")}


def _date_field(label: Any, **more: Any) -> forms.DateField:
    """Return a date field with the browser's own picker."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=_DATE, **more)


def _moment_field(label: Any) -> forms.DateTimeField:
    """Return a field for a moment with the browser's own picker."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(
        label=label,
        widget=widget,
        error_messages=_MOMENT,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
    )


class DivisionField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs alone
    """Chooses a division; villages stand indented under their township."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the name, indented by level."""
        indent = {"township": "　", "village": "　　"}.get(obj.level, "")
        return f"{indent}{obj.name}"


class UnitForm(forms.Form):
    """A unit as the administrator describes it."""

    name = forms.CharField(label=_("名称"), max_length=80, error_messages=_REQUIRED)
    short_name = forms.CharField(label=_("简称"), max_length=30, required=False)
    kind = forms.ChoiceField(label=_("类别"), choices=Unit.Kind.choices, error_messages=_CHOOSE)
    division = DivisionField(label=_("所属区划"), queryset=Division.objects.none(), error_messages=_CHOOSE)
    parent = forms.ModelChoiceField(
        label=_("上级单位"), queryset=Unit.objects.none(), required=False, error_messages=_CHOOSE
    )
    duty = forms.ChoiceField(
        label=_("职责"),
        required=False,
        help_text=_("部门负责什么；分派规则按它找单位。"),
        error_messages={"invalid_choice": _("请从列表中选择。")},
    )
    phone = forms.CharField(label=_("值班电话"), max_length=30, required=False)
    is_active = forms.BooleanField(label=_("启用"), required=False, initial=True)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        """Offer the divisions and units of the administrator's area."""
        super().__init__(*args, **kwargs)
        self.fields["division"].queryset = Division.objects.filter(  # type: ignore[attr-defined]  # a field found by its name is any field
            code__startswith=actor.area, level__in=["county", "township", "village"], valid_to=None
        ).order_by("code")
        present = str(self.initial.get("duty") or "")
        widgets.offer(self, "duty", [("", _("没有专门职责")), *duties.choices(present)])
        self.fields["parent"].queryset = access.units_for(actor)  # type: ignore[attr-defined]  # a field found by its name is any field

    def terms(self) -> UnitTerms:
        """Return what was entered."""
        data = dict(self.cleaned_data)
        parent, division = data.pop("parent"), data.pop("division")
        return UnitTerms(**data, division=division.code, parent_id=parent.pk if parent else None)


class PersonForm(forms.Form):
    """A new account."""

    username = forms.CharField(
        label=_("用户名"),
        max_length=60,
        help_text=_("2 到 60 个字母、数字、点、横线，登录时使用。"),
        error_messages=_REQUIRED,
    )
    name = forms.CharField(label=_("姓名"), max_length=60, error_messages=_REQUIRED)


class RenameForm(forms.Form):
    """A corrected name."""

    name = forms.CharField(label=_("姓名"), max_length=60, error_messages=_REQUIRED)


class PostUnitForm(forms.Form):
    """First step of giving a post: in which unit."""

    unit = forms.ModelChoiceField(label=_("所属单位"), queryset=Unit.objects.none(), error_messages=_CHOOSE)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any):
        """Offer the units in use of the administrator's area."""
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = access.units_for(actor).filter(is_active=True)  # type: ignore[attr-defined]  # a field found by its name is any field


class PostForm(forms.Form):
    """Second step: role, area, period, grids, as the unit allows them."""

    role = forms.ChoiceField(
        label=_("角色"), choices=[("", _("请选择")), *Role.choices], error_messages=_CHOOSE
    )
    area = DivisionField(
        label=_("负责区域"), queryset=Division.objects.none(), error_messages=_CHOOSE, empty_label=None
    )
    starts_on = _date_field(_("开始日期"))
    last_day = _date_field(_("最后一天"), required=False, help_text=_("不填表示长期。"))
    grids = forms.ModelMultipleChoiceField(
        label=_("负责网格"),
        queryset=Grid.objects.none(),
        required=False,
        error_messages=_CHOOSE,
        help_text=_("只对网格员填写。可以多选：手机上直接勾选，电脑上按住 Ctrl 键再点。"),
    )

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any):
        """Offer the divisions and grids inside the unit's own division."""
        super().__init__(*args, **kwargs)
        self._unit = unit
        inside = area_prefix(unit.division_id)
        self.fields["area"].queryset = Division.objects.filter(  # type: ignore[attr-defined]  # a field found by its name is any field
            code__startswith=inside, valid_to=None
        ).order_by("code")
        self.fields["area"].initial = unit.division_id
        self.fields["grids"].queryset = Grid.objects.filter(  # type: ignore[attr-defined]  # a field found by its name is any field
            village__code__startswith=inside, valid_to=None
        ).order_by("code")

    def terms(self) -> PostTerms:
        """Return what was entered; the last day becomes the first day without the post."""
        data = self.cleaned_data
        return PostTerms(
            unit_id=self._unit.pk,
            role=data["role"],
            area=data["area"].code,
            starts_on=data["starts_on"],
            ends_on=data["last_day"] + timedelta(days=1) if data["last_day"] else None,
            grid_ids=frozenset(grid.pk for grid in data["grids"]),
        )


class GridsForm(forms.Form):
    """The grids a grid worker is responsible for."""

    grids = forms.ModelMultipleChoiceField(
        label=_("负责网格"),
        queryset=Grid.objects.none(),
        required=False,
        error_messages=_CHOOSE,
        help_text=_("可以多选：手机上直接勾选，电脑上按住 Ctrl 键再点。"),
    )

    def __init__(self, *args: Any, post: Post, **kwargs: Any):
        """Offer the grids inside the post's area."""
        super().__init__(*args, **kwargs)
        inside = area_prefix(post.area_id)
        self.fields["grids"].queryset = Grid.objects.filter(  # type: ignore[attr-defined]  # a field found by its name is any field
            village__code__startswith=inside, valid_to=None
        ).order_by("code")

    def grid_ids(self) -> frozenset[int]:
        """Return what was chosen."""
        return frozenset(grid.pk for grid in self.cleaned_data["grids"])


class EndPostForm(forms.Form):
    """The end of a post."""

    last_day = _date_field(_("最后一天"), required=False, help_text=_("不填表示立即结束。"))
    reason = forms.CharField(label=_("原因"), max_length=200, error_messages=_REQUIRED)

    def ends_on(self) -> date:
        """Return the first day without the post; today when no last day was given."""
        last: date | None = self.cleaned_data["last_day"]
        return last + timedelta(days=1) if last else timezone.localdate(clock.now())


class LeaveForm(forms.Form):
    """A delegation during leave; the delegate is named by user name."""

    to = forms.ModelChoiceField(
        label=_("代理人用户名"),
        queryset=User.objects.filter(is_active=True),
        to_field_name="username",
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "colleagues"}),
        error_messages={
            "required": _("请填写代理人的用户名。"),
            "invalid_choice": _("没有这个用户名，请核对。"),
        },
    )
    starts_at = _moment_field(_("开始时间"))
    ends_at = _moment_field(_("结束时间"))
    reason = forms.CharField(label=_("原因"), max_length=200, error_messages=_REQUIRED)

    def terms(self) -> Leave:
        """Return what was entered."""
        data = self.cleaned_data
        return Leave(data["to"].pk, data["starts_at"], data["ends_at"], data["reason"])
