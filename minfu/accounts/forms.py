"""Forms of sign-in: they parse; the rules judge."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LoginForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=_("用户名"),
        max_length=60,
        error_messages={"required": _("请输入用户名。")},
        widget=forms.TextInput(
            attrs={
                "class": "form-control",
                "autocomplete": "username",
                "autofocus": True,
                "autocapitalize": "none",
            }
        ),
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=200,
        strip=False,
        error_messages={"required": _("请输入密码。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


def _new_password(label: object) -> forms.CharField:
    """Return a field for a new password."""
    return forms.CharField(
        label=label,  # type: ignore[arg-type]  # lazy text is text
        max_length=200,
        strip=False,
        error_messages={"required": _("请输入新密码。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class PasswordForm(forms.Form):
    """The present password and the new one, twice."""

    old = forms.CharField(
        label=_("当前密码"),
        max_length=200,
        strip=False,
        error_messages={"required": _("请输入当前密码。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    new = _new_password(_("新密码"))
    again = _new_password(_("再输一次新密码"))


def show(form: forms.Form, fields: dict[str, list[str]]) -> None:
    """Put the sentences of a refusal at the fields of ``form``; a sentence for no field stands above the form."""
    for name, sentences in fields.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)
