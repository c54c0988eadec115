"""The description of Open311 as minfu speaks it (OpenAPI 3.1), made of the schemas that the tests hold every answer against."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from minfu.open311 import statuses
from minfu.open311.arguments import MOST_ROWS

_SCHEMAS = Path(__file__).resolve().parent / "schemas"
#: What is refused, and why.
_REFUSALS = {
    "400": "An argument is missing or wrong.",
    "403": "No key, or one that is not good.",
    "404": "There is no such thing, or it is not public.",
    "405": "The address does not know the method.",
    "429": "Too often; `Retry-After` says for how many seconds to wait.",
    "503": "The database is away for a moment.",
    "507": "The disk is full.",
}
_MOMENT = {"type": "string", "format": "date-time", "examples": ["2026-11-16T00:00:00Z"]}
_TEXT = {"type": "string"}
_FORMAT = {"in": "path", "name": "format", "required": True, "schema": {"enum": ["xml", "json"]}}
_KEY = {"in": "query", "name": "api_key", "schema": _TEXT, "description": "Or `Authorization: Bearer …`."}


@cache
def _schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    found.pop("$schema")
    return found


def document() -> dict[str, Any]:
    """Return the description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "minfu 民富: Open311 GeoReport v2",
            "version": "2",
            "description": "Reading is open to anyone; handing in needs a key. Errors are a list of code and description.",
        },
        "servers": [{"url": settings.MINFU_PUBLIC_URL}],
        "paths": {f"/open311/v2/{path}.{{format}}": item for path, item in _paths().items()},
    }


def _paths() -> dict[str, Any]:
    handed_in = {"200": "service_request_created", "201": "service_request_created"}
    return {
        "discovery": {"get": _read("discovery", "discovery")},
        "services": {"get": _read("services", "services")},
        "services/{service_code}": {
            "get": _read("service", "service_definition", _path("service_code", "040101"))
        },
        "requests": {
            "get": _read("requests", "service_requests", *_LISTED),
            "post": _handed("hand_in", handed_in, _REQUEST, ["service_code"]),
        },
        "requests/{service_request_id}": {
            "get": _read(
                "request",
                "service_requests",
                _path("service_request_id", "20261116-0000123"),
                _asked("extensions", {"type": "boolean"}),
            )
        },
        "tokens/{token}": {"get": _read("token", "token", _path("token", "482917350623"))},
        "servicerequestupdates": {
            "get": _read("updates", "service_request_updates", *_SPAN, *_PAGED),
            "post": _handed(
                "hand_on",
                {"201": "service_request_update_created"},
                _UPDATE,
                ["service_request_id"],
            ),
        },
    }


def _asked(name: str, schema: dict[str, Any], what: str = "") -> dict[str, Any]:
    return {"in": "query", "name": name, "schema": schema, **({"description": what} if what else {})}


def _path(name: str, example: str) -> dict[str, Any]:
    return {
        "in": "path",
        "name": name,
        "required": True,
        "schema": {"type": "string", "minLength": 1, "examples": [example]},
    }


_SPAN = (_asked("start_date", _MOMENT), _asked("end_date", _MOMENT))
_PAGED = (
    _asked("page_size", {"type": "integer", "minimum": 1, "maximum": MOST_ROWS}),
    _asked("cursor", _TEXT, "Where the `Link` of the last answer led."),
)
_LISTED = (
    _asked("service_request_id", _TEXT, "Several with commas."),
    _asked("service_code", _TEXT, "Several with commas."),
    *_SPAN,
    _asked("updated_after", _MOMENT),
    _asked("updated_before", _MOMENT),
    _asked("status", {"enum": list(statuses.STATUSES)}),
    _asked("extensions", {"type": "boolean"}),
    _asked("page", {"type": "integer", "minimum": 1}),
    *_PAGED,
)
_REQUEST = {
    "api_key": _TEXT,
    "service_code": _TEXT,
    "lat": {"type": "number", "minimum": -90, "maximum": 90},
    "long": {"type": "number", "minimum": -180, "maximum": 180},
    "address_string": _TEXT,
    "address_id": {"type": "string", "description": "Code of a division or grid."},
    "description": {"type": "string", "maxLength": 4000},
    "first_name": _TEXT,
    "last_name": _TEXT,
    "phone": _TEXT,
    "kind": _TEXT,
    "media_url": {"type": "string", "format": "uri"},
    "extensions": {"type": "boolean"},
}
_UPDATE = {
    "api_key": _TEXT,
    "service_request_id": _TEXT,
    "update_id": _TEXT,
    "update_id_ext": _TEXT,
    "updated_datetime": _MOMENT,
    "status": _TEXT,
    "description": {"type": "string", "maxLength": 3000},
    "media_url": {"type": "string", "format": "uri"},
}


def _read(name: str, schema: str, *arguments: dict[str, Any]) -> dict[str, Any]:
    jurisdiction = _asked("jurisdiction_id", _TEXT, "This county's code, or nothing.")
    return {
        "operationId": name,
        "parameters": [_FORMAT, *arguments, jurisdiction, _KEY],
        "responses": _answers({"200": schema}),
    }


def _handed(name: str, answers: dict[str, str], fields: dict[str, Any], wanted: list[str]) -> dict[str, Any]:
    form = {"type": "object", "properties": fields, "required": [*wanted, "api_key"]}
    with_files = {
        **form,
        "properties": {
            **fields,
            "media": {"type": "array", "items": {"type": "string", "contentMediaType": "image/jpeg"}},
        },
    }
    content = {
        "application/x-www-form-urlencoded": {"schema": form},
        "multipart/form-data": {"schema": with_files},
    }
    return {
        "operationId": name,
        "parameters": [_FORMAT],
        "requestBody": {"required": True, "content": content},
        "responses": _answers(answers),
    }


def _answers(good: dict[str, str]) -> dict[str, Any]:
    """Return what is answered by status: in JSON by schema, in XML the same (the XSDs lie beside the schemas)."""
    refused = {status: ("errors", what) for status, what in _REFUSALS.items()}
    return {
        status: {
            "description": what,
            "content": {"application/json": {"schema": _schema(name)}, "text/xml": {"schema": _TEXT}},
        }
        for status, (name, what) in {
            **{status: (name, "OK") for status, name in good.items()},
            **refused,
        }.items()
    }
