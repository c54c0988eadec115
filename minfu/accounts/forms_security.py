"""Forms of the administrator and the auditor about sign-ins and second factors: they parse; the rules judge."""

from django import forms
from django.utils.translation import gettext_lazy as _

from minfu.accounts import rights
from minfu.accounts.models import Role
from minfu.kernel.forms import Form

#: A program gives no second factor.
_ROLES = [(role.value, role.label) for role in Role if role in rights.PEOPLE]


class ReasonForm(Form):
    """Why something is done."""

    reason = forms.CharField(label=_("原因"), max_length=200)


class LookForm(Form):
    """Whose sign-ins, and why."""

    username = forms.CharField(
        label=_("用户名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    reason = forms.CharField(
        label=_("查看原因"), max_length=200, help_text=_("例如“核查异常登录”。原因会记录下来，本人能看到。")
    )


class IdentityForm(Form):
    """What the county's identity provider knows a person by."""

    number = forms.CharField(
        label=_("工号"),
        max_length=60,
        required=False,
        help_text=_("统一身份认证给出的工号与这里一致时，首次登录自动对应。"),
    )
    subject = forms.CharField(
        label=_("统一身份标识"),
        max_length=191,
        required=False,
        help_text=_("本人首次用统一身份登录时，页面会显示这个标识。留空表示不关联。"),
    )


class DemandForm(Form):
    """Of which role a second factor is demanded, from when on, on what basis."""

    role = forms.ChoiceField(label=_("角色"), choices=[("", _("请选择")), *_ROLES])
    starts_on = forms.DateField(
        label=_("开始日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    source = forms.CharField(
        label=_("依据"), max_length=200, help_text=_("例如文号，或“县信息中心安全要求”。")
    )
