"""The privacy notice for residents and the impact assessment, both made of the register of personal data."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minfu.kernel import clock, gate, personal
from minfu.kernel.personal import Whose
from minfu.registry import figures
from minfu.site import rights

#: The assessment tells how often identities were looked at in the last so many days.
DAYS = 90


@gate.open_to_all(
    "residents are told what is kept of them before they tell anything （个人信息保护法 第十七条）"
)
@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """Tell residents what is kept of them, why, how long, who sees it, and how to have it shown, corrected or erased."""
    return render(request, "site/privacy.html", {"held": personal.held(Whose.RESIDENT)})


@gate.needs(rights.ASSESS)
@require_safe
def assessment(request: HttpRequest) -> HttpResponse:
    """Show the impact assessment (个人信息保护法 第五十五条、第五十六条) as a paper to print and keep for three years."""
    since = clock.now() - timedelta(days=DAYS)
    context = {
        "groups": [(whose, personal.held(whose)) for whose in Whose],
        "days": DAYS,
        "looks": figures.looks_by_purpose(since),
        "erased": figures.erased(since),
        "at": clock.now(),
    }
    return render(request, "site/assessment.html", context)
