"""Fields of a draft, and what is known of each."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from minfu.accounts.actor import actor_of
from minfu.kernel import gate
from minfu.kernel.errors import Missing
from minfu.kernel.step_pages import typed_in
from minfu.returns import rights
from minfu.returns.forms import DecideForm, FieldForm
from minfu.returns.models import Field, Form
from minfu.returns.rules import access, actions, known

_SHAPE = ("name", "meaning", "kind", "measure", "decimals", "standing")


def _field(request: HttpRequest, pk: int, field_id: int) -> tuple[Form, Field]:
    actor = actor_of(request)
    row = access.get_form_for(actor, pk)
    access.demand(actor, row, "edit")
    found = row.fields.filter(pk=field_id).first()
    if found is None:
        raise Missing(_("这张表里没有这一项。"))
    return row, found


def _saved(row: Form, field: Field) -> tuple[str, str]:
    """Return where to go after a field was written: to what is known of it, or back to the form."""
    if not field.decision:
        return reverse("returns:decide", args=[row.pk, field.pk]), _("“%(name)s”好像已经有了，请看看。") % {
            "name": field.name
        }
    return reverse("returns:form", args=[row.pk]), _("已写入“%(name)s”。") % {"name": field.name}


@gate.needs(rights.ISSUE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a field."""
    actor = actor_of(request)
    row = access.get_form_for(actor, pk)
    access.demand(actor, row, "edit")
    form = FieldForm(request.POST if request.method == "POST" else None)

    def act() -> tuple[str, str]:
        return _saved(row, actions.set_field(actor=actor, pk=pk, spec=form.spec()))

    return typed_in(
        request, form, "returns/edit.html", {"title": _("写入一项"), "button": _("写入"), "row": row}, act
    )


@gate.needs(rights.ISSUE)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int, field_id: int) -> HttpResponse:
    """Change a field."""
    row, field = _field(request, pk, field_id)
    initial = {name: getattr(field, name) for name in _SHAPE}
    form = FieldForm(request.POST if request.method == "POST" else None, initial=initial)

    def act() -> tuple[str, str]:
        actor = actor_of(request)
        return _saved(row, actions.set_field(actor=actor, pk=pk, spec=form.spec(), field_id=field_id))

    return typed_in(
        request, form, "returns/edit.html", {"title": field.name, "button": _("保存"), "row": row}, act
    )


@gate.needs(rights.ISSUE)
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int, field_id: int) -> HttpResponse:
    """Show what is known of a field, and take the author's decision."""
    row, field = _field(request, pk, field_id)
    found = known.candidates(row, field.name)
    initial = {"means": field.means, "decision": field.decision or "self", "reason": field.why}
    form = DecideForm(request.POST if request.method == "POST" else None, found=found, initial=initial)

    def act() -> tuple[str, str]:
        actions.decide_field(actor=actor_of(request), pk=pk, field_id=field_id, **form.cleaned_data)
        return reverse("returns:form", args=[pk]), _("已记下。")

    context = {"title": _("“%(name)s”好像已经有了") % {"name": field.name}, "button": _("就这样"), "row": row}
    return typed_in(request, form, "returns/edit.html", context, act)


@gate.needs(rights.ISSUE)
@require_POST
def drop(request: HttpRequest, pk: int, field_id: int) -> HttpResponse:
    """Take a field out."""
    actions.drop_field(actor=actor_of(request), pk=pk, field_id=field_id)
    messages.success(request, _("已删去。"))
    return redirect("returns:form", pk)
