"""Who calls the API: the person and post a token stands for."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from minfu.accounts import tokens
from minfu.accounts.actor import Actor

_SCHEME = "bearer"


class Bearer(HttpBearer):
    """Signs a caller in by ``Authorization: Bearer …``; sets ``request.actor``, whatever a session says."""

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Return who calls, None without such a header: as ninja does, without a dictionary of all headers first."""
        scheme, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        return self.authenticate(request, token) if scheme.lower() == _SCHEME else None

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """Return who calls; ``SignInNeeded`` for a token that is not good."""
        actor = tokens.actor_for_token(token)
        request.actor = actor  # type: ignore[attr-defined]  # set by accounts.middleware
        return actor
