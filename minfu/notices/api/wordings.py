"""The county's own words for notices, and the hours in which nobody is disturbed."""

from datetime import time
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from pydantic import Field, StringConstraints

from minfu.accounts.actor import actor_of
from minfu.kernel import calendar, clock, dated
from minfu.kernel.api import Day, In, Line, Out, Room
from minfu.kernel.errors import Missing
from minfu.notices import rights, texts
from minfu.notices.models import Keeping, Urgency
from minfu.notices.rules import configure, thinning, wordings
from minfu.notices.rules.configure import Terms
from minfu.notices.rules.wordings import Said

room = Room("wordings", _("通知文字"))

Key = Annotated[str, StringConstraints(max_length=64, pattern=r"^[a-z0-9_.]+$")]
Language = Annotated[str, StringConstraints(max_length=10, pattern=r"^[A-Za-z-]+$")]
Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class PlaceholderOut(Out):
    """A placeholder of a text."""

    name: str
    label: str
    secret: bool
    """Only for its reader: it must stand in the body, and nowhere else."""


class TextOut(Out):
    """A kind of notice and its words in one language."""

    key: str
    language: str
    title: str
    body: str
    spoken: str
    """What a desk says on the telephone when no channel reaches the resident."""
    own: bool
    """The county's own words; otherwise those that came with the software."""
    urgency: str
    """normal; asked (at once, at any hour); alarm (at once, at any hour, to everyone)."""
    placeholders: list[PlaceholderOut]


class WordsIn(In):
    """Words with placeholders in braces."""

    title: Line
    body: Line
    spoken: Line = ""


class WordingIn(WordsIn):
    """Words that hold from a day on, and why."""

    valid_from: Day
    source: Line


class WordingTerms(In):
    """From which day something holds, and why."""

    valid_from: Day
    source: Line


class PreviewOut(Out):
    """Words as a reader would see them, with something in every placeholder."""

    title: str
    body: str
    spoken: str


class QuietIn(WordingTerms):
    """Hours in which nobody is disturbed, `HH:MM`; they may cross midnight."""

    starts: Clock
    ends: Clock


class KeepingIn(WordingTerms):
    """How long the log of deliveries is kept."""

    months: Annotated[int, Field(ge=1, le=120)]


class KeepingOut(Out):
    """How long the log of deliveries is kept; without `valid_from` the default of the software."""

    valid_from: Day | None
    months: int
    source: str


class QuietOut(Out):
    """Hours in which nobody is disturbed; without `valid_from` the installation's setting."""

    valid_from: Day | None
    starts: Clock
    ends: Clock
    source: str


@room.get("/texts", _("通知文字"), right=rights.CONFIGURE, answer=list[TextOut])
def list_texts(request: HttpRequest, language: Language = "zh-hans") -> list[TextOut]:
    """List every kind of notice with its words in a language."""
    configure.permit(actor_of(request))
    return [_text(key, language) for key in sorted(texts.registered())]


@room.put("/texts/{key}/{language}", _("修改通知文字"), right=rights.CONFIGURE, answer=TextOut)
def save_text(request: HttpRequest, key: Key, language: Language, body: WordingIn) -> TextOut:
    """Let a kind of notice say something else from a day on; answers with the words that hold today."""
    said, terms = Said(body.title, body.body, body.spoken), Terms(body.valid_from, body.source)
    configure.save_wording(key, language, said, terms=terms, actor=actor_of(request))
    return _text(key, language)


@room.post("/texts/{key}/{language}/shipped", _("恢复自带文字"), right=rights.CONFIGURE, answer=TextOut)
def ship_text(request: HttpRequest, key: Key, language: Language, body: WordingTerms) -> TextOut:
    """Go back to the words that came with the software, from a day on."""
    terms = Terms(body.valid_from, body.source)
    configure.save_wording(key, language, None, terms=terms, actor=actor_of(request))
    return _text(key, language)


@room.post("/texts/{key}/{language}/preview", _("预览通知文字"), right=rights.CONFIGURE, answer=PreviewOut)
def preview_text(request: HttpRequest, key: Key, language: Language, body: WordsIn) -> PreviewOut:
    """Judge words and show them with something in every placeholder; nothing is saved."""
    configure.permit(actor_of(request))
    _known(key, language)
    said = Said(body.title, body.body, body.spoken)
    configure.check_words(key, said)
    text = texts.get(key)
    samples = texts.samples(text)
    words = texts.filled(text, said, samples)
    spoken = texts.filled(text, said, samples, spoken=True).body
    return PreviewOut(title=words.title, body=words.body, spoken=spoken)


@room.get("/quiet-hours", _("安静时段"), right=rights.CONFIGURE, answer=list[QuietOut])
def quiet_hours(request: HttpRequest) -> list[QuietOut]:
    """List the hours in which nobody is disturbed: those that hold today, and those that will, newest first."""
    configure.permit(actor_of(request))
    rows = [
        _quiet(row.valid_from, row.starts, row.ends, row.source) for row in calendar.standing_quiet_hours()
    ]
    if not rows or rows[-1].valid_from > timezone.localdate(clock.now()):  # type: ignore[operator]  # each of these rows has a first day
        starts, ends = calendar.current().office.quiet
        rows.append(_quiet(None, starts, ends, ""))
    return rows


@room.post("/quiet-hours", _("设置安静时段"), right=rights.CONFIGURE, answer=list[QuietOut])
def set_quiet_hours(request: HttpRequest, body: QuietIn) -> list[QuietOut]:
    """Let nobody be disturbed in other hours, from a day on."""
    starts, ends = time.fromisoformat(body.starts), time.fromisoformat(body.ends)
    terms = Terms(body.valid_from, body.source)
    configure.set_quiet_hours(starts, ends, terms=terms, actor=actor_of(request))
    return quiet_hours(request)


@room.get("/deliveries-kept", _("发送记录的保存期限"), right=rights.CONFIGURE, answer=list[KeepingOut])
def deliveries_kept(request: HttpRequest) -> list[KeepingOut]:
    """List how long the log of deliveries is kept: what holds today, and what will, newest first."""
    configure.permit(actor_of(request))
    today = dated.today()
    rows = [
        KeepingOut(valid_from=row.valid_from, months=row.months, source=row.source)
        for row in dated.standing(Keeping).order_by("-valid_from")
    ]
    if all(row.valid_from is None or row.valid_from > today for row in rows):
        rows.append(KeepingOut(valid_from=None, months=thinning.MONTHS, source=""))
    return rows


@room.post("/deliveries-kept", _("设置发送记录的保存期限"), right=rights.CONFIGURE, answer=list[KeepingOut])
def set_deliveries_kept(request: HttpRequest, body: KeepingIn) -> list[KeepingOut]:
    """Keep the log of deliveries for so many months, from a day on; what is older is deleted every night."""
    terms = Terms(body.valid_from, body.source)
    configure.set_keeping(body.months, terms=terms, actor=actor_of(request))
    return deliveries_kept(request)


def _quiet(since: Day | None, starts: time, ends: time, source: str) -> QuietOut:
    return QuietOut(valid_from=since, starts=f"{starts:%H:%M}", ends=f"{ends:%H:%M}", source=source)


def _known(key: str, language: str) -> None:
    if key not in texts.registered() or language not in dict(settings.LANGUAGES):
        raise Missing(_now("没有这条通知。"))


def _text(key: str, language: str) -> TextOut:
    _known(key, language)
    text, said = texts.get(key), texts.in_use(key, language)
    return TextOut(
        key=key,
        language=language,
        title=said.title,
        body=said.body,
        spoken=said.spoken,
        own=wordings.said(key, language) is not None,
        urgency=Urgency(text.urgency).name.lower(),
        placeholders=[
            PlaceholderOut(name=name, label=str(texts.placeholder(name).label), secret=name in text.secrets)
            for name in sorted(text.names)
        ],
    )
