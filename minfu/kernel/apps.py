"""The kernel as a Django application."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Register the kernel's tables."""

    name = "minfu.kernel"
    verbose_name = "核心"
