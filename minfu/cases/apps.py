"""The cases application."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Register the cases tables."""

    name = "minfu.cases"
