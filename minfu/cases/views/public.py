"""What residents' screens share: from which address a request comes, limits, choices of places and units."""

from collections.abc import Iterable, Mapping
from typing import Any

from axes.helpers import get_client_ip_address
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor, resident
from minfu.cases.rules.catalog import Catalog
from minfu.cases.rules.intake import UPLOADS_PER_HOUR
from minfu.files import door as files
from minfu.kernel import limits
from minfu.kernel.errors import Invalid, Refused
from minfu.places import index
from minfu.places.codes import place_name

#: Per address and hour. Generous: a village may stand behind one address.
REPORTS_AN_HOUR, FILES_AN_HOUR = 40, 200
HOUR = 3600
#: Receipts that do not exist: per address and hour. Wrong check digits are slips of the finger and do not count.
WRONG_RECEIPTS_AN_HOUR = 15
#: Openings of one receipt, from wherever, per hour.
OPENINGS_AN_HOUR = 120


def address_of(request: HttpRequest) -> str:
    """Return the address a request comes from."""
    return str(get_client_ip_address(request) or "")


def limit(request: HttpRequest, what: str, most: int) -> None:
    """Count one ``what`` from this address within the hour; ``TooMany`` (429) beyond ``most``."""
    limits.hit(f"{what}:{address_of(request)}", limit=most, seconds=HOUR)


def _count(request: HttpRequest, actor: Actor | None) -> None:
    """Count one file: of a staff member by the person (an office stands behind one address), of others by the address."""
    if actor is None:
        limit(request, "file", FILES_AN_HOUR)
    else:
        limits.hit(f"upload:{actor.user_id}", limit=UPLOADS_PER_HOUR, seconds=HOUR)


def receive(
    request: HttpRequest, uploads: Iterable[Any], form: BaseForm, field: str, actor: Actor | None = None
) -> list[list[str]]:
    """Keep uploads of a resident (or of ``actor``); return id and name of each good one.

    What is wrong with the others stands at the field.
    """
    kept = []
    for upload in uploads:
        try:
            _count(request, actor)
            stored = files.receive(upload, actor or resident(), field=field)
            kept.append([str(stored.pk), stored.name])
        except Invalid as refusal:
            show(form, refusal.fields)
        except Refused as refusal:  # a full disk, too many: the words beside it must not be lost
            show(form, {field: [str(refusal.message)]})
    return kept


def show(form: BaseForm, problems: Mapping[str, list[str]]) -> None:
    """Put sentences at the fields they belong to; what fits no field stands above the form."""
    for name, sentences in problems.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, str(sentence))


def villages() -> list[Any]:
    """Return the county's villages by township, and the way out for whoever cannot say."""
    known = index.current()
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, row in sorted(known.divisions.items()):
        if row.level == "village" and not row.ended and row.parent:
            groups.setdefault(row.parent, []).append((code, place_name(row.name)))
    named = [(known.label(parent), rows) for parent, rows in groups.items()]
    return [("", _("请选择")), ("unknown", _("说不清，请工作人员帮我确定")), *named]


def units(catalog: Catalog) -> list[Any]:
    """Return every unit by where it is."""
    known = index.current()
    groups: dict[str, list[tuple[str, str]]] = {}
    for unit in sorted(catalog.units.values(), key=lambda one: (one.division, one.kind, one.name)):
        prefix = unit.division[:9].ljust(12, "0") if unit.level != "county" else unit.division
        groups.setdefault(known.label(prefix), []).append((str(unit.id), unit.name))
    return [("", _("请选择")), *groups.items()]


def near_units(catalog: Catalog, village_code: str, township_code: str) -> list[tuple[str, str]]:
    """Return the units of the place: the village's, then the township's."""
    found = [unit for unit in (catalog.village(village_code), catalog.desk(township_code)) if unit]
    return [(str(unit.id), unit.name) for unit in found]
