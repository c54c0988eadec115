"""What every room's API shares: operations that declare their right, run once per ``Idempotency-Key``, and answer in JSON.

A room makes a ``Room`` in its ``api.py``; ``site/api.py`` mounts it. Nothing here knows how callers sign in: whoever mounts
the rooms sets ``request.actor``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import wraps
from typing import Annotated, Any, TypeVar, cast

from django.db.models import Choices
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Router
from ninja.constants import NOT_SET
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, GetCoreSchemaHandler, StringConstraints
from pydantic_core import CoreSchema, core_schema, to_json

from minfu.kernel import gate, kept, pages
from minfu.kernel.errors import Invalid

View = TypeVar("View", bound=Callable[..., Any])

#: Instead of a right: any signed-in caller.
SIGNED_IN = "signed in"
#: Instead of a right: everyone; followed by the reason.
OPEN = "open: "


#: The id of a row.
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
#: A day, and a moment, of the years in which this software can be in use.
Day = Annotated[date, Field(ge=date(1950, 1, 1), le=date(2199, 12, 31))]
Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime(1950, 1, 1, tzinfo=UTC), le=datetime(2199, 12, 31, tzinfo=UTC)),
]
#: A word searched for.
Word = Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\x00]*$", strip_whitespace=True)]
#: A line of text; its length is told by the verb.
Line = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]


class OneOf:
    """Narrows a text to the values of ``choices``, listed where it is used: ``Annotated[str, OneOf(Unit.Kind)]``.

    The document files enumerations by their bare names, as it does models: of two called ``Kind`` one would stand for both.
    """

    def __init__(self, choices: type[Choices]):
        """Take the values, in their order."""
        self.values = list(choices.values)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema of one of the values."""
        del source, handler
        return core_schema.literal_schema(self.values)


class In(BaseModel):
    """The body of a request. A name that is not known is refused: a misspelt field must not be lost silently."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Out(BaseModel):
    """An answer, or a part of one."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class Page(Out):
    """A page of a list; a subclass adds its ``items``."""

    next_cursor: str
    """Give it as `cursor` to get the page after this; empty on the last."""


class Paging(BaseModel):
    """Which page of a list is asked for; a subclass adds what the list is narrowed to."""

    cursor: Annotated[str, StringConstraints(max_length=200, pattern=r"^[0-9A-Za-z_=-]*$")] = ""
    limit: Annotated[int, Field(ge=1, le=pages.LONGEST)] = pages.SIZE


@dataclass(frozen=True)
class Operation:
    """What an operation says of itself: ``title`` (people read it in the documentation), ``right``, its answer.

    ``right`` is a registered right, ``SIGNED_IN``, or ``OPEN`` with a reason. ``answer`` is the model of the answer, None
    for an empty one. ``keeps`` says whether an ``Idempotency-Key`` is honoured; never where the answer holds a secret or
    contact data, which must not be stored. ``versioned``: ``If-Match`` is honoured. ``media`` is the media type of an answer
    that is not JSON.
    """

    title: Any
    right: str
    answer: Any = None
    status: int = 200
    keeps: bool = True
    versioned: bool = False
    media: str = ""


def version_asked(request: HttpRequest, version: int | None) -> int | None:
    """Return the version of the object a caller has seen: from ``If-Match``, else ``version`` from the body; None: any."""
    told = request.headers.get("If-Match")
    if told is None or told.strip() == "*":
        return version
    match = re.fullmatch(r'(?:W/)?"(\d{1,9})"', told.strip())
    if match is None:
        raise Invalid({"If-Match": [_('If-Match 应是上次返回的 ETag，例如 "3"。')]})
    return int(match[1])


class Room:
    """The operations of one subject. ``name`` is part of each operation's id; ``title`` heads them in the documentation."""

    def __init__(self, name: str, title: Any):
        """Start without operations."""
        self.name, self.title = name, title
        self.router = Router(tags=[name])

    def get(
        self, path: str, title: Any, *, right: str, answer: Any, media: str = ""
    ) -> Callable[[View], View]:
        """Declare a reading operation."""
        return self.declare("GET", path, Operation(title, right, answer, media=media, keeps=False))

    def post(
        self, path: str, title: Any, *, right: str, answer: Any, status: int = 200, keeps: bool = True
    ) -> Callable[[View], View]:
        """Declare an operation with an effect."""
        return self.declare("POST", path, Operation(title, right, answer, status, keeps))

    def put(self, path: str, title: Any, *, right: str, answer: Any) -> Callable[[View], View]:
        """Declare an operation that says how something is from now on. Sent twice it has the same effect."""
        return self.declare("PUT", path, Operation(title, right, answer, keeps=False))

    def delete(self, path: str, title: Any, *, right: str) -> Callable[[View], View]:
        """Declare an operation that removes something and answers nothing. Sent twice it has the same effect."""
        return self.declare("DELETE", path, Operation(title, right, None, 204, keeps=False))

    def declare(self, method: str, path: str, operation: Operation) -> Callable[[View], View]:
        """Declare an operation; an unknown right fails here, at import."""
        if not operation.right.startswith(OPEN) and operation.right != SIGNED_IN:
            gate.known(operation.right)

        def decorate(view: View) -> View:
            guarded = _guarded(view, operation)
            self.router.api_operation(
                [method],
                path,
                auth=None if operation.right.startswith(OPEN) else NOT_SET,
                response={operation.status: None if operation.media else operation.answer},
                operation_id=f"{self.name}_{view.__name__}",
                summary=operation.title,
                openapi_extra=_extra(operation),
            )(guarded)
            return view

        return decorate


def _guarded(view: Callable[..., Any], operation: Operation) -> Callable[..., HttpResponseBase]:
    """Return the view with its right checked before, its effect made once, and its answer written as JSON."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = getattr(request, "actor", None)
        if operation.right == SIGNED_IN:
            if actor is None:
                raise gate.sign_in_needed()
        elif not operation.right.startswith(OPEN):
            gate.check(actor, operation.right)

        def act() -> HttpResponse:
            return _answered(view(request, *args, **kwargs), operation.status)

        key = request.META.get(_KEY_GIVEN) if operation.keeps else None
        if key is None:
            return act()
        return kept.once(key, who=_who(actor), request=request, act=act)

    guarded.gate = operation.right  # type: ignore[attr-defined]  # a view carries its right with it
    return guarded


#: The header as WSGI calls it: ``request.headers`` first makes a dictionary of all of them.
_KEY_GIVEN = f"HTTP_{kept.HEADER.upper().replace('-', '_')}"


def _who(actor: Any) -> str:
    """Return what tells callers apart: the person and the post they act in."""
    return f"{getattr(actor, 'user_id', None)}:{getattr(actor, 'post_id', None)}"


def _answered(answer: Any, status: int) -> HttpResponse:
    """Return a model as JSON; a version in it becomes the ``ETag`` a later ``If-Match`` may name."""
    if isinstance(answer, HttpResponseBase):
        return cast(HttpResponse, answer)
    if answer is None:
        return HttpResponse(status=status)
    body = to_json(answer)
    response = HttpResponse(body, status=status, content_type="application/json")
    if (version := getattr(answer, "version", None)) is not None:
        response["ETag"] = f'"{version}"'
    if status == 201 and (address := getattr(answer, "href", "")):  # noqa: PLR2004 - HTTP: created
        response["Location"] = address
    return response


_KEY = {
    "in": "header",
    "name": kept.HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": kept.LONGEST_KEY, "pattern": "^[!-~]+$"},
    "description": "Sent again with the same key and the same request, the answer is given again without a second effect. "
    "Kept for 48 hours.",
}

_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "schema": {"type": "string", "pattern": r'^((W/)?"\d{1,9}"|\*)$'},
    "description": "The `ETag` last seen: the step is refused (409) when somebody has changed the object since.",
}


def _extra(operation: Operation) -> dict[str, Any]:
    """Return what the OpenAPI document says besides parameters and bodies."""
    extra: dict[str, Any] = {"x-right": operation.right}
    extra["parameters"] = [*([_KEY] if operation.keeps else []), *([_MATCH] if operation.versioned else [])]
    if operation.media:
        content = {operation.media: {"schema": {"type": "string", "format": "binary"}}}
        extra["responses"] = {operation.status: {"description": "OK", "content": content}}
    return extra
