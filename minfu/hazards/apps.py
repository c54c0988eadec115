"""The room as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class HazardsConfig(AppConfig):
    """Register the room's tables, the texts of its messages and its place in the navigation."""

    name = "minfu.hazards"
    verbose_name = "隐患"

    def ready(self) -> None:
        """Register what people read about hazards and find in the navigation."""
        from minfu.hazards import texts

        texts.register()
        import_module("minfu.hazards.listings")
        import_module("minfu.hazards.menu")
        import_module("minfu.hazards.personal")
        from minfu.hazards.rules import own_data
        from minfu.registry import held

        held.register("hazards", own_data.own)
