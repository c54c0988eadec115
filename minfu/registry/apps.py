"""The registry application."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Register the registry tables."""

    name = "minfu.registry"
