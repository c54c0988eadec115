"""Puts the actor on each request, keeps sessions alive while they are used, forces a new password."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from minfu.accounts.access import actor_for
from minfu.kernel import clock

#: Session key of the post the person chose to act in.
POST = "post"
#: Session key of the moment (Unix seconds) the session was last renewed.
RENEWED = "renewed"


def renew(request: HttpRequest) -> None:
    """Move the session's end forward. Writes at most once per tenth of its length, and at most every five minutes."""
    now = int(clock.now().timestamp())
    if now - request.session.get(RENEWED, 0) >= min(300, settings.SESSION_COOKIE_AGE // 10):
        request.session[RENEWED] = now


class ActorMiddleware:
    """Set ``request.actor``: the signed-in staff member in the post they chose, or None.

    A request without a session cookie (every resident's) costs no query here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with its actor set."""
        request.actor = None  # type: ignore[attr-defined]
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            renew(request)
            request.actor = actor_for(  # type: ignore[attr-defined]
                request.user, request.session.get(POST), "screen"
            )
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Send someone with a one-time password to the page for a new one, from every page that is not open to all."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return None
        gate = str(getattr(view, "gate", ""))
        if not request.user.must_change_password or gate.startswith("open:"):
            return None
        if getattr(view, "allows_one_time_password", False):
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": reverse("accounts:password")})
        return redirect("accounts:password")
