"""The adapter as a Django application: it has no tables."""

from django.apps import AppConfig


class Open311Config(AppConfig):
    """Register the addresses and the job of Open311."""

    name = "minfu.open311"
    verbose_name = "Open311"
