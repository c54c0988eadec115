"""Layers around screens that a call of the API passes by: it has no cookie, so no session, no messages and no parts of a page.

A token says who calls (``accounts/api/base.py``), and a session that a browser sends along counts for nothing there. One list of
layers in ``config/settings.py`` serves both; each layer named here knows whom it is for.
"""

from typing import Any, cast

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxMiddleware

from minfu.accounts.middleware import ActorMiddleware

_API = "/api/v1/"
#: The one screen among the API's addresses.
_DOCS = "/api/v1/docs"


def calls_api(request: HttpRequest) -> bool:
    """Tell whether a request is for an operation of the API and not for a screen."""
    path = request.path_info
    return path.startswith(_API) and path != _DOCS


def _of_screens(layer: type[Any]) -> type[Any]:
    """Return a layer that only screens pass through."""

    class OfScreens(layer):  # type: ignore[misc]  # the layer is a parameter
        __doc__ = f"{layer.__name__} for screens."

        def __call__(self, request: HttpRequest) -> Any:
            """Answer the request, a call of the API without this layer."""
            return self.get_response(request) if calls_api(request) else super().__call__(request)

        if hasattr(layer, "process_view"):

            def process_view(self, request: HttpRequest, *view: Any) -> Any:
                """Look at the view that will answer, unless it is an operation of the API."""
                return None if calls_api(request) else cast(Any, super()).process_view(request, *view)

    return OfScreens


class Language(LocaleMiddleware):
    """Answers in the language that was chosen or is asked for. Addresses name none: Django's layer looks there twice."""

    def process_request(self, request: HttpRequest) -> None:
        """Speak the language of the cookie, else the one the browser or program asks for."""
        language = translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Say which language it is, and that it depends on what was asked for."""
        del request
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", translation.get_language() or "")
        return response


Session = _of_screens(SessionMiddleware)
Authentication = _of_screens(AuthenticationMiddleware)
Message = _of_screens(MessageMiddleware)
Htmx = _of_screens(HtmxMiddleware)
Actor = _of_screens(ActorMiddleware)
