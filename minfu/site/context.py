"""What every page knows: who acts, what they may open, and how they like to read."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from minfu.site.navigation import Navigation

#: Cookie that holds the reader's wish for larger type ("1").
LARGE_TYPE_COOKIE = "large_type"


def site(request: HttpRequest) -> dict[str, Any]:
    """Give ``actor`` and ``navigation`` (None when nobody is signed in), ``large_type``, ``type_url``, ``demo``, ``here``."""
    actor = getattr(request, "actor", None)
    large = request.COOKIES.get(LARGE_TYPE_COOKIE) == "1"
    here = request.get_full_path()
    return {
        "actor": actor,
        "navigation": SimpleLazyObject(lambda: Navigation(actor, request.path)) if actor else None,
        "large_type": large,
        "type_url": f"{reverse('site:type')}?{urlencode({'large': int(not large), 'next': here})}",
        "demo": settings.MINFU_DEMO,
        "here": here,
    }
