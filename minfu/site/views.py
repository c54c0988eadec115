"""Home, search box, larger type, language, gallery, health."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe
from django.views.i18n import set_language as django_set_language

from minfu.accounts.rules import actions
from minfu.kernel import codes, gate, menu
from minfu.kernel.errors import Invalid, Missing
from minfu.site import gallery, health, metrics
from minfu.site.context import LARGE_TYPE_COOKIE
from minfu.site.navigation import start_url

#: Seconds the wish for larger type is remembered: one year.
YEAR = 365 * 24 * 3600
#: What is no word: part of a number, of whatever kind.
_NUMBER = re.compile(r"[\d\s+Xx-]*")


def _back(request: HttpRequest, target: str) -> str:
    """Return ``target`` if it lies on this site, else the home page."""
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if safe else "/"


@gate.open_to_all("residents start here")
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show residents where to start; send staff to the start page of the post they act in."""
    actor = getattr(request, "actor", None)
    if actor and (url := start_url(actor)):
        return redirect(url)
    entries = [entry for entry in menu.entries() if entry.slot == "resident"]
    return render(request, "site/home.html", {"entries": entries, "login": settings.LOGIN_URL})


def _number(text: str) -> str:
    """Return a demand's number as it was written, "" for anything else."""
    try:
        codes.parse_case_number(text)
    except Invalid:
        return ""
    return text


@gate.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Go to what the text in the search box (``q``: a number, a receipt) names, or have its words searched for.

    The text comes by POST: it may be a telephone number or a receipt, which no address and no log should keep. In an address
    only a demand's number is read.
    """
    text = (request.POST.get("q") or _number(request.GET.get("q", ""))).strip()[:200]
    actor = getattr(request, "actor", None)
    if text and actor and (url := menu.find(actor, text)):
        return redirect(url)
    if actor and not _NUMBER.fullmatch(text) and (words := menu.words_page(actor)):
        return HttpResponseRedirect(words, status=307)  # the browser sends the text there, by POST again
    return render(request, "site/search.html", {"text": text}, status=404 if text else 200)


@gate.open_to_all("larger type is a wish of the reader, kept in a cookie")
@require_GET
def type_size(request: HttpRequest) -> HttpResponse:
    """Switch larger type on (``large=1``) or off and return to ``next``; works without JavaScript."""
    answer = redirect(_back(request, request.GET.get("next", "/")))
    if request.GET.get("large") == "1":
        answer.set_cookie(
            LARGE_TYPE_COOKIE, "1", max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    else:
        answer.delete_cookie(LARGE_TYPE_COOKIE)
    return answer


@gate.open_to_all("the language of the page is the reader's choice, kept in a cookie")
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Set the language (``language``), in a cookie and in the account of who is signed in; return to ``next``."""
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES) and request.user.is_authenticated:
        actions.choose_language(request.user.pk, chosen)
    return django_set_language(request)


@gate.open_to_all("shows components with invented data, and only in the demo or to an administrator")
@require_GET
def gallery_page(request: HttpRequest) -> HttpResponse:
    """Show every component in every state; ``look`` is ``staff``, ``public`` or ``print``."""
    actor = getattr(request, "actor", None)
    if not (settings.DEBUG or settings.MINFU_DEMO or (actor and actor.role == "administrator")):
        raise Missing(_("没有这个页面。"))
    look = request.GET.get("look", "staff")
    if look not in gallery.LOOKS:
        raise Missing(_("没有这个页面。"))
    return render(request, f"site/gallery_{look}.html", gallery.samples(request))


@gate.open_to_all("monitoring programs ask it; it holds no data")
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, migrations and jobs are well, else 503; ``problems`` says what is not."""
    del request
    parts = health.report()
    problems = {part: words for part, words in parts.items() if words}
    body = {part: "bad" if words else "ok" for part, words in parts.items()}
    return JsonResponse(
        {"status": "bad" if problems else "ok", **body, "problems": problems},
        status=503 if problems else 200,
        json_dumps_params={"ensure_ascii": False},
    )


@gate.open_to_all(
    "monitoring programs ask it: those of this machine, or those that hold the token; figures only"
)
@never_cache
@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus; whoever may not read it finds nothing here."""
    if not metrics.may_read(request):
        raise Missing(_("没有这个页面。"))
    return HttpResponse(metrics.page(), content_type=metrics.CONTENT_TYPE)
