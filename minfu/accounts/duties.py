"""What the duty codes of units are called: the room that routes by them says it when it is ready."""

from collections.abc import Mapping

_names: dict[str, str] = {}


def describe(names: Mapping[str, str]) -> None:
    """Say what duties are called, by code; a later name of a code holds."""
    _names.update(names)


def name_of(code: str) -> str:
    """Return what a duty is called; its code when nobody said."""
    return _names.get(code, code)


def choices(present: str = "") -> list[tuple[str, str]]:
    """Return the duties one can choose, by code and name; the ``present`` one too when nobody named it."""
    rows = list(_names.items())
    return rows if not present or present in _names else [*rows, (present, present)]
