"""Addresses of Open311. The ending chooses the format."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path, register_converter
from django.views.decorators.csrf import csrf_exempt

from minfu.kernel import gate
from minfu.open311.errors import WrongMethod, answering
from minfu.open311.views import reading, writing

View = Callable[..., Any]


class Format:
    """``xml`` or ``json``."""

    regex = "xml|json"

    def to_python(self, value: str) -> str:
        """Return the format."""
        return value

    def to_url(self, value: str) -> str:
        """Return the ending."""
        return value


register_converter(Format, "format")
_READS = ("GET", "HEAD")


def _call(get: View, post: View | None = None) -> View:
    """Return what answers an address: reading is open to all, as Open311 says; writing asks for a key itself.

    A key instead of a cookie: there is nothing a foreign page could make a browser send.
    """

    def call(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.method in _READS:
            return get(request, **kwargs)  # type: ignore[no-any-return]  # any view
        if post is not None and request.method == "POST":
            return post(request, **kwargs)  # type: ignore[no-any-return]  # any view
        raise WrongMethod

    guard = gate.open_to_all("Open311: public matters without words or names; a key's owner sees its own")
    return csrf_exempt(guard(answering(call)))


app_name = "open311"
_ROOT = "open311/v2/"
urlpatterns: list[URLPattern] = [
    path(f"{_ROOT}openapi.json", _call(reading.document), name="document"),
    path(f"{_ROOT}discovery.<format:format>", _call(reading.discovery), name="discovery"),
    path(f"{_ROOT}services.<format:format>", _call(reading.list_services), name="services"),
    path(f"{_ROOT}services/<str:code>.<format:format>", _call(reading.define_service), name="service"),
    path(
        f"{_ROOT}requests.<format:format>",
        _call(reading.list_requests, writing.post_request),
        name="requests",
    ),
    path(f"{_ROOT}requests/<str:number>.<format:format>", _call(reading.show_request), name="request"),
    path(f"{_ROOT}tokens/<str:token>.<format:format>", _call(reading.show_token), name="token"),
    path(
        f"{_ROOT}servicerequestupdates.<format:format>",
        _call(reading.list_updates, writing.post_update),
        name="updates",
    ),
    path(f"{_ROOT}photos/<str:signed>", _call(reading.photo), name="photo"),
    re_path(
        r"^open311/(?P<rest>(?s:.*))$",
        csrf_exempt(gate.open_to_all("says only that there is nothing")(reading.nothing)),
    ),
]
