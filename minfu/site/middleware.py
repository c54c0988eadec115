"""Turns refusals into pages, in one place for all screens."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from minfu.kernel.errors import Refused
from minfu.site import errors


class RefusalMiddleware:
    """Answer a ``Refused`` that a view let through with its page; the API answers its own with problem+json."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page for a refusal or a lost database; None for what is a defect of ours."""
        if isinstance(exception, Refused):
            return errors.refused(request, exception)
        return errors.failed(request, exception)
