"""Jobs of the vault: what has ended is not kept."""

from minfu.kernel import clock, jobs
from minfu.registry.models import OneTimeCode


@jobs.periodic("35 18 * * *")
def forget_codes() -> None:
    """Delete one-time codes that have ended; every night at 02:35 in China."""
    OneTimeCode.objects.filter(expires_at__lte=clock.now()).delete()
