"""The accounts application."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Register the accounts tables."""

    name = "minfu.accounts"
