"""The files application."""

from importlib import import_module

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Register the files tables."""

    name = "minfu.files"

    def ready(self) -> None:
        """Say what the files hold of people."""
        import_module("minfu.files.personal")
