"""The county's own words for notices, with a preview; and the quiet hours."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minfu.accounts.actor import actor_of
from minfu.kernel import calendar, clock, gate
from minfu.kernel.errors import Invalid, Missing, Refused
from minfu.notices import rights, texts
from minfu.notices.forms import QuietForm, ShippedForm, WordingForm, show
from minfu.notices.models import Wording
from minfu.notices.rules import configure, wordings
from minfu.notices.rules.wordings import Said
from minfu.notices.texts import Text, Words

#: Characters of one text message, and of each part of a longer one.
SMS, SMS_PART = 70, 67


@dataclass(frozen=True)
class Preview:
    """Words as a reader would see them, with something in every placeholder; ``parts``: text messages they cost."""

    words: Words
    spoken: str
    parts: int


@dataclass(frozen=True)
class Line:
    """A kind of notice as the list shows it."""

    text: Text
    preview: Preview
    own: bool


def to_residents(text: Text) -> bool:
    """Tell whether a kind of notice is for residents: then a desk may have to say it."""
    return text.key.endswith(".resident") or bool(text.secrets) or str(text.spoken) != str(text.body)


def preview(text: Text, said: Said) -> Preview:
    """Return words with samples in their placeholders."""
    samples = texts.samples(text)
    words = texts.filled(text, said, samples)
    spoken = texts.filled(text, said, samples, spoken=True).body if to_residents(text) else ""
    length = len(words.body)
    return Preview(words, spoken, 1 if length <= SMS else -(-length // SMS_PART))


@gate.needs(rights.CONFIGURE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """List every kind of notice with its words in the county's first language."""
    configure.permit(actor_of(request))
    language = settings.LANGUAGE_CODE
    lines = []
    for key, text in sorted(texts.registered().items()):
        own = wordings.said(key, language)
        lines.append(Line(text, preview(text, own or texts.shipped(key, language)), own is not None))
    groups = [
        (_("发给居民"), [line for line in lines if to_residents(line.text)]),
        (_("发给工作人员"), [line for line in lines if not to_residents(line.text)]),
    ]
    return render(request, "notices/config/texts.html", {"groups": groups, "language": language})


def _text(key: str, language: str) -> Text:
    text = texts.registered().get(key)
    if text is None or language not in dict(settings.LANGUAGES):
        raise Missing(_("没有这条通知。"))
    return text


@gate.needs(rights.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """Show the words of a kind of notice in a language; preview and save other ones."""
    actor, text = actor_of(request), _text(key, language)
    configure.permit(actor)
    said = texts.in_use(key, language)
    form = WordingForm(request.POST or None, to_residents=to_residents(text), initial=_first(said))
    shown = said
    if request.method == "POST" and form.is_valid():
        try:
            configure.check_words(key, form.words())
            shown = form.words()
            if "save" in request.POST:
                configure.save_wording(key, language, form.words(), terms=form.terms(), actor=actor)
                messages.success(request, _saved(form.cleaned_data["valid_from"]))
                return redirect("notices:text", key, language)
        except Refused as refusal:
            show(form, refusal)
    return _page(request, text, language, form, preview(text, shown))


def _first(said: Said) -> dict[str, Any]:
    return {
        "title": said.title,
        "body": said.body,
        "spoken": said.spoken,
        "valid_from": timezone.localdate(clock.now()) + timedelta(days=1),
    }


def _saved(on: Any) -> str:
    return _("已保存，自 %(on)s 起生效。") % {"on": f"{on:%Y-%m-%d}"}


def _page(
    request: HttpRequest,
    text: Text,
    language: str,
    form: WordingForm,
    seen: Preview,
    back: ShippedForm | None = None,
) -> HttpResponse:
    rows = Wording.objects.filter(key=text.key, language=language).order_by("-valid_from")
    first = {"valid_from": timezone.localdate(clock.now()) + timedelta(days=1)}
    context = {
        "text": text,
        "language": language,
        "languages": settings.LANGUAGES if len(settings.LANGUAGES) > 1 else (),
        "form": form,
        "seen": seen,
        "names": [(name, texts.placeholder(name), name in text.secrets) for name in sorted(text.names)],
        "versions": rows[:20],
        "back": back or ShippedForm(initial=first),
    }
    bad = form.errors or (back and back.errors)
    return render(request, "notices/config/text.html", context, status=422 if bad else 200)


@gate.needs(rights.CONFIGURE)
@require_POST
def ship(request: HttpRequest, key: str, language: str) -> HttpResponse:
    """Go back to the shipped words from a day on."""
    text, form = _text(key, language), ShippedForm(request.POST)
    if form.is_valid():
        try:
            configure.save_wording(key, language, None, terms=form.terms(), actor=actor_of(request))
        except Invalid as refusal:
            show(form, refusal)
        else:
            messages.success(request, _saved(form.cleaned_data["valid_from"]))
            return redirect("notices:text", key, language)
    said = texts.in_use(key, language)
    fresh = WordingForm(to_residents=to_residents(text), initial=_first(said))
    return _page(request, text, language, fresh, preview(text, said), form)


@gate.needs(rights.CONFIGURE)
@require_http_methods(["GET", "HEAD", "POST"])
def quiet(request: HttpRequest) -> HttpResponse:
    """Show when nobody is disturbed, and set other hours from a day on."""
    actor = actor_of(request)
    configure.permit(actor)
    today = timezone.localdate(clock.now())
    starts, ends = calendar.current().quiet_on(today)
    first = {"starts": starts, "ends": ends, "valid_from": today + timedelta(days=1)}
    form = QuietForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            configure.set_quiet_hours(data["starts"], data["ends"], terms=form.terms(), actor=actor)
        except Refused as refusal:
            show(form, refusal)
        else:
            messages.success(request, _saved(data["valid_from"]))
            return redirect("notices:quiet")
    context = {"form": form, "starts": starts, "ends": ends, "rows": calendar.standing_quiet_hours()}
    return render(request, "notices/config/quiet.html", context, status=422 if form.errors else 200)
