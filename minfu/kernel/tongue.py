"""What is kept is said in the county's language, in whatever language somebody acts; what is shown, in the reader's."""

from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override


def of_county() -> override:
    """Return a context, also a decorator, in which sentences come out as they are to be kept."""
    return override(settings.LANGUAGE_CODE)


def kept(sentence: Any) -> str:
    """Return a lazy sentence as it is to be kept."""
    with of_county():
        return str(sentence)


def chosen() -> str:
    """Return the language of whoever is answered now, empty when it is the county's."""
    language = get_language() or ""
    return "" if language == settings.LANGUAGE_CODE else language
