"""Forms of the administrator about systems of others: they parse; the rules judge."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.accounts.forms_admin import DivisionField
from minfu.accounts.models import Unit
from minfu.accounts.partners import MOST_DAYS, MOST_PER_MINUTE, PER_MINUTE, SystemTerms
from minfu.accounts.rules import access
from minfu.kernel import gate, widgets
from minfu.kernel.forms import Form
from minfu.places.models import Division


class SystemForm(Form):
    """A system: what its keys are for, over which area, how often a minute."""

    name = forms.CharField(
        label=_("名称"), max_length=60, help_text=_("例如“县大数据平台”。办理记录里会显示这个名称。")
    )
    scopes = forms.MultipleChoiceField(label=_("用途"), widget=forms.CheckboxSelectMultiple)
    area = DivisionField(label=_("范围"), queryset=Division.objects.none())
    unit_id = forms.ModelChoiceField(
        label=_("以哪个单位的名义"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=_("只有要签收、办理和报告的系统才选；其他系统留空。"),
    )
    per_minute = forms.IntegerField(
        label=_("每个密钥每分钟最多调用次数"),
        min_value=1,
        max_value=MOST_PER_MINUTE,
        initial=PER_MINUTE,
    )

    def __init__(self, *args: Any, actor: Actor, fixed: bool = False, **kwargs: Any):
        """Offer the registered scopes, the places and units of the administrator's area; ``fixed`` keeps name and unit."""
        super().__init__(*args, **kwargs)
        widgets.offer(self, "scopes", [(one.name, one.label) for one in gate.scopes().values()])
        divisions = Division.objects.filter(
            code__startswith=actor.area, level__in=["county", "township", "village"], valid_to=None
        )
        self.fields["area"].queryset = divisions.order_by("code")  # type: ignore[attr-defined]  # a field found by its name is any field
        units = access.units_for(actor).filter(is_active=True).exclude(kind=Unit.Kind.PARTNER)
        self.fields["unit_id"].queryset = units  # type: ignore[attr-defined]  # a field found by its name is any field
        if fixed:
            self.fields["name"].disabled = True
            del self.fields["unit_id"]

    def terms(self) -> SystemTerms:
        """Return what was entered."""
        data = self.cleaned_data
        unit = data.get("unit_id")
        return SystemTerms(
            name=data["name"],
            scopes=tuple(data["scopes"]),
            area=data["area"].code,
            per_minute=data["per_minute"],
            unit_id=unit.pk if unit else None,
        )


class KeyForm(Form):
    """A further key."""

    label = forms.CharField(
        label=_("说明"), max_length=60, required=False, help_text=_("例如“正式环境”，便于以后区分。")
    )
    days = forms.IntegerField(
        label=_("有效天数"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=365,
        help_text=_("到期自动失效，届时再发新的。"),
    )
