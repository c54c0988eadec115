"""What notices say: each room registers the texts of its events here, at import.

A text is a format string in the reader's language: ``_("{number} 将于 {due} 到期")``. Its placeholders are the whole context
a notice may carry, so that nothing else rides along into the table. Those named ``secrets`` are kept sealed (``outbox``).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from string import Formatter
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from minfu.notices.models import Urgency
from minfu.notices.rules import wordings

#: The subject of a message that is about several: its page is the reader's inbox.
INBOX = "inbox"
#: How long a secret that reached nobody is kept, unless its kind of notice says otherwise.
SECRETS_KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Text:
    """The title and body of one kind of notice; ``names`` are its placeholders, ``secrets`` those only its reader may know.

    ``kept`` is how long a secret is good, delivered or not. ``spoken`` is what a desk says on the telephone instead of the body.
    ``urgency`` says how soon it must reach its reader outside the house.
    """

    key: str
    title: Any
    body: Any
    names: frozenset[str]
    secrets: frozenset[str]
    kept: timedelta
    spoken: Any
    urgency: Urgency = Urgency.NORMAL

    @property
    def told(self) -> frozenset[str]:
        """Return the secrets a desk has to read out."""
        return self.secrets & _names(self.spoken)


@dataclass(frozen=True)
class Words:
    """A notice in words."""

    title: str
    body: str


@dataclass(frozen=True)
class Placeholder:
    """What a placeholder stands for, and something like it for previews."""

    label: Any
    sample: Any


_texts: dict[str, Text] = {}
_placeholders: dict[str, Placeholder] = {}
_links: dict[str, Callable[[int], str]] = {}
_languages: dict[str, Callable[[int], str]] = {}


def _names(text: Any) -> set[str]:
    """Return the placeholders of a format string."""
    return {name for _, name, _, _ in Formatter().parse(str(text)) if name is not None}


def register(
    key: str,
    title: Any,
    body: Any,
    *,
    secrets: Iterable[str] = (),
    kept: timedelta = SECRETS_KEPT,
    spoken: Any = None,
    urgency: Urgency = Urgency.NORMAL,
) -> str:
    """Register the texts of a kind of notice and return its key.

    ``secrets`` names the placeholders of the body that are for its reader alone: a code, a link that answers for someone;
    they are kept for ``kept`` at most. ``spoken`` says on the telephone what the body says in writing (left out: the body); a
    secret it does not name is never shown to a desk. ``urgency``: whether it may wait for the morning and for others to go
    with. ValueError when the key is taken, a placeholder is not a plain name
    (``{0}``, ``{a.b}`` are not), or a secret is no placeholder or stands in the title.
    """
    spoken = body if spoken is None else spoken
    names, hidden = _names(title) | _names(body) | _names(spoken), frozenset(secrets)
    if key in _texts:
        raise ValueError(f"notice {key} is registered twice")
    if wrong := {name for name in names if not name.isidentifier()}:
        raise ValueError(f"notice {key}: placeholders must be plain names: {sorted(wrong)}")
    if hidden - _names(body) or hidden & _names(title):
        raise ValueError(
            f"notice {key}: secrets must stand in the body and not in the title: {sorted(hidden)}"
        )
    _texts[key] = Text(key, title, body, frozenset(names), hidden, kept, spoken, urgency)
    return key


def describe(name: str, label: Any, sample: Any) -> None:
    """Say what a placeholder stands for, for those who edit texts; the same name means the same everywhere."""
    _placeholders[name] = Placeholder(label, sample)


def placeholder(name: str) -> Placeholder:
    """Return what a placeholder stands for; its bare name when nobody said."""
    return _placeholders.get(name) or Placeholder(name, f"〔{name}〕")


def samples(text: Text) -> dict[str, Any]:
    """Return something for every placeholder of a text, for previews."""
    return {name: placeholder(name).sample for name in text.names}


def get(key: str) -> Text:
    """Return a registered text; LookupError for an unknown key."""
    text = _texts.get(key)
    if text is None:
        raise LookupError(f"unknown notice {key}")
    return text


def check(key: str, context: Mapping[str, Any]) -> None:
    """Raise LookupError for an unknown key, ValueError unless the context fills exactly the placeholders."""
    text = get(key)
    if context.keys() != text.names:
        raise ValueError(f"notice {key} wants {sorted(text.names)}, got {sorted(context)}")


class _Shown(dict[str, Any]):
    """A context in which what is not there any more says so."""

    def __missing__(self, name: str) -> str:
        return _("（已失效）")


def words(key: str, context: Mapping[str, Any], *, spoken: bool = False) -> Words:
    """Return a notice in the words of the current language, or as it is ``spoken``; a secret not given is shown as gone.

    The county's own words go before the shipped ones. LookupError for an unknown key.
    """
    return filled(get(key), in_use(key, get_language() or settings.LANGUAGE_CODE), context, spoken=spoken)


def in_use(key: str, language: str) -> wordings.Said:
    """Return the words of a kind of notice in a language: the county's own, else the shipped. LookupError for an unknown key."""
    return wordings.said(key, language) or shipped(key, language)


def shipped(key: str, language: str) -> wordings.Said:
    """Return the words of a kind of notice that came with the software, in a language. LookupError for an unknown key."""
    text = get(key)
    with override(language):
        return wordings.Said(str(text.title), str(text.body), str(text.spoken))


def filled(text: Text, said: wordings.Said, context: Mapping[str, Any], *, spoken: bool = False) -> Words:
    """Return words with a context in their placeholders; what is missing there shows as gone."""
    shown = _Shown({name: value for name, value in context.items() if name in text.names})
    body = (said.spoken or said.body) if spoken else said.body
    return Words(said.title.format_map(shown), body.format_map(shown))


def registered() -> dict[str, Text]:
    """Return every registered text by key."""
    return dict(_texts)


def link(subject_type: str, address: Callable[[int], str]) -> None:
    """Say where a subject is shown: ``address(id)`` returns its page. Twice for one type is a ValueError."""
    if subject_type in _links:
        raise ValueError(f"subject {subject_type} has two pages")
    _links[subject_type] = address


def read_in(subject_type: str, language: Callable[[int], str]) -> None:
    """Say in which language a subject's resident is written to: ``language(id)`` returns its code, empty for the county's."""
    _languages[subject_type] = language


def language_of(subject_type: str, subject_id: int) -> str:
    """Return the language a subject's resident is written to in, empty for the county's."""
    language = _languages.get(subject_type)
    return language(subject_id) if language else ""


def address_of(subject_type: str, subject_id: int) -> str:
    """Return the address of a subject's page, empty when its room has none."""
    address = _links.get(subject_type)
    return address(subject_id) if address else ""
