"""Answers to forms that a phone may send later (``static/minfu/queue.js``): pages for a person, JSON for the queue."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from minfu.cases.views import public
from minfu.kernel.errors import Invalid, Refused


def wants_json(request: HttpRequest) -> bool:
    """Tell whether the phone's queue asks, not a person's browser."""
    return request.headers.get("Accept", "") == "application/json"


def sent(request: HttpRequest, url: str, said: str) -> HttpResponse:
    """Answer that it arrived: go to ``url`` and say so."""
    if wants_json(request):
        return JsonResponse({"url": url})
    messages.success(request, said)
    return redirect(url)


def problems(form: Any, status: int) -> JsonResponse:
    """Answer the queue with the form's sentences."""
    said = [str(sentence) for sentences in form.errors.values() for sentence in sentences]
    return JsonResponse({"problems": said}, status=status, json_dumps_params={"ensure_ascii": False})


def refused(form: Any, refusal: Refused, called: Mapping[str, str] | None = None) -> int:
    """Put a refusal into the form; return the status to answer with. ``called``: the rules' names → the form's."""
    fields = refusal.fields if isinstance(refusal, Invalid) else {"": [str(refusal.message)]}
    public.show(form, {(called or {}).get(name, name): said for name, said in fields.items()})
    return refusal.status
