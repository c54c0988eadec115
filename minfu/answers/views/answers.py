"""What was told: the list, one answer with its history, telling and correcting."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import actor_of
from minfu.answers import listings, rights, states
from minfu.answers.forms import CorrectForm, TellForm
from minfu.answers.models import Item
from minfu.answers.rules import access, actions, offered, values
from minfu.answers.rules.detail import detail
from minfu.kernel import gate, pages
from minfu.kernel.step_pages import typed_in


@gate.needs(rights.VIEW)
@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """Show the answers of the actor's unit, or of their area, newest first: value, age, how often used."""
    actor = actor_of(request)
    asked = {"tab": request.GET.get("tab", ""), "q": request.GET.get("q", "").replace("\x00", "")}
    found, after = pages.newest(listings.rows(actor, asked), request.GET.get("after", ""))
    for row in found:
        row.shown, row.place, row.age = (
            values.shown(row.item, row),
            listings.place(row),
            listings.age_days(row),
        )
    tab = listings.tab_of(asked)
    context = {
        "tabs": [(name, label, name == tab) for name, label in listings.TABS.items()],
        "tab": tab,
        "q": asked["q"],
        "rows": found,
        "next": after,
        "may_tell": actor.may(rights.TELL),
    }
    return render(request, "answers/list.html", context)


@gate.needs(rights.VIEW)
@require_safe
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one answer: its value, versions, what was made with it."""
    actor = actor_of(request)
    shown = detail(actor, access.get_for(actor, pk))
    return render(request, "answers/answer.html", {"shown": shown, "row": shown.row, "item": shown.row.item})


@gate.needs(rights.TELL)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an answer; the old value stays visible."""
    actor = actor_of(request)
    row = access.get_for(actor, pk)
    given = request.POST if request.method == "POST" else None
    old = values.shown(row.item, row)
    form = CorrectForm(given, item=row.item, initial={"value": old})

    def act() -> tuple[str, str]:
        made = actions.correct(actor=actor, pk=pk, **form.cleaned_data)
        return made.href, _("已更正，原来的数保留在下面。")

    return typed_in(request, form, "answers/correct.html", {"row": row, "old": old, "item": row.item}, act)


@gate.needs(rights.TELL)
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Show the items in force, to tell one."""
    rows = Item.objects.filter(state=states.IN_FORCE).order_by("name")
    return render(request, "answers/choose.html", {"rows": rows})


@gate.needs(rights.TELL)
@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest, key: str) -> HttpResponse:
    """Tell an item for a place or unit and a time."""
    actor = actor_of(request)
    item = access.get_item(key)
    given = request.POST if request.method == "POST" else None
    form = TellForm(given, actor=actor, item=item)

    def act() -> tuple[str, str]:
        made = actions.tell(actor=actor, item=key, **form.cleaned_data)
        return reverse("answers:answer", args=[made.pk]), _("已填报，各处都可以引用。")

    context = {"item": item, "nowhere": not offered.areas(actor, item)}
    return typed_in(request, form, "answers/tell.html", context, act)
