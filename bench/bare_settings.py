"""Settings of the bare yardstick: minfu's own, with one view and no middleware but the one that allauth insists on."""

from config.settings import *  # noqa: F403 - the same settings but for what follows

ROOT_URLCONF = "bench.bare"
MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]
