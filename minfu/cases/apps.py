"""The room as a Django application."""

from datetime import date, datetime, time, timedelta
from importlib import import_module

from django.apps import AppConfig
from django.utils import timezone


class CasesConfig(AppConfig):
    """Register the room's tables and the texts of its messages."""

    name = "minfu.cases"
    verbose_name = "诉求"

    def ready(self) -> None:
        """Register what people read about demands and find in the navigation."""
        from minfu.accounts import duties
        from minfu.cases import texts
        from minfu.cases.rules import defaults

        texts.register()
        duties.describe({code: duty.name for code, duty in defaults.duties().items()})
        import_module("minfu.cases.importers")
        import_module("minfu.cases.listings")
        import_module("minfu.cases.listings_config")
        import_module("minfu.cases.measures")
        import_module("minfu.cases.menu_county")
        import_module("minfu.cases.menu_desk")
        import_module("minfu.cases.menu_field")
        import_module("minfu.cases.menu_residents")
        import_module("minfu.cases.personal")
        from minfu.cases import checks
        from minfu.kernel import doctor

        doctor.register("平台", checks.desks)
        doctor.register("类别模型", checks.category_model)
        _connect()


def _connect() -> None:
    """Let a table that is recorded as waiting start its job; let its content be sealed anew when keys rotate."""
    from minfu.cases import events, tasks
    from minfu.cases.models import Case, TableRun
    from minfu.cases.rules import catalog, retention, tables
    from minfu.kernel import clock, record
    from minfu.kernel.models import Event
    from minfu.notices import texts
    from minfu.registry import needed, rotation

    def start(event: Event) -> None:
        tasks.run_table.defer(run=event.data["run"])

    def count_again(event: Event) -> None:
        """A rule holds from the midnight of its day; its effect is counted a little later, before that night's erasures."""
        begins = timezone.make_aware(datetime.combine(date.fromisoformat(event.data["on"]), time(0, 10)))
        soon = clock.now() + 2 * timedelta(seconds=catalog.TTL)  # by then every process knows the rule
        tasks.recount_retention.defer_at(max(begins, soon))

    def language(case_id: int) -> str:
        return Case.objects.values_list("language", flat=True).get(pk=case_id)

    texts.read_in(events.SUBJECT, language)
    needed.register(retention.ROOM, retention.needs)
    record.subscribe(events.TABLE_WAITING, start)
    record.subscribe(events.RETENTION_SET, count_again)
    record.subscribe(events.RETENTION_ENDED, count_again)
    rotation.register_carried(TableRun.objects, "cases.TableRun", "payload", lambda _run: tables.SEALED_FOR)
