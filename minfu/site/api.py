"""The API as a whole: the rooms' operations under ``/api/v1/``, their document and its page."""

from collections.abc import Callable
from functools import cached_property, wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import URLPattern, include, path, re_path, reverse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from pydantic_core import from_json

from minfu.accounts import api as accounts
from minfu.answers import api as answers
from minfu.cases import api as cases
from minfu.disputes import api as disputes
from minfu.documents import api as documents
from minfu.figures import api as figures
from minfu.hazards import api as hazards
from minfu.kernel import gate
from minfu.kernel.errors import Refused
from minfu.notices import api as notices
from minfu.opendata import api as opendata
from minfu.places import api as places
from minfu.returns import api as returns
from minfu.site import problems
from minfu.tables import api as tables
from minfu.tables import api_columns
from minfu.topics import api as topics
from minfu.webhooks import api as webhooks


class Unsupported(Refused):
    """The body comes in a form that is not read."""

    status = 415
    code = "unsupported_media_type"


class JsonParser(Parser):
    """Reads bodies as JSON: fast, and without NaN and Infinity, which are none."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body; ``Unsupported`` when it says that it is something else than JSON."""
        if request.content_type != "application/json":
            raise Unsupported(_("请用 Content-Type: application/json 发送 JSON。"))
        return from_json(request.body, allow_inf_nan=False)


class Api(NinjaAPI):
    """Answers every failure with problem+json and says so in the document."""

    def set_default_exception_handlers(self) -> None:
        """Let ``problems`` answer whatever an operation raises."""
        self.add_exception_handler(Exception, problems.of)

    @cached_property
    def _documents(self) -> dict[str, OpenAPISchema]:
        return {}

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """Return the document, written once: that takes seconds, and what may be asked does not change while a process runs."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        if prefix not in self._documents:
            self._documents[prefix] = self._written(prefix)
        return self._documents[prefix]

    def _written(self, prefix: str) -> OpenAPISchema:
        """Write the document: each operation may also answer with a problem."""
        document = super().get_openapi_schema(path_prefix=prefix)
        for operations in document["paths"].values():
            for operation in operations.values():
                operation["responses"] |= {
                    code: {"$ref": "#/components/responses/Problem"} for code in ("4XX", "5XX")
                }
        document["components"]["schemas"]["Problem"] = PROBLEM
        document["webhooks"] = {"change": {"post": CHANGE_SENT}}
        document["components"]["responses"] = {
            "Problem": {
                "description": "What was refused or failed, in the caller's language (`Accept-Language`).",
                "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
        }
        return document


PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `detail` is the sentence the screen would show; `code` does not change between versions.",
    "required": ["type", "title", "status", "detail", "code", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "message": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
    },
}

#: What is sent to the addresses of other systems: an entry of `/changes`.
CHANGE_SENT = {
    "summary": "变更推送",
    "description": "Sent to the addresses an administrator registered, signed by Standard Webhooks; `href` is absolute.",
    "parameters": [
        {"in": "header", "name": name, "required": True, "schema": {"type": "string"}, "description": what}
        for name, what in (
            ("webhook-id", "The same however often the change is sent: whoever has seen it ignores it."),
            ("webhook-timestamp", "Seconds since 1970 of this try."),
            ("webhook-signature", "`v1,` and base64 of HMAC-SHA256, one for each secret that is good."),
        )
    ],
    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/ChangeOut"}}}},
    "responses": {"2XX": {"description": "Taken. Any other answer, or none in time: sent again later."}},
}

#: In the order of the document and in which addresses are tried: what is called all day first.
ROOMS = (
    *cases.ROOMS,
    disputes.room,
    hazards.room,
    answers.room,
    figures.room,
    opendata.room,
    topics.room,
    documents.room,
    returns.room,
    *accounts.ROOMS,
    *places.ROOMS,
    *notices.ROOMS,
    webhooks.room,
    tables.room,
    api_columns.room,
)

api = Api(
    title="minfu 民富",
    version="1",
    description="Everything the desk can do, with the same rights and the same sentences as the screens.",
    urls_namespace="api",
    auth=accounts.Bearer(),
    parser=JsonParser(),
    docs_url=None,
    openapi_extra={"tags": [{"name": room.name, "description": room.title} for room in ROOMS]},
)
for room in ROOMS:
    api.add_router("", room.router)


@gate.open_to_all("the API's documentation holds no data")
def docs(request: HttpRequest) -> HttpResponse:
    """Show the documentation of the API."""
    return render(request, "site/api_docs.html", {"document": reverse("api:openapi-json")})


@gate.open_to_all("says only that there is nothing")
def nothing(request: HttpRequest, rest: str = "") -> HttpResponse:  # noqa: ARG001 - the address's rest
    """Answer an unknown address of the API."""
    return problems.problem(404)


def _answered(view: Callable[..., HttpResponse], right: str) -> Callable[..., HttpResponse]:
    """Let ninja's own plain answer to a wrong method be a problem too; ``right`` is what the operation needs."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseNotAllowed):
            refused = problems.problem(405)
            refused["Allow"] = response["Allow"]
            return refused
        return response

    answered.gate = right  # type: ignore[attr-defined]  # a view carries its right with it
    return answered


def _urls() -> list[URLPattern]:
    """Return the addresses; the view of each operation says what right it needs, for the house tests to read."""
    document, *patterns, root = cast(list[URLPattern], api.urls[0])
    document.callback = gate.open_to_all("the API's description holds no data")(document.callback)
    root.callback = nothing
    operations = [
        operation
        for bound in api._get_bound_routers()  # noqa: SLF001 - ninja has no public list of its operations
        for view in bound.path_operations.values()
        for operation in view.operations
    ]
    for pattern, operation in zip(patterns, operations, strict=True):
        pattern.callback = _answered(pattern.callback, operation.view_func.gate)  # type: ignore[attr-defined]  # a view carries its right with it
    return [document, *patterns, root, re_path("^(?P<rest>(?s:.+))$", nothing)]


urlpatterns = [
    path("api/v1/docs", docs, name="api-docs"),
    path("api/v1/", include((_urls(), "api"))),
]
