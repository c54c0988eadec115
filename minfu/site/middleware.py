"""Turns refusals into pages and answers forms in dialogs, in one place for all screens."""

import logging
import time
from collections.abc import Callable
from http import HTTPStatus

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from minfu.kernel import logs, tracing
from minfu.kernel.errors import Refused
from minfu.site import errors, metrics

log = logging.getLogger("minfu.requests")

#: Routes that programs ask all day.
QUIET = {"static", "site:healthz", "site:metrics"}
_JSON = ("application/json", "application/problem+json")


class PolicyMiddleware(CSPMiddleware):
    """The content security policy: of a page what ``CONTENT_SECURITY_POLICY`` says, of the API's JSON that it may do nothing."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Set the policy. A page's is composed for each answer, which JSON can do without."""
        if response.headers.get("Content-Type", "").startswith(_JSON):
            response[HEADER] = "default-src 'none'; frame-ancestors 'none'"
            return response
        return super().process_response(request, response)


class RequestMiddleware:
    """Give each request a number, count it, and write a line about it: its route, never its address, and nobody's name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; the answer carries its number."""
        number = tracing.begin(request.META.get(tracing.GIVEN, ""))
        request.number = number  # type: ignore[attr-defined] # Django's last words come after us
        began = time.perf_counter()
        try:
            answer = self.get_response(request)
            answer[tracing.HEADER] = number
            seconds = time.perf_counter() - began
            route = "static" if request.path.startswith(settings.STATIC_URL) else logs.route(request)
            metrics.count(request, route, answer.status_code, seconds)
            if route not in QUIET:
                said = {
                    "method": request.method,
                    "route": route,
                    "status": answer.status_code,
                    "ms": round(1000 * seconds),
                }
                log.info("answered", extra=said)
            return answer
        finally:
            tracing.end()


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


class DialogMiddleware:
    """Tell a form that was sent from a dialog where to go instead of sending it there.

    ``fetch`` would follow the redirect itself: the page would be made twice, and its messages ("已派单…") shown to nobody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; a redirect for a dialog becomes an empty answer that names the address."""
        answer = self.get_response(request)
        if "Location" in answer and request.META.get("HTTP_X_DIALOG"):
            answer["X-Location"] = answer["Location"]
            del answer["Location"]
            answer.status_code = HTTPStatus.NO_CONTENT
            answer.content = b""
        return answer
