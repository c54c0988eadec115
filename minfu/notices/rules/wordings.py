"""The county's own words for notices: which hold, kept in process for a few seconds; and whether new ones make sense."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from string import Formatter

from django.utils import timezone
from django.utils.translation import gettext as _

from minfu.kernel import clock
from minfu.kernel.errors import Invalid
from minfu.notices.models import Wording

TTL = 5.0  # seconds


@dataclass(frozen=True)
class Said:
    """A title, a body, and what is said on the telephone; empty: the shipped words."""

    title: str = ""
    body: str = ""
    spoken: str = ""


Key = tuple[str, str]
#: The county's versions of each text, by the day from which they hold.
Versions = dict[Key, list[tuple[date, Said]]]
_cached: tuple[float, Versions] | None = None


def said(key: str, language: str) -> Said | None:
    """Return the county's words for a kind of notice in a language; None: the shipped ones. At most ``TTL`` seconds old."""
    global _cached  # noqa: PLW0603 - the one process-wide snapshot
    if _cached is None or time.monotonic() - _cached[0] > TTL:
        _cached = (time.monotonic(), _versions())
    today = timezone.localdate(clock.now())
    held = [words for since, words in _cached[1].get((key, language), ()) if since <= today]
    return held[-1] if held and held[-1].body else None


def _versions() -> Versions:
    found: Versions = {}
    for row in Wording.objects.order_by("valid_from"):
        words = Said(row.title, row.body, row.spoken)
        found.setdefault((row.key, row.language), []).append((row.valid_from, words))
    return found


def forget() -> None:
    """Drop the snapshot; called by whoever changed words in this process."""
    global _cached  # noqa: PLW0603 - kept in the process, see the module
    _cached = None


# --- whether words make sense ---


def names_in(text: str) -> set[str]:
    """Return a text's placeholders. ValueError with a sentence for braces that do not match, or hold more than a name."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        raise ValueError(_("大括号没有成对。要显示大括号本身，请写成“{{”和“}}”。")) from None
    names = {name for _text, name, _spec, _how in parts if name is not None}
    if any(spec or how for _text, name, spec, how in parts if name is not None):
        raise ValueError(_("大括号里只能写变量名，不能加格式，例如 {number}。"))
    return names


def check(words: Said, *, allowed: Mapping[str, str], secrets: frozenset[str], told: frozenset[str]) -> None:
    """Raise ``Invalid`` by field unless the words use known placeholders alone, in places where they may stand.

    ``allowed`` are the placeholders with their meaning; ``secrets`` must stand in the body and never in the title; on the
    telephone only those of ``told`` are said, and those must be.
    """
    wrong: dict[str, list[str]] = {}
    for field, text in (("title", words.title), ("body", words.body), ("spoken", words.spoken)):
        try:
            names = names_in(text)
        except ValueError as error:
            wrong[field] = [str(error)]
            continue
        found = _misplaced(field, names, allowed, secrets, told)
        if found:
            wrong[field] = found
    if not words.title.strip():
        wrong.setdefault("title", []).append(_("请填写标题。"))
    if not words.body.strip():
        wrong.setdefault("body", []).append(_("请填写正文。"))
    if wrong:
        raise Invalid(wrong)


def _misplaced(
    field: str,
    names: set[str],
    allowed: Mapping[str, str],
    secrets: frozenset[str],
    told: frozenset[str],
) -> list[str]:
    """Return what is wrong with the placeholders of one field."""
    known = _("、").join(f"{{{name}}}({label})" for name, label in allowed.items())
    unknown = sorted(names - allowed.keys())
    if unknown:
        sentence = _("没有“%(name)s”这个变量。这条通知可用的变量：%(known)s。")
        return [sentence % {"name": f"{{{unknown[0]}}}", "known": known or _("无")}]
    due = {"title": frozenset[str](), "body": secrets, "spoken": told}[field]  # may stand there, and must
    hidden = sorted((names & secrets) - due)
    if hidden:
        sentence = _("“%(name)s”只能给居民本人看，不能写在这里。")
        return [sentence % {"name": f"{{{hidden[0]}}}"}]
    missing = sorted(due - names)
    if missing:
        return [_("这里必须有“%(name)s”，否则收到的人用不了。") % {"name": f"{{{missing[0]}}}"}]
    return []
