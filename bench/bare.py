"""The yardstick view: parse a body, insert a case row and an event row through the ORM in one transaction, answer its id.

No sign-in, no checks, no places, no routing, no clocks, no messages, no middleware, no triggers, no foreign keys. The rows are
as wide as minfu's own and the tables, made by ``bench.create``, have the same indexes and checks.
"""

import json
import os
import secrets
from typing import Any

from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone

from minfu.cases.models import Case
from minfu.kernel.models import Event

CASES, EVENTS = "bench_case", "bench_event"


def mapping(model: type[models.Model], table: str) -> Any:
    """Return an unmanaged model with the same columns as ``model`` on another table."""
    meta = type("Meta", (), {"app_label": "kernel", "managed": False, "db_table": table})
    parts: dict[str, Any] = {"__module__": __name__, "Meta": meta}
    for field in model._meta.local_fields:  # noqa: SLF001 - Django's documented Meta API
        name, _path, args, more = field.deconstruct()
        if field.remote_field:
            more["related_name"] = "+"
        parts[str(name)] = type(field)(*args, **more)
    return type(f"Bare{model.__name__}", (models.Model,), parts)


BareCase: Any = mapping(Case, CASES)
BareEvent: Any = mapping(Event, EVENTS)


def create(request: HttpRequest) -> HttpResponse:
    """Insert the two rows."""
    told = json.loads(request.body)
    now = timezone.now()
    with transaction.atomic():
        case = BareCase.objects.create(**case_values(told, now))
        BareEvent.objects.create(**event_values(case.pk, now))
    return JsonResponse({"id": case.pk, "receipt": case.receipt, "state": case.state}, status=201)


def case_values(told: dict[str, Any], now: Any) -> dict[str, Any]:
    """Return a case row as a registration would fill it."""
    place = told["place"]
    return {
        "receipt": f"{secrets.randbelow(10**12):012d}",
        "kind": told["kind"],
        "mode": "named",
        "urgency": "normal",
        "door": "api",
        "description": told["description"],
        "category_id": 1,
        "details": [],
        "address": place.get("address", ""),
        "division_id": "350922204200",
        "township_code": "350922204000",
        "village_code": place.get("village") or "350922204200",
        "grid_id": 1,
        "place_method": "address",
        "place_confidence": 0.95,
        "place_reason": "文中写有“凤埔乡、苏墩村”，对应凤埔乡苏墩村。",
        "registered_by_id": 1,
        "state": "assigned",
        "holder_id": secrets.randbelow(300) + 1,
        "desk_id": 1,
        "lead_id": secrets.randbelow(300) + 1,
        "registered_at": now,
        "due_at": now,
        "updated_at": now,
    }


def event_values(case_id: int, now: Any) -> dict[str, Any]:
    """Return an event row as a registration would fill it."""
    return {
        "subject_type": "case",
        "subject_id": case_id,
        "seq": 1,
        "name": "case.registered",
        "at": now,
        "actor_kind": "staff",
        "actor_user_id": 1,
        "actor_post_id": 1,
        "actor_unit_id": 1,
        "actor_label": "古田县民富中心 · 平台值班员",
        "door": "api",
        "data": {"kind": "request", "category": "040101", "mode": "named", "place": "350922204200"},
        "prev_hash": bytes(32),
        "hash": os.urandom(32),
    }


urlpatterns = [path("bare", create)]
