"""Makes the database available to a command that runs while the server may be down."""

import atexit
import sys

from django.conf import settings

from minfu.kernel import postgres
from minfu.kernel.pg_checks import check_server


def wanted(*, migrated: bool) -> None:
    """Start the embedded server unless it runs or ``DATABASE_URL`` names another; stop it again when the command ends.

    ``migrated`` asks for up-to-date tables too, so that a command may come before the first ``minfu up``.
    """
    if "--help" in sys.argv:
        return
    if not settings.DATABASE_URL:
        with postgres.locked(settings.MINFU_HOME):
            running = postgres.locate(settings.MINFU_HOME).ready()
        if not running:
            postgres.start(settings.MINFU_HOME)
            atexit.register(postgres.stop, settings.MINFU_HOME)
    if migrated:
        check_server(settings.DATABASE_URL or postgres.embedded_url(settings.MINFU_HOME))
        from minfu.site.backups import migrating

        migrating.apply()
