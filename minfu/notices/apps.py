"""The notices application."""

from importlib import import_module

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Register the notices tables and rights."""

    name = "minfu.notices"

    def ready(self) -> None:
        """Load what registers itself with the kernel."""
        import_module("minfu.notices.rights")
