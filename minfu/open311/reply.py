"""Answers in XML and JSON from one structure (the Spark convention: JSON is the XML without its root and item names)."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET

from django.http import HttpResponse

#: What the items of a list are called in XML, by the name of the list.
ITEMS = {
    "attributes": "attribute",
    "endpoints": "endpoint",
    "errors": "error",
    "formats": "format",
    "notes": "note",
    "photos": "photo",
    "service_request_updates": "request_update",
    "service_requests": "request",
    "services": "service",
    "values": "value",
}
MEDIA_TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
#: What XML 1.0 cannot hold, not even escaped.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Content = Mapping[str, Any] | Sequence[Any]


def reply(root: str, content: Content, format: str, *, status: int = 200) -> HttpResponse:  # noqa: A002 - Open311's word
    """Return ``content`` as an answer: ``root`` names it in XML. Nothing of it is kept by anyone in between."""
    body = _json(content) if format == "json" else _xml(root, content)
    return HttpResponse(
        body, status=status, content_type=MEDIA_TYPES[format], headers={"Cache-Control": "private, no-store"}
    )


def w3c(moment: datetime | None) -> str | None:
    """Return a moment as Open311 writes it, in UTC (``2026-11-22T03:04:05Z``)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def _json(content: Content) -> str:
    return json.dumps(_plain(content), ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Return a value with empty texts as null, as an empty element of XML would be."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, str):
        return _writable(value) or None
    return value


def _xml(root: str, content: Content) -> bytes:
    element = ET.Element(root)
    _fill(element, content)
    written: bytes = ET.tostring(element, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + written


def _fill(element: ET.Element, value: Any) -> None:
    """Write a value into an element."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            _fill(ET.SubElement(element, name), one)
    elif isinstance(value, list | tuple):
        for one in value:
            _fill(ET.SubElement(element, ITEMS[element.tag]), one)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif isinstance(value, float):
        element.text = f"{value:.9f}".rstrip("0").rstrip(".")
    elif value is not None:
        element.text = _writable(str(value))


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("", text)
