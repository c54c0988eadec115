"""The accounts application."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Register the accounts tables, rights and recorded events."""

    name = "minfu.accounts"

    def ready(self) -> None:
        """Load what registers itself with the kernel."""
        import_module("minfu.accounts.rights")
        import_module("minfu.accounts.events")
        import_module("minfu.accounts.listings")
        import_module("minfu.accounts.menu")
        import_module("minfu.accounts.personal")
        import_module("minfu.accounts.checks").register_all()
