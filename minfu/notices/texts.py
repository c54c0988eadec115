"""What notices say: each room registers the texts of its events here, at import.

A text is a format string in the reader's language: ``_("{number} 将于 {due} 到期")``. Its placeholders are the whole context
a notice may carry, so that nothing else rides along into the table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any


@dataclass(frozen=True)
class Text:
    """The title and body of one kind of notice; ``names`` are its placeholders."""

    key: str
    title: Any
    body: Any
    names: frozenset[str]


@dataclass(frozen=True)
class Words:
    """A notice in words."""

    title: str
    body: str


_texts: dict[str, Text] = {}
_links: dict[str, Callable[[int], str]] = {}


def _names(text: Any) -> set[str]:
    """Return the placeholders of a format string."""
    return {name for _, name, _, _ in Formatter().parse(str(text)) if name is not None}


def register(key: str, title: Any, body: Any) -> str:
    """Register the texts of a kind of notice and return its key.

    ValueError when the key is taken or a placeholder is not a plain name (``{0}``, ``{a.b}`` are not).
    """
    names = _names(title) | _names(body)
    if key in _texts:
        raise ValueError(f"notice {key} is registered twice")
    if wrong := {name for name in names if not name.isidentifier()}:
        raise ValueError(f"notice {key}: placeholders must be plain names: {sorted(wrong)}")
    _texts[key] = Text(key, title, body, frozenset(names))
    return key


def check(key: str, context: Mapping[str, Any]) -> None:
    """Raise LookupError for an unknown key, ValueError unless the context fills exactly the placeholders."""
    text = _texts.get(key)
    if text is None:
        raise LookupError(f"unknown notice {key}")
    if context.keys() != text.names:
        raise ValueError(f"notice {key} wants {sorted(text.names)}, got {sorted(context)}")


def words(key: str, context: Mapping[str, Any]) -> Words:
    """Return a notice in the words of the current language. LookupError for an unknown key."""
    text = _texts[key]
    return Words(str(text.title).format_map(context), str(text.body).format_map(context))


def registered() -> dict[str, Text]:
    """Return every registered text by key."""
    return dict(_texts)


def link(subject_type: str, address: Callable[[int], str]) -> None:
    """Say where a subject is shown: ``address(id)`` returns its page. Twice for one type is a ValueError."""
    if subject_type in _links:
        raise ValueError(f"subject {subject_type} has two pages")
    _links[subject_type] = address


def address_of(subject_type: str, subject_id: int) -> str:
    """Return the address of a subject's page, empty when its room has none."""
    address = _links.get(subject_type)
    return address(subject_id) if address else ""
