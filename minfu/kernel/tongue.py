"""What is kept is said in the county's language, in whatever language somebody acts; what is shown, in the reader's."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, override


def of_county() -> AbstractContextManager[None]:
    """Return a context in which sentences come out as they are to be kept; nearly always they do already."""
    return nullcontext() if get_language() == settings.LANGUAGE_CODE else override(settings.LANGUAGE_CODE)


def kept(sentence: Any) -> str:
    """Return a lazy sentence as it is to be kept."""
    with of_county():
        return str(sentence)


def chosen() -> str:
    """Return the language of whoever is answered now, empty when it is the county's."""
    language = get_language() or ""
    return "" if language == settings.LANGUAGE_CODE else language
