"""Settings of the next version."""

from config.settings import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.drills.poison"]  # noqa: F405
