"""The services of Open311: the categories anyone may choose, and their questions as attributes."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from minfu.accounts.models import Unit
from minfu.cases import door
from minfu.cases.door import Service
from minfu.kernel.errors import Missing

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
#: Open311's datatype for each type of question, and what to type.
_DATATYPES = {"text": "string", "number": "number", "date": "datetime", "choice": "singlevaluelist"}


def discovery() -> dict[str, Any]:
    """Return where the service is, in what formats, whom to ask for a key, and when the services changed last."""
    desk = Unit.objects.filter(kind=Unit.Kind.DESK, level="county", is_active=True).first()
    name = desk.name if desk else _("县平台")
    contact = f"{name} {desk.phone}".strip() if desk else name
    changeset = f"{door.services_changed_on():%Y-%m-%d} 00:00"
    return {
        "changeset": changeset,
        "contact": contact,
        "key_service": _("向%(desk)s申请 api_key；查询公开的诉求不需要。") % {"desk": name},
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": f"{settings.MINFU_PUBLIC_URL}/open311/v2",
                "changeset": changeset,
                "type": "test" if settings.MINFU_DEMO else "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }


def listed() -> list[dict[str, Any]]:
    """Return every service."""
    return [
        {
            "service_code": one.code,
            "service_name": one.name,
            "description": one.standard,
            "metadata": bool(one.questions),
            "type": "realtime",
            "keywords": ", ".join(one.keywords),
            "group": one.group,
        }
        for one in door.services()
    ]


def get(code: str) -> Service:
    """Return a service by its code; ``Missing`` for a code that is none."""
    found = next((one for one in door.services() if one.code == code), None)
    if found is None:
        raise Missing(_("没有 service_code“%(code)s”。请从 services 里选。") % {"code": code[:40]})
    return found


def definition(code: str) -> dict[str, Any]:
    """Return a service with its questions as attributes, in the order in which to ask them."""
    service = get(code)
    attributes = [_attribute(order, question) for order, question in enumerate(service.questions, 1)]
    return {"service_code": service.code, "attributes": attributes}


def _attribute(order: int, question: dict[str, Any]) -> dict[str, Any]:
    kind = "choice" if question.get("choices") else question["type"]
    return {
        "variable": True,
        "code": question["key"],
        "datatype": _DATATYPES[kind],
        "required": bool(question.get("required")),
        "datatype_description": _hint(kind),
        "order": order,
        "description": question["text"],
        "values": [{"key": one, "name": one} for one in question.get("choices", ())],
    }


def _hint(kind: str) -> str:
    """Return how to write the value of an attribute."""
    return {
        "text": _("最多 500 字"),
        "number": _("数字，例如 3 或 2.5"),
        "date": _("日期，例如 2026-11-22 或 2026-11-22T08:00:00+08:00"),
        "choice": _("从给出的选项中选一个"),
    }[kind]
