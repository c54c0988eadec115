"""The free text of a step: one way to clean it, to bound it and to ask for it."""

from django.utils.translation import gettext as _

from minfu.kernel.errors import Invalid
from minfu.language.normal import clean_input

MAX_TEXT = 3000  # characters of a report, reason or note


def text(value: str, name: str, question: str, *, longest: int = MAX_TEXT) -> str:
    """Return cleaned free text; ``Invalid`` at field ``name`` when it is too long, or missing where a ``question`` asks."""
    if len(value) > longest:
        raise Invalid(
            {name: [_("最多 %(max)s 字，现在有 %(count)s 字。") % {"max": longest, "count": len(value)}]}
        )
    cleaned = clean_input(value).text.strip()
    if question and not cleaned:
        raise Invalid({name: [question]})
    return cleaned
