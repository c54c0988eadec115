"""The files application."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Register the files tables."""

    name = "minfu.files"
