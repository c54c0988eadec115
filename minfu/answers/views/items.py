"""Items and other words for known things: what a county sets up."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minfu.accounts.actor import actor_of
from minfu.answers import rights, states
from minfu.answers.forms import ItemForm, SynonymForm
from minfu.answers.models import Item, Synonym
from minfu.answers.rules import actions, matching
from minfu.answers.rules.declared import Declaration
from minfu.kernel import dated, gate
from minfu.kernel.step_pages import typed_in


@gate.needs(rights.CONFIGURE)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the items and the synonyms that hold."""
    items = Item.objects.select_related("owner").order_by("-state", "name")
    rows = list(dated.standing(Synonym).order_by("means", "words"))
    titles = matching.titles_of(row.means for row in rows)
    synonyms = [{"row": row, "title": titles[row.means]} for row in rows]
    return render(request, "answers/items.html", {"rows": items, "synonyms": synonyms, "table": states.ITEM})


@gate.needs(rights.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Declare an item."""
    form = ItemForm(request.POST if request.method == "POST" else None)

    def act() -> tuple[str, str]:
        made = actions.declare(actor=actor_of(request), asked=Declaration(**form.cleaned_data))
        return reverse("answers:items"), _("已设立“%(name)s”。") % {"name": made.name}

    title = {"title": _("设立数据项"), "button": _("设立")}
    return typed_in(request, form, "answers/item.html", title, act)


@gate.needs(rights.CONFIGURE)
@require_POST
def end(request: HttpRequest, key: str) -> HttpResponse:
    """End an item."""
    actions.end(actor=actor_of(request), key=key)
    messages.success(request, _("已停用，填过的都留着。"))
    return redirect("answers:items")


@gate.needs(rights.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def synonym(request: HttpRequest) -> HttpResponse:
    """Say that other words mean something known."""
    form = SynonymForm(request.POST if request.method == "POST" else None)

    def act() -> tuple[str, str]:
        actions.set_synonym(actor=actor_of(request), **form.cleaned_data)
        return reverse("answers:items"), _("已保存。")

    title = {"title": _("设立同义说法"), "button": _("保存")}
    return typed_in(request, form, "answers/item.html", title, act)
