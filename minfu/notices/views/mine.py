"""Where one wants to be reached outside the house."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from minfu.accounts.actor import actor_of
from minfu.kernel import gate
from minfu.kernel.errors import Missing, Refused
from minfu.notices import rights
from minfu.notices.forms import ReachForm, show
from minfu.notices.rules import reaching
from minfu.notices.rules.reaching import Choice


def _form(choice: Choice, request: HttpRequest | None = None) -> ReachForm:
    first = {"is_on": choice.is_on or not choice.masked, "language": choice.language}
    return ReachForm(
        request.POST if request else None,
        wants=choice.wants,
        masked=choice.masked,
        initial=first,
        auto_id=f"c{choice.channel.pk}_%s",
    )


@never_cache
@gate.needs(rights.READ)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show the channels the post allows, and what one chose."""
    found = reaching.choices(actor_of(request))
    return render(request, "notices/mine.html", {"choices": [(one, _form(one)) for one in found]})


@gate.needs(rights.READ)
@require_POST
def save(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Save what one chose for a channel."""
    actor = actor_of(request)
    found = reaching.choices(actor)
    choice = next((one for one in found if one.channel.pk == channel_id), None)
    if choice is None:
        raise Missing(_("没有这个渠道，或者您的岗位不能使用。"))
    form = _form(choice, request)
    if form.is_valid():
        data = form.cleaned_data
        try:
            reaching.save(
                channel_id,
                data["address"],
                is_on=data["is_on"],
                language=data.get("language", ""),
                actor=actor,
            )
        except Refused as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("notices:mine")
    shown = [(one, form if one is choice else _form(one)) for one in found]
    return render(request, "notices/mine.html", {"choices": shown, "wrong": form}, status=422)


@gate.needs(rights.READ)
@require_POST
def forget(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Delete the address given for a channel."""
    reaching.forget(channel_id, actor=actor_of(request))
    messages.success(request, _("已删除接收地址。"))
    return redirect("notices:mine")
