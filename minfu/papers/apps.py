"""Paper as a Django application."""

from django.apps import AppConfig


class PapersConfig(AppConfig):
    """Add the check of fonts to ``minfu doctor``."""

    name = "minfu.papers"

    def ready(self) -> None:
        """Register the check."""
        from minfu.kernel import doctor
        from minfu.papers import checks

        doctor.register("打印字体", checks.fonts)
