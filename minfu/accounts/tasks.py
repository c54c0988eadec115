"""Jobs of accounts: what has ended is not kept."""

from django.contrib.sessions.models import Session

from minfu.accounts.models import ApiToken
from minfu.kernel import clock, jobs, limits


@jobs.periodic("30 18 * * *")
def forget_ended() -> None:
    """Delete sessions, API tokens and rate-limit windows that have ended; every night at 02:30 in China."""
    now = clock.now()
    Session.objects.filter(expire_date__lte=now).delete()
    ApiToken.objects.filter(expires_at__lte=now).delete()
    limits.forget_ended()
