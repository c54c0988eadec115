"""Exports as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class TablesConfig(AppConfig):
    """Let a run that is recorded as waiting start its job; let its content be sealed anew when keys rotate."""

    name = "minfu.tables"
    verbose_name = "导出"

    def ready(self) -> None:
        """Connect."""
        from minfu.kernel import record
        from minfu.kernel.models import Event
        from minfu.registry import rotation
        from minfu.tables import events, held, runs, tasks
        from minfu.tables.models import ExportRun, HeldTable

        def start(event: Event) -> None:
            tasks.run_export.defer(run=event.data["run"])

        import_module("minfu.tables.personal")
        record.subscribe(events.EXPORT_WAITING, start)
        for column in ("payload", "asked"):
            rotation.register_carried(
                ExportRun.objects, "tables.ExportRun", column, lambda _run: runs.SEALED_FOR
            )
        rotation.register_carried(
            HeldTable.objects, "tables.HeldTable", "payload", lambda _held: held.SEALED_FOR
        )
