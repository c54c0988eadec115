"""Jobs of accounts: what has ended is not kept."""

from datetime import timedelta

from axes.models import AccessAttempt
from django.conf import settings

from minfu.accounts.models import ApiToken, Session
from minfu.accounts.rules import sessions
from minfu.kernel import clock, jobs, limits


@jobs.periodic("30 18 * * *")
def forget_ended() -> None:
    """Delete sessions, tokens, locks and rate-limit windows that have ended, and old sign-ins; every night at 02:30 in China."""
    now = clock.now()
    Session.objects.filter(expire_date__lte=now).delete()
    ApiToken.objects.filter(expires_at__lte=now).delete()
    AccessAttempt.objects.filter(attempt_time__lte=now - timedelta(hours=settings.AXES_COOLOFF_TIME)).delete()
    sessions.forget_old()
    limits.forget_ended()
