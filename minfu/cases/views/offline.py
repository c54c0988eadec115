"""What a phone keeps to open the field without a signal: service worker, the page it shows, and what makes it installable."""

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from minfu.accounts.actor import Actor
from minfu.kernel import gate

WORKER = "minfu/field-worker.js"
#: Static files the field's pages are made of, besides the modules their script imports.
_FILES = (
    "vendor/tabler/tabler.min.css", "vendor/htmx/htmx.min.js", "minfu/staff.css", "minfu/picker.css",
    "minfu/field.css", "minfu/theme.js",
    "minfu/icons.svg", "minfu/mark.svg", "minfu/icon-192.png",
)  # fmt: skip
_SCRIPT = "minfu/app.js"
_IMPORT = re.compile(r"""\bfrom\s+["']\./([\w-]+\.js)["']""")
#: Says of a page whose it is; the worker keeps pages of one person and post at a time.
OWNER = "X-Minfu-Owner"


def owned(answer: HttpResponse, actor: Actor) -> HttpResponse:
    """Say on a page whose it is: only such pages are kept on the phone."""
    answer[OWNER] = f"{actor.user_id}.{actor.post_id}"
    return answer


def _source(name: str) -> bytes:
    """Return a static file's content; empty while front-end packages are not installed."""
    found = finders.find(name)
    return Path(str(found)).read_bytes() if found else b""


def _modules(name: str, known: set[str]) -> set[str]:
    """Return a script and every module it imports, directly or not."""
    if name not in known:
        known.add(name)
        for one in _IMPORT.findall(_source(name).decode()):
            _modules(f"minfu/{one}", known)
    return known


@lru_cache(maxsize=1)
def _bundle() -> tuple[str, tuple[str, ...]]:
    """Return a digest of everything the worker keeps, which names its version, and the addresses of the files."""
    names = [*_FILES, *sorted(_modules(_SCRIPT, set()))]
    digest = hashlib.blake2b(digest_size=8)
    for name in (*names, WORKER):
        digest.update(static(name).encode() + b"\0" + _source(name))
    return digest.hexdigest(), tuple(static(name) for name in names)


@gate.open_to_all("a browser asks for the service worker by itself; it holds no data")
@never_cache
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Hand out the service worker: what to keep, then the script itself. It changes with every change of a file it keeps."""
    del request
    if settings.DEBUG:
        _bundle.cache_clear()
    version, files = _bundle()
    told: dict[str, Any] = {
        "version": version,
        "files": files,
        "list": reverse("cases:field"),
        "report": reverse("cases:field_report"),
        "done": reverse("cases:field_done_any"),
        "offline": reverse("cases:field_offline"),
    }
    script = f"self.minfu = {json.dumps(told)};\nimportScripts({json.dumps(static(WORKER))});\n"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@gate.open_to_all("shown by the service worker when there is no signal; the same for everyone")
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Say that this page needs a signal, and what can be done without one."""
    return render(request, "cases/field/offline.html")


@gate.open_to_all("a browser asks for it by itself; it holds the product's name and icons")
@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """Describe the product as an app that opens in the field (W3C Web App Manifest)."""
    del request
    icons = [
        {"src": static("minfu/icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": static("minfu/icon-512.png"), "sizes": "512x512", "type": "image/png"},
        {
            "src": static("minfu/icon-maskable-512.png"),
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "maskable",
        },
    ]
    about = {
        "id": reverse("cases:field"),
        "name": _("民富 · 我的网格"),
        "short_name": _("民富"),
        "lang": "zh-Hans",
        "start_url": reverse("cases:field"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f2f4f4",
        "theme_color": "#14579e",
        "icons": icons,
        "shortcuts": [{"name": _("上报一件"), "url": reverse("cases:field_report"), "icons": icons[:1]}],
    }
    return JsonResponse(about, content_type="application/manifest+json")
