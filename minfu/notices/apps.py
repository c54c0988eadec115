"""The notices application."""

from importlib import import_module

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Register the notices tables, rights, recorded events and navigation."""

    name = "minfu.notices"

    def ready(self) -> None:
        """Load what registers itself with the kernel."""
        for name in ("rights", "events", "menu", "personal"):
            import_module(f"minfu.notices.{name}")
        from minfu.notices import outbox
        from minfu.notices.models import Notice
        from minfu.registry import rotation

        rotation.register_carried(
            Notice.objects, "notices.Notice", "secret", lambda notice: outbox.purpose(notice.identity_id)
        )
