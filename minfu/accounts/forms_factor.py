"""Forms of the second factor: django-allauth's, in our words, with the one lockout there is."""

from typing import Any

from allauth.account.forms import ReauthenticateForm as LibraryPasswordForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from minfu.accounts.rules import sign_in
from minfu.kernel.errors import Refused
from minfu.kernel.forms import say_plainly

_CODE = {
    "class": "form-control",
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "autofocus": True,
    "maxlength": 20,
}


class _Words:
    """Mixin: fields are called in our words, and so are their mistakes."""

    fields: dict[str, forms.Field]
    labels: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any):
        """Make the library's form, then name its fields."""
        super().__init__(*args, **kwargs)
        self.show()
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            say_plainly(field, str(field.label or name))

    def show(self) -> None:
        """Change how the library's fields are shown."""


class _Code(_Words):
    """A code of the second factor; wrong ones are counted by the lockout."""

    labels = {"code": _("验证码或备用码")}

    def show(self) -> None:
        """Show the field as phones know it: they offer the code."""
        self.fields["code"].widget = forms.TextInput(attrs=dict(_CODE))

    def clean_code(self) -> str:
        """Return the code; the factor it is of is kept for ``save``."""
        code: str = self.cleaned_data["code"]  # type: ignore[attr-defined]  # mixed into the library's forms
        user = self.user  # type: ignore[attr-defined]  # mixed into the library's forms
        try:
            self.authenticator = sign_in.check_code(context.request, user, code)
        except Refused as refusal:
            raise ValidationError(str(refusal.message)) from refusal
        self.authenticator.user = user
        return code


class CodeForm(_Code, AuthenticateForm):  # type: ignore[misc]  # the library has no types
    """The code asked for after the password."""


class ConfirmCodeForm(_Code, ReauthenticateForm):  # type: ignore[misc]  # the library has no types
    """The code asked for before a change."""


class ConfirmPasswordForm(_Words, LibraryPasswordForm):  # type: ignore[misc]  # the library has no types
    """The password asked for before a change."""

    labels = {"password": _("当前密码")}

    def show(self) -> None:
        """Show the field as the sign-in page does."""
        self.fields["password"].help_text = ""
        self.fields["password"].widget = forms.PasswordInput(
            attrs={"autocomplete": "current-password", "autofocus": True, "maxlength": 200}
        )


class TotpForm(_Words, ActivateTOTPForm):  # type: ignore[misc]  # the library has no types
    """The first code of a new authenticator app."""

    labels = {"code": _("应用显示的 6 位验证码")}

    def show(self) -> None:
        """Show the field as phones know it."""
        self.fields["code"].widget = forms.TextInput(attrs=dict(_CODE))

    def clean_code(self) -> str:
        """Return the code if it is of the secret that was shown."""
        try:
            return str(super().clean_code())
        except ValidationError as error:
            raise ValidationError(_("验证码不正确。请核对手机时间，输入最新显示的 6 位数字。")) from error


class PasskeyForm(_Words, AddWebAuthnForm):  # type: ignore[misc]  # the library has no types
    """A new passkey, with the name its owner tells it by."""

    labels = {"name": _("名称"), "passwordless": _("可以不输密码直接登录")}

    def show(self) -> None:
        """Offer the passkey as one that signs in by itself."""
        self.fields["name"].widget = forms.TextInput(attrs={"class": "form-control", "maxlength": 40})
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = _(
            "登录时由设备核对指纹、面容或锁屏密码。不支持的旧式安全密钥请取消勾选。"
        )
        self.fields["credential"].error_messages = {
            "required": _("浏览器没有创建通行密钥，请重试。"),
            "invalid": _("浏览器没有创建通行密钥，请重试。"),
        }

    def clean_name(self) -> str:
        """Return the name, cut to its length."""
        return str(super().clean_name())[:40]


class PasskeyNameForm(_Words, EditWebAuthnForm):  # type: ignore[misc]  # the library has no types
    """Another name for a passkey."""

    labels = {"name": _("名称")}

    def show(self) -> None:
        """Take no longer names than a new passkey's."""
        self.fields["name"] = forms.CharField(max_length=40)
