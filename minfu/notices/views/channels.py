"""The administrator's channels to the outside: list, settings, test message."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minfu.accounts.actor import actor_of
from minfu.kernel import clock, gate
from minfu.kernel.errors import Missing, Refused
from minfu.notices import rights
from minfu.notices.forms import ChannelForm, TrialForm, show
from minfu.notices.kinds import KINDS, Kind
from minfu.notices.models import Channel, Health
from minfu.notices.rules import configure, faults
from minfu.notices.sender import SENT


@dataclass(frozen=True)
class Line:
    """A channel as the list shows it."""

    channel: Channel
    kind: Kind
    health: Health | None

    @property
    def resting(self) -> bool:
        """Tell whether it is left alone because it failed again and again."""
        until = self.health.closed_until if self.health else None
        return until is not None and until > clock.now()

    @property
    def fault(self) -> str:
        """Say what went wrong last, while it is not well again."""
        return faults.explain(self.health.last_fault) if self.health and self.health.failures else ""


def _line(channel: Channel) -> Line:
    return Line(channel, KINDS[channel.kind], getattr(channel, "health", None))


@gate.needs(rights.CONFIGURE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List the channels and how they fare."""
    actor = actor_of(request)
    configure.permit(actor)
    context = {
        "lines": [_line(row) for row in configure.channels()],
        "kinds": configure.kinds_here(),
        "may_change": actor.may(rights.CHANNELS),
    }
    return render(request, "notices/config/channels.html", context)


@gate.needs(rights.CHANNELS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Make a channel of a kind."""
    known = next((one for one in configure.kinds_here() if one.code == kind), None)
    if known is None:
        raise Missing(_("没有这种渠道。"))
    return _edit(request, known, None)


@gate.needs(rights.CHANNELS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a channel."""
    channel = configure.get_channel_for(actor_of(request), pk)
    return _edit(request, KINDS[channel.kind], channel)


def _edit(request: HttpRequest, kind: Kind, channel: Channel | None) -> HttpResponse:
    form = ChannelForm(request.POST or None, kind=kind, channel=channel)
    if request.method == "POST" and form.is_valid():
        try:
            row = configure.save_channel(
                form.given(),
                actor=actor_of(request),
                channel_id=channel.pk if channel else None,
                version=form.cleaned_data["version"],
            )
        except Refused as refusal:
            show(form, refusal)
        else:
            messages.success(request, _("已保存。请发一条测试消息，确认能收到。"))
            return redirect("notices:channel", row.pk)
    return _page(request, kind, channel, form)


def _page(
    request: HttpRequest,
    kind: Kind,
    channel: Channel | None,
    form: ChannelForm,
    trial: TrialForm | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "kind": kind,
        "channel": channel,
        "line": _line(channel) if channel else None,
        "trial": trial or TrialForm(wants=kind.address),
    }
    bad = form.errors or (trial and trial.errors)
    return render(request, "notices/config/channel.html", context, status=422 if bad else 200)


@gate.needs(rights.CHANNELS)
@require_POST
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test message and say how it went."""
    channel = configure.get_channel_for(actor_of(request), pk)
    kind = KINDS[channel.kind]
    form = TrialForm(request.POST, wants=kind.address)
    if form.is_valid():
        try:
            outcome = configure.try_channel(pk, form.cleaned_data.get("address", ""), actor=actor_of(request))
        except Refused as refusal:
            show(form, refusal)
        else:
            if outcome.outcome == SENT:
                messages.success(request, _("服务器已接收测试消息。请看看是否收到。"))
            else:
                code = f"{outcome.outcome} {outcome.detail}".strip()
                messages.error(request, _("测试没有成功：%(why)s") % {"why": faults.explain(code)})
            return redirect("notices:channel", pk)
    return _page(request, kind, channel, ChannelForm(kind=kind, channel=channel), form)
