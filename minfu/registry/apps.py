"""The registry application."""

from importlib import import_module

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Register the registry tables, rights and recorded events."""

    name = "minfu.registry"

    def ready(self) -> None:
        """Load what registers itself with the kernel."""
        import_module("minfu.registry.rights")
        import_module("minfu.registry.rules.events")
