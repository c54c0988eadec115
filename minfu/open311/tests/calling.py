"""Calling Open311 in tests as programs do; every answer is held against our JSON Schemas and XSDs."""

import json
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema_rs
import xmlschema
from django.test import Client

from minfu.open311.reply import ITEMS, MEDIA_TYPES

SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"
#: Something to hand in that lacks nothing.
STORY = {
    "service_code": "040101",
    "lat": "26.58",
    "long": "118.75",
    "address_string": "凤埔乡凤埔村村口",
    "description": "村口路灯不亮，王小明家门前最黑",
    "first_name": "小满",
    "last_name": "林",
    "phone": "13800001234",
}


@cache
def _json_schema(name: str) -> Any:
    return jsonschema_rs.validator_for(json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8")))


@cache
def _xsd(name: str) -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(SCHEMAS / f"{name}.xsd")


def as_spark(element: ET.Element) -> Any:
    """Return what XML says, in the form JSON has, with texts only."""
    if element.tag in ITEMS and not (element.text or "").strip():
        return [as_spark(one) for one in element]
    if len(element):
        return {one.tag: as_spark(one) for one in element}
    return element.text or ""


def texts(value: Any) -> Any:
    """Return JSON with every value as the text XML would hold."""
    if isinstance(value, dict):
        return {name: texts(one) for name, one in value.items()}
    if isinstance(value, list):
        return [texts(one) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.9f}".rstrip("0").rstrip(".")
    return "" if value is None else str(value)


class Caller:
    """A program, with or without a key."""

    def __init__(self, key: str):
        """Keep the key."""
        self.key = key
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, schema: str, *, expects: int = 200, **query: Any) -> Any:
        """Read in both formats, check both, and return what JSON says; the two must say the same."""
        query = {**({"api_key": self.key} if self.key else {}), **query}
        answers = {
            one: self.client.get(f"/open311/v2/{path}.{one}", query, headers={"Accept-Language": "zh-hans"})
            for one in ("json", "xml")
        }
        found = {one: self.check(answer, schema, one, expects) for one, answer in answers.items()}
        self.last = answers["json"]
        assert without_signatures(texts(found["json"])) == without_signatures(as_spark(found["xml"]))
        return found["json"]

    def post(
        self,
        path: str,
        data: Any,
        schema: str = "service_request_created",
        *,
        expects: int = 201,
        form: str = "json",
        multipart: bool = False,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """Hand something in as a form, check the answer, and return it (XML as an element)."""
        data = {**({"api_key": self.key} if self.key else {}), **data}
        body: dict[str, Any] = {"data": data}
        if not multipart:
            body = {"data": encoded(data), "content_type": "application/x-www-form-urlencoded"}
        answer = self.client.post(f"/open311/v2/{path}.{form}", **body, headers=headers or {})
        self.last = answer
        return self.check(answer, "errors" if expects >= 400 else schema, form, expects)

    def hand_in(self, **more: Any) -> str:
        """Hand in a demand and return its number."""
        said = {name: value for name, value in {**STORY, **more}.items() if value is not None}
        return str(self.post("requests", said)[0]["service_request_id"])

    @staticmethod
    def check(answer: Any, schema: str, form: str, expects: int) -> Any:
        """Hold an answer against its schema and return it, read."""
        assert answer.status_code == expects, answer.content.decode()
        assert answer["Content-Type"] == MEDIA_TYPES[form]
        if form == "json":
            found = json.loads(answer.content)
            _json_schema(schema).validate(found)
            return found
        assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n')
        _xsd(schema).validate(answer.content.decode())
        return ET.fromstring(answer.content)


def encoded(data: dict[str, Any]) -> str:
    """Return a form as it is sent."""
    from urllib.parse import urlencode

    return urlencode(data, doseq=True)


def without_signatures(value: Any) -> Any:
    """Return an answer with the moment of signing left out of addresses."""
    if isinstance(value, dict):
        return {name: without_signatures(one) for name, one in value.items()}
    if isinstance(value, list):
        return [without_signatures(one) for one in value]
    return value.split("/photos/")[0] if isinstance(value, str) else value
