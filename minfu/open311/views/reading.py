"""Reading: services, demands, what happened to them. Open to anyone; with a key a system also reads what it handed in."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.cases import door
from minfu.cases.door import Asked, Span
from minfu.files import door as files
from minfu.kernel import clock, codes
from minfu.kernel.errors import Invalid, Missing
from minfu.open311 import callers, errors, services, statuses, told
from minfu.open311 import document as documents
from minfu.open311.arguments import LONGEST_SPAN, MOST_ROWS, SECOND, Arguments, check_jurisdiction
from minfu.open311.reply import reply

#: Demands that may be asked for by their numbers at once.
MOST_NUMBERS = 50
#: What updates are told of when no dates are given.
UPDATES_SPAN = timedelta(days=7)


def _asked(request: HttpRequest) -> tuple[Arguments, Actor | None]:
    """Return the arguments of a call and who makes it, if it says; the jurisdiction must be ours."""
    arguments = Arguments(request.GET)
    actor = callers.reader(request, arguments)
    check_jurisdiction(arguments)
    return arguments, actor


def discovery(request: HttpRequest, format: str) -> HttpResponse:  # noqa: A002 - Open311's word
    """Say where the service is and how to get a key."""
    _asked(request)
    return reply("discovery", services.discovery(), format)


def document(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - every view is called with it
    """Describe all of this for programs (OpenAPI)."""
    return JsonResponse(documents.document(), json_dumps_params={"ensure_ascii": False})


def list_services(request: HttpRequest, format: str) -> HttpResponse:  # noqa: A002 - the protocol's own word
    """List the services one may ask for."""
    _asked(request)
    return reply("services", services.listed(), format)


def define_service(request: HttpRequest, code: str, format: str) -> HttpResponse:  # noqa: A002 - the protocol's own word
    """Say what a service asks."""
    _asked(request)
    return reply("service_definition", services.definition(code), format)


def list_requests(request: HttpRequest, format: str) -> HttpResponse:  # noqa: A002 - the protocol's own word
    """List demands, newest first: those of the numbers given, or those that fit."""
    arguments, actor = _asked(request)
    extended = arguments.flag("extensions")
    numbers = arguments.several("service_request_id", most=MOST_NUMBERS)
    if numbers:
        ids = [one for one in map(told.id_of, numbers) if one is not None]
        found = door.outlines(actor, Asked(ids=ids), size=MOST_NUMBERS)[0] if ids else []
        found = [one for one in found if one.number in numbers]
        return reply("service_requests", told.requests(found, extended=extended), format)
    size = arguments.number("page_size", MOST_ROWS, most=MOST_ROWS)
    number = arguments.number("page", 1, most=10**6)
    cursor = arguments.text("cursor")
    found, after = door.outlines(
        actor, _wanted(arguments), size=size, skip=0 if cursor else (number - 1) * size, cursor=cursor
    )
    answer = reply("service_requests", told.requests(found, extended=extended), format)
    return _with_next(answer, request, after)


def _wanted(arguments: Arguments) -> Asked:
    """Return what a list is asked for: of the last 90 days, unless dates are given."""
    registered = arguments.span("start_date", "end_date")
    updated = arguments.span("updated_after", "updated_before")
    if registered is None and updated is None:
        now = clock.now()
        registered = Span(now - LONGEST_SPAN, now + SECOND)
    states = arguments.choice("status", statuses.STATUSES)
    return Asked(
        registered=registered,
        updated=updated,
        categories=arguments.several("service_code", most=100),
        is_open=states[0] == statuses.OPEN if len(states) == 1 else None,
    )


def _with_next(answer: HttpResponse, request: HttpRequest, after: str) -> HttpResponse:
    """Tell where the next page is (RFC 8288). The key is left out: whoever has one adds it."""
    if after:
        left_out = ("page", "cursor", "api_key")
        query = [
            (name, one) for name, values in request.GET.lists() if name not in left_out for one in values
        ]
        address = f"{settings.MINFU_PUBLIC_URL}{request.path}?{urlencode([*query, ('cursor', after)])}"
        answer["Link"] = f'<{address}>; rel="next"'
    return answer


def show_request(request: HttpRequest, number: str, format: str) -> HttpResponse:  # noqa: A002 - the protocol's own word
    """Show one demand."""
    arguments, actor = _asked(request)
    case_id = told.id_of(number)
    if case_id is None:
        raise _no_request()
    found = door.outline(actor, case_id)
    if found.number != codes.plain(number):
        raise _no_request()
    return reply("service_requests", told.requests([found], extended=arguments.flag("extensions")), format)


def _no_request() -> Missing:
    return Missing(_("没有找到这件诉求，或者它不公开。请核对编号。"))


def show_token(request: HttpRequest, token: str, format: str) -> HttpResponse:  # noqa: A002 - the protocol's own word
    """Tell the number of the demand whose receipt somebody holds: minfu's receipts are Open311's tokens."""
    _asked(request)
    try:
        receipt = codes.parse_receipt(token)
        number = door.number_of_receipt(receipt)
    except Invalid as refusal:
        raise Missing(refusal.message) from None
    except Missing:
        callers.wrong_token(request)
        raise
    return reply("service_requests", [{"service_request_id": number, "token": receipt}], format)


def list_updates(request: HttpRequest, format: str) -> HttpResponse:  # noqa: A002 - the protocol's own word
    """List what happened to demands, oldest first: within the dates given, or in the last seven days."""
    arguments, actor = _asked(request)
    now = clock.now()
    span = arguments.span("start_date", "end_date", UPDATES_SPAN) or Span(now - UPDATES_SPAN, now + SECOND)
    size = arguments.number("page_size", MOST_ROWS, most=MOST_ROWS)
    found, after = door.turns(actor, span, size=size, cursor=arguments.text("cursor"))
    return _with_next(reply("service_request_updates", told.updates(found), format), request, after)


def photo(request: HttpRequest, signed: str) -> HttpResponseBase:
    """Hand out a photo to whoever holds an address signed for it."""
    callers.reader(request, Arguments(request.GET))
    found = told.photo_of(signed)
    if found is None:
        raise Missing(_("这个地址已经失效，请重新查询取得新的地址。"))
    return files.response(door.file_of(*found))


def nothing(request: HttpRequest, rest: str = "", **_more: Any) -> HttpResponse:
    """Answer an address there is not."""
    format_ = "json" if rest.endswith(".json") or "json" in request.headers.get("Accept", "") else "xml"
    return errors.errors(404, [_("没有这个地址。Open311 的地址以 .xml 或 .json 结尾。")], format_)
