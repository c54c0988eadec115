"""Turns refusals of rules into pages."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from minfu.kernel.errors import Refused
from minfu.kernel.gate import SignInNeeded


class RefusedMiddleware:
    """Answer a ``Refused`` raised anywhere in a view with its sentence and its status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; refusals arrive in ``process_exception``."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the page for a refusal; anything else is an error of ours and goes on."""
        if isinstance(error, SignInNeeded):
            return _to_sign_in(request)
        if isinstance(error, Refused):
            return _page(request, error)
        return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send the person to the sign-in page, or to the choice of a post when they are signed in, and back afterwards."""
    page = "accounts:choose_post" if request.user.is_authenticated else "accounts:login"
    back = (
        request.get_full_path() if request.method in {"GET", "HEAD"} else request.headers.get("Referer", "")
    )
    if request.headers.get("HX-Request"):
        back = request.headers.get("HX-Current-URL", "")
    target = f"{reverse(page)}?{urlencode({'next': back})}" if back else reverse(page)
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def _page(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Return the refusal as a page, or for an htmx request as the sentence alone."""
    signed_in = getattr(request, "actor", None) is not None
    context = {"refusal": refusal, "base": "base_staff.html" if signed_in else "base_public.html"}
    name = "refused_sentence.html" if request.headers.get("HX-Request") else "refused.html"
    response = render(request, name, context, status=refusal.status)
    if retry_after := refusal.extra.get("retry_after"):
        response["Retry-After"] = str(retry_after)
    return response
