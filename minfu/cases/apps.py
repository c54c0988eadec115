"""The room as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Register the room's tables and the texts of its messages."""

    name = "minfu.cases"
    verbose_name = "诉求"

    def ready(self) -> None:
        """Register what people read about demands and find in the navigation."""
        from minfu.cases import texts

        texts.register()
        import_module("minfu.cases.menu_county")
        import_module("minfu.cases.menu_desk")
        import_module("minfu.cases.menu_residents")
