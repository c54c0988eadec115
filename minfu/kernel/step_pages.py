"""A step of a state table as a form on a page of its own (a dialog where there is script), and any other form: what rooms share.

A room derives a form for each verb from ``StepForm`` and lets ``answer`` show it, take the step, and bring back what was
typed when the verb refuses.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from minfu.kernel.errors import Forbidden, Invalid, Missing, Refused, Stale
from minfu.kernel.forms import Form
from minfu.kernel.models import Event
from minfu.kernel.steps import Step

#: Longest text a form takes before the rules look at it: what is too long comes back with a sentence, nothing cut.
LONGEST_TYPED = 100_000


def words(label: Any, rows: int = 4, **more: Any) -> forms.CharField:
    """Return a field for a text of several lines."""
    more.setdefault("max_length", LONGEST_TYPED)
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **more)


def day(label: Any, **more: Any) -> forms.DateField:
    """Return a field for a day; with a year of four digits, so that typing goes on to the month by itself."""
    look = forms.DateInput(attrs={"type": "date", "max": "9999-12-31"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=look, **more)


def moment(label: Any, **more: Any) -> forms.DateTimeField:
    """Return a field for a day and time in local time."""
    look = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=look, input_formats=["%Y-%m-%dT%H:%M"], **more)


class StepForm(Form):
    """The arguments of one verb. ``version`` tells a stale page from a fresh one; ``row`` is what the step is taken on."""

    #: The step as the room's state table has it, and the verb that takes it.
    step: ClassVar[Step]
    verb: ClassVar[Callable[..., Any]]
    #: What the verb records: a second click on the button is known by it.
    events: ClassVar[tuple[str, ...]] = ()

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, actor: Any, row: Any, **kwargs: Any):
        """Prepare the form for one actor and one object."""
        super().__init__(*args, **kwargs)
        self.actor, self.row = actor, row
        self.prepare()
        first = next((name for name in self.fields if name != "version"), "")
        if first:
            self.fields[first].widget.attrs["autofocus"] = True

    def prepare(self) -> None:
        """Fill in choices; for subclasses."""

    def arguments(self) -> dict[str, Any]:
        """Return the verb's own arguments from what was typed."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def take(self) -> Any:
        """Take the step; raises what the verb refuses with."""
        version = self.cleaned_data["version"]
        return type(self).verb(actor=self.actor, pk=self.row.pk, version=version, **self.arguments())


def show(form: forms.BaseForm, refusal: Refused) -> None:
    """Put a refusal's sentences at the fields they belong to; what fits no field stands above the form."""
    fields = refusal.fields if isinstance(refusal, Invalid) else {refusal.field: [str(refusal.message)]}
    for name, sentences in fields.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, str(sentence))


def typed_in(
    request: HttpRequest,
    form: forms.Form,
    template: str,
    context: dict[str, Any],
    act: Callable[[], tuple[str, str]],
) -> HttpResponse:
    """Show a form, or act: ``act`` calls the verb and returns where to go and what to say ("" for nothing).

    ``Missing`` and ``Forbidden`` are the caller's; every other refusal comes back in the form.
    """
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
                if said:
                    messages.success(request, said)
                return redirect(address)
    return render(request, template, {"form": form, **context}, status=status)


@dataclass(frozen=True)
class Page:
    """What stands around the form: whose step it is (``subject`` as in the history), its line of title, and where back leads."""

    subject: tuple[str, int]
    title: str
    back: str


def answer(
    request: HttpRequest,
    page: Page,
    form: type[StepForm],
    *,
    actor: Any,
    row: Any,
    get: Callable[[Any, int], Any],
    label: Any = "",
    **more: Any,
) -> HttpResponse:
    """Show the form of a step on ``row``, or take the step and go back with a sentence of what was done.

    ``get`` fetches the object by actor and key, as it is now after somebody changed it. ``more`` is what the form needs besides.
    ``Missing`` and ``Forbidden`` are the caller's; every other refusal comes back in the form with what was typed.
    """
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    made = form(*given, actor=actor, row=row, initial={"version": row.version}, **more)
    if not made.is_bound:
        return _shown(request, page, made, label)
    if not made.is_valid():
        return _shown(request, page, made, label, status=422)
    try:
        with transaction.atomic():
            made.take()
    except (Missing, Forbidden):
        raise
    except Refused as refusal:
        if not _done_before(page, made):
            if isinstance(refusal, Stale):
                now = get(actor, row.pk)
                data = request.POST.copy()
                data["version"] = str(now.version)
                made = form(data, request.FILES, actor=actor, row=now, **more)
                made.is_valid()
            show(made, refusal)
            return _shown(request, page, made, label, status=refusal.status)
    messages.success(request, _("已%(step)s。") % {"step": label or made.step.label})
    return redirect(page.back)


def _done_before(page: Page, form: StepForm) -> bool:
    """Tell whether the last thing recorded is this very step, taken by the same person from this very page (a double click)."""
    kind, pk = page.subject
    last = Event.objects.filter(subject_type=kind, subject_id=pk).order_by("-seq").first()
    version = form.cleaned_data["version"]
    return (
        last is not None
        and last.name in form.events
        and last.actor_user_id == form.actor.user_id
        and version is not None
        and last.data.get("version") == version + 1
    )


def _shown(
    request: HttpRequest, page: Page, form: StepForm, label: Any, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "step": form.step,
        "label": label or form.step.label,
        "page": page,
        "draft": f"{page.subject[0]}-{page.subject[1]}-{form.step.name}",
    }
    return render(request, "step_page.html", context, status=status)
