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
        import_module("minfu.cases.menu_field")
        import_module("minfu.cases.menu_residents")
        _connect()


def _connect() -> None:
    """Let a table that is recorded as waiting start its job; let its content be sealed anew when keys rotate."""
    from minfu.cases import events, tasks
    from minfu.cases.models import TableRun
    from minfu.kernel import record
    from minfu.kernel.models import Event
    from minfu.registry import rotation

    def start(event: Event) -> None:
        tasks.run_table.defer(run=event.data["run"])

    record.subscribe(events.TABLE_WAITING, start)
    rotation.register_carried(TableRun.objects, "cases.TableRun", "payload", lambda run: str(run.what))
