"""The room as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class DisputesConfig(AppConfig):
    """Register the room's tables, the texts of its messages and its place in the navigation."""

    name = "minfu.disputes"
    verbose_name = "矛盾调解"

    def ready(self) -> None:
        """Register what people read about mediations and find in the navigation."""
        from minfu.disputes import texts

        texts.register()
        import_module("minfu.disputes.listings")
        import_module("minfu.disputes.menu")
        import_module("minfu.disputes.personal")
        from minfu.disputes.rules import own_data, retention
        from minfu.registry import held, needed

        needed.register(retention.ROOM, retention.needs)
        held.register(retention.ROOM, own_data.own)
