"""Handing in: demands, and what is said about them later. Only for systems with a key."""

from django.http import HttpRequest, HttpResponse

from minfu.open311 import callers, handing, told
from minfu.open311.arguments import Arguments, check_jurisdiction
from minfu.open311.errors import Unsupported
from minfu.open311.reply import reply

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def _arguments(request: HttpRequest) -> Arguments:
    """Return the arguments of a form that was sent; ``Unsupported`` for anything but a form."""
    if request.content_type not in _FORMS:
        raise Unsupported
    return Arguments(request.POST)


def post_request(request: HttpRequest, format: str) -> HttpResponse:  # noqa: A002 - Open311's word
    """Take a demand in."""
    arguments = _arguments(request)
    actor = callers.writer(request, arguments)
    check_jurisdiction(arguments)
    handed = handing.hand_in(request, arguments, actor)
    extended = arguments.flag("extensions") or Arguments(request.GET).flag("extensions")
    content = told.created(handed.case, handed.notice, extended=extended)
    return reply("service_requests", content, format, status=201 if handed.fresh else 200)


def post_update(request: HttpRequest, format: str) -> HttpResponse:  # noqa: A002 - the protocol's own word
    """Take in what was said later."""
    arguments = _arguments(request)
    actor = callers.writer(request, arguments)
    check_jurisdiction(arguments)
    number = handing.hand_on(request, arguments, actor)
    return reply("service_request_updates", [{"update_id": str(number)}], format, status=201)
