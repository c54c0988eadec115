"""Settings of the next version."""

from config.settings import *  # noqa: F403 - the same settings but for what follows

INSTALLED_APPS = [*INSTALLED_APPS, "tests.drills.poison"]  # noqa: F405 - as above
