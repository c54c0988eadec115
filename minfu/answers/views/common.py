"""What the screens share: a form that calls a verb and keeps what was typed when it refuses."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from minfu.kernel.errors import Forbidden, Missing, Refused
from minfu.kernel.step_pages import show


def typed_in(
    request: HttpRequest,
    form: forms.Form,
    template: str,
    context: dict[str, Any],
    act: Callable[[], tuple[str, str]],
) -> HttpResponse:
    """Show a form, or act: ``act`` calls the verb and returns where to go and what to say; refusals come back in the form."""
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                address, said = act()
            except (Missing, Forbidden):
                raise
            except Refused as refusal:
                show(form, refusal)
                status = refusal.status
            else:
                messages.success(request, said)
                return redirect(address)
    return render(request, template, {"form": form, **context}, status=status)
