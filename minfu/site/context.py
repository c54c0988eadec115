"""What every page knows: who acts, what they may open, and how they like to read."""

import time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from minfu.places.models import Division
from minfu.site.navigation import Navigation

#: Cookie that holds the reader's wish for larger type ("1").
LARGE_TYPE_COOKIE = "large_type"


#: Seconds a process trusts the county's name it read.
COUNTY_NAME_SECONDS = 600
#: Division code → until when (monotonic seconds) and name. Tests empty it.
county_names: dict[str, tuple[float, str]] = {}


def county_name() -> str:
    """Return the name of the county this installation serves, or an empty string before its divisions are loaded."""
    code = f"{settings.MINFU_COUNTY:0<12}"
    until, name = county_names.get(code, (0.0, ""))
    if time.monotonic() < until:
        return name
    found = Division.objects.filter(code=code).values_list("name", flat=True).first()
    if found:
        county_names[code] = (time.monotonic() + COUNTY_NAME_SECONDS, found)
    return found or ""


def site(request: HttpRequest) -> dict[str, Any]:
    """Give ``actor``, ``navigation`` (None when nobody is signed in), ``county_name``, ``large_type``, ``type_url`` …"""
    actor = getattr(request, "actor", None)
    large = request.COOKIES.get(LARGE_TYPE_COOKIE) == "1"
    here = request.get_full_path()
    return {
        "actor": actor,
        "navigation": SimpleLazyObject(lambda: Navigation(actor, request.path)) if actor else None,
        "county_name": SimpleLazyObject(county_name),
        "large_type": large,
        "type_url": f"{reverse('site:type')}?{urlencode({'large': int(not large), 'next': here})}",
        "demo": settings.MINFU_DEMO,
        "here": here,
    }
