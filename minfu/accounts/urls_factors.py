"""Addresses under the names django-allauth knows; they have no room's name before them."""

from django.urls import URLPattern, URLResolver, path

from minfu.accounts.views import factors, security, sign_in

_OWN = "account/security/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", sign_in.login, name="account_login"),
    path("login/factor/", factors.authenticate, name="mfa_authenticate"),
    path("login/passkey/", factors.login_by_passkey, name="mfa_login_webauthn"),
    path("login/oidc/<provider_id>/", factors.identity_login, name="openid_connect_login"),
    path("login/oidc/<provider_id>/callback/", factors.identity_callback, name="openid_connect_callback"),
    path("account/confirm/", factors.confirm_password, name="account_reauthenticate"),
    path("account/confirm/code/", factors.confirm_code, name="mfa_reauthenticate"),
    path("account/confirm/passkey/", factors.confirm_passkey, name="mfa_reauthenticate_webauthn"),
    path(_OWN, security.security, name="mfa_index"),
    path(f"{_OWN}totp/", factors.totp_add, name="mfa_activate_totp"),
    path(f"{_OWN}totp/remove/", factors.totp_remove, name="mfa_deactivate_totp"),
    path(f"{_OWN}codes/", factors.codes, name="mfa_view_recovery_codes"),
    path(f"{_OWN}codes/new/", factors.codes_new, name="mfa_generate_recovery_codes"),
    path(f"{_OWN}passkeys/new/", factors.passkey_add, name="mfa_add_webauthn"),
    path(f"{_OWN}passkeys/<int:pk>/remove/", factors.passkey_remove, name="mfa_remove_webauthn"),
    path(f"{_OWN}passkeys/<int:pk>/", factors.passkey_rename, name="mfa_edit_webauthn"),
]
