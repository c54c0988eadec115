"""What is told of demands, in the words of Open311."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from minfu.cases import door
from minfu.cases.door import Outline, Registered, Turn
from minfu.kernel import codes
from minfu.kernel.errors import Invalid
from minfu.open311 import statuses
from minfu.open311.reply import w3c

#: How long an address of a photo is good, in seconds.
PHOTO_SECONDS = 24 * 3600
_SALT = "open311.photo"


def requests(found: Sequence[Outline], *, extended: bool) -> list[dict[str, Any]]:
    """Return demands as service requests; ``extended`` adds our own state, the answers and what happened so far."""
    happened = door.turns_of([one.id for one in found]) if extended else {}
    return [
        {**_request(one), **(_extensions(one, happened.get(one.id, [])) if extended else {})} for one in found
    ]


def _request(one: Outline) -> dict[str, Any]:
    point = one.point or (None, None)
    return {
        "service_request_id": one.number,
        "status": statuses.OPEN if one.is_open else statuses.CLOSED,
        "status_notes": one.state_label,
        "service_name": one.category_name,
        "service_code": one.category_code,
        "description": one.description,
        "agency_responsible": one.unit,
        "service_notice": one.advice,
        "requested_datetime": w3c(one.registered_at),
        "updated_datetime": w3c(one.closed_at or one.updated_at),
        "expected_datetime": w3c(one.due_at),
        "address": f"{one.place} {one.address}".strip() if one.address else one.place,
        "address_id": one.division,
        "zipcode": None,
        "lat": point[1],
        "long": point[0],
        "media_url": photo_url(one.id, one.files[0]) if one.files else None,
    }


def _extensions(one: Outline, happened: Sequence[Turn]) -> dict[str, Any]:
    return {
        "extended_attributes": {
            "kind": one.kind,
            "state": one.state,
            "status": statuses.OF_STATE[one.state],
            "own": one.own,
            "photos": [{"media_url": photo_url(one.id, file_id)} for file_id in one.files],
        },
        "attributes": [
            {
                "code": answer.get("key"),
                "label": answer.get("question"),
                "name": answer.get("key"),
                "value": answer.get("answer"),
            }
            for answer in one.details
        ],
        "notes": [_note(turn) for turn in happened],
    }


def _note(turn: Turn) -> dict[str, Any]:
    status, sentence = statuses.of_turn(turn.name, turn.outcome, turn.unit)
    return {"datetime": w3c(turn.at), "description": sentence, "type": status}


def updates(happened: Sequence[Turn]) -> list[dict[str, Any]]:
    """Return what happened to demands as service request updates (mySociety's extension)."""
    rows = [(turn, statuses.of_turn(turn.name, turn.outcome, turn.unit)) for turn in happened]
    return [
        {
            "update_id": str(turn.id),
            "service_request_id": turn.number,
            "status": status,
            "updated_datetime": w3c(turn.at),
            "description": sentence,
            "media_url": None,
        }
        for turn, (status, sentence) in rows
    ]


def created(case: Registered, notice: str, *, extended: bool) -> list[dict[str, Any]]:
    """Return what a system that handed in a demand is answered."""
    said = {
        "service_request_id": case.number,
        "service_notice": notice,
        "account_id": None,
        "agency_responsible": case.holder,
        "expected_datetime": w3c(case.due_at),
    }
    return [{**said, **({"receipt": case.receipt} if extended else {})}]


def id_of(number: str) -> int | None:
    """Return the id a service_request_id stands for, None for what is none."""
    try:
        found = codes.parse_case_number(number).id
    except Invalid:
        return None
    return found if found < 2**63 else None


def photo_url(case_id: int, file_id: UUID) -> str:
    """Return an address under which a photo can be seen for a day by whoever has it."""
    signed = signing.dumps([case_id, str(file_id)], salt=_SALT)
    return settings.MINFU_PUBLIC_URL + reverse("open311:photo", args=[signed])


def photo_of(signed: str) -> tuple[int, UUID] | None:
    """Return which photo of which demand an address was signed for; None for one that is not ours, or too old."""
    try:
        case_id, file_id = signing.loads(signed, salt=_SALT, max_age=PHOTO_SECONDS)
        return int(case_id), UUID(file_id)
    except (signing.BadSignature, ValueError, TypeError):
        return None
