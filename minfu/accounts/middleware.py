"""Puts the actor on each request, speaks their language, keeps used sessions alive, forces a new password and a second factor."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from minfu.accounts.access import actor_in, holding_for
from minfu.accounts.models import Role, User
from minfu.kernel import clock

#: Session key of the post the person chose to act in.
POST = "post"
#: Session key of the moment (Unix seconds) the session was last renewed.
RENEWED = "renewed"
#: Session key that says that a second factor was given.
FACTOR = "factor"


Page = TypeVar("Page", bound=Callable[..., Any])


def no_factor_yet(view: Page) -> Page:
    """Let someone in who has yet to give or set up the second factor their post demands."""
    view.allows_no_factor = True  # type: ignore[attr-defined]  # a view says what it allows
    return view


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
        request.actor, request.lacks_factor = None, False  # type: ignore[attr-defined]  # set by accounts.middleware
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            renew(request)
            _speak(request)
            self._act(request)
        return self.get_response(request)

    def _act(self, request: HttpRequest) -> None:
        """Put the actor on the request, unless the post is worked in with a second factor and none was given."""
        user = cast(User, request.user)
        holding = holding_for(user, request.session.get(POST))
        if holding is None or holding.role == Role.PARTNER:  # another system has keys, and no screens
            return
        if holding.needs_factor and not request.session.get(FACTOR):
            request.lacks_factor = True  # type: ignore[attr-defined]  # set by accounts.middleware
        else:
            request.actor = actor_in(holding, user.pk, "screen")  # type: ignore[attr-defined]  # set by accounts.middleware

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Send someone to what they must do first, from every page that is not open to all.

        Who has a one-time password chooses a password; who lacks the second factor their post demands sets one up or gives it.
        """
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return None
        gate = str(getattr(view, "gate", ""))
        if gate.startswith("open:"):
            return None
        if request.user.must_change_password:
            return (
                None
                if getattr(view, "allows_one_time_password", False)
                else _send(request, "accounts:password")
            )
        if request.lacks_factor and not getattr(view, "allows_no_factor", False):  # type: ignore[attr-defined]  # set by accounts.middleware
            return _send(request, "mfa_index")
        return None


def _speak(request: HttpRequest) -> None:
    """Answer staff in the language of their account, else in the one chosen in this browser, else in the county's.

    What the browser asks for by itself counts for residents only (``LocaleMiddleware``): an office's computers are often set
    up in English for people who read Chinese.
    """
    chosen = cast(User, request.user).language or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    translation.activate(language)
    request.LANGUAGE_CODE = language


def _send(request: HttpRequest, name: str) -> HttpResponse:
    """Send someone to another page, also from a part of a page."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse(name)})
    return redirect(name)
