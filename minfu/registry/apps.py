"""The registry application."""

from importlib import import_module

from django.apps import AppConfig

from minfu.kernel import doctor


class RegistryConfig(AppConfig):
    """Register the registry tables, rights, recorded events and checks."""

    name = "minfu.registry"

    def ready(self) -> None:
        """Load what registers itself with the kernel."""
        import_module("minfu.registry.rights")
        import_module("minfu.registry.events")
        import_module("minfu.registry.personal")
        from minfu.registry import checks

        doctor.register("身份库", checks.openable)
