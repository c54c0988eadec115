"""The catalogues of sentences in ``locale/``: gather, convert, compile. Needs no GNU gettext.

``tools/messages.py`` reads every sentence marked for translation out of the source and brings both catalogues up to date:
Traditional Chinese is generated anew each time (OpenCC, then ``locale/zh_Hant/terms.csv``), English keeps what was
translated and shows what is missing. ``tools/messages.py compile`` writes the ``.mo`` files that are older than their
``.po``; setting up does it. The sentences in the source are Simplified Chinese, so that language needs no catalogue.
"""

import csv
import io
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
LOCALE = ROOT / "locale"
SOURCES = ("config", "minfu", "templates")
#: Function → which arguments are texts, as Babel wants it; ``_now`` and ``_text`` are names under which files import gettext.
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "_now": None,
    "_text": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
#: Terms written otherwise than OpenCC would: Simplified, Traditional. A whole sentence may stand there too.
TERMS = LOCALE / "zh_Hant" / "terms.csv"


@dataclass(frozen=True, order=True)
class Message:
    """One text to translate: context and plural are empty where there is none; ``places`` are files."""

    text: str
    context: str = ""
    plural: str = ""
    places: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What a catalogue finds it by."""
        return self.text, self.context


def catalogue(locale: str) -> Path:
    """Return the path of a locale's catalogue."""
    return LOCALE / locale / "LC_MESSAGES" / "django.po"


def sources() -> Iterator[Path]:
    """Yield the files whose texts people read; tests read none."""
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and not {"tests", "migrations"} & set(path.parts):
                yield path


def _found_in(path: Path) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the texts and the context of each call in a file of Python, or of Django's template language."""
    from babel.messages.extract import extract
    from django.utils.translation.template import templatize

    text = path.read_text(encoding="utf-8")
    method = "python"
    if path.suffix != ".py":
        # Django writes its tags as calls; the lexer of JavaScript reads them among the rest, which is no Python.
        text, method = re.sub(r"\bu(?=['\"])", "", templatize(text)), "javascript"
    for _line, words, _comments, context in extract(method, io.BytesIO(text.encode()), KEYWORDS):
        texts = (words,) if isinstance(words, str) else tuple(words)
        yield tuple(one for one in texts if one != context), context or ""


def gathered() -> dict[tuple[str, str], Message]:
    """Return every message of the source by its key."""
    found: dict[tuple[str, str], Message] = {}
    for path in sources():
        place = path.relative_to(ROOT).as_posix()
        for texts, context in _found_in(path):
            text, plural = texts[0], "".join(texts[1:2])
            if not text:
                continue
            known = found.get((text, context), Message(text, context, plural))
            places = (*known.places, *([] if place in known.places else [place]))
            found[text, context] = Message(text, context, known.plural or plural, places)
    return found


def terms() -> dict[str, str]:
    """Return the table kept by hand: Simplified → Traditional."""
    with TERMS.open(encoding="utf-8", newline="") as file:
        return {row["simplified"]: row["traditional"] for row in csv.DictReader(file)}


class Traditional:
    """Turns Simplified Chinese into Traditional as it is written in Taiwan, but for the terms kept by hand."""

    def __init__(self) -> None:
        from opencc import OpenCC

        self._convert = OpenCC("s2twp").convert
        self._terms = terms()
        longest_first = sorted(self._terms, key=len, reverse=True)
        self._split = re.compile("(" + "|".join(map(re.escape, longest_first)) + ")")

    def __call__(self, text: str) -> str:
        """Return ``text`` in Traditional Chinese; placeholders and tags pass unchanged."""
        parts = self._split.split(text)
        return "".join(self._terms.get(part) or str(self._convert(part)) for part in parts)


#: Lines of a catalogue's head that would change with every run, or say nothing.
_HEAD = re.compile(
    r'"(?:POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Report-Msgid[^:]*|Generated-By|Project-Id-Version): '
    r'.*\\n"\n'
)


def read(path: Path) -> "Catalog":
    """Return a catalogue; an empty one where there is none yet."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    locale = path.parent.parent.name
    return read_po(io.BytesIO(path.read_bytes()), locale=locale) if path.exists() else Catalog(locale=locale)


def _kept(old: "Catalog", message: Message) -> str | tuple[str, ...]:
    """Return what a catalogue says for a message, "" for nothing; what is only likely counts as nothing."""
    found = old.get(message.text, context=message.context or None)
    return (
        ""
        if found is None or found.fuzzy or not found.string
        else cast("str | tuple[str, ...]", found.string)
    )


def updated(locale: str, messages: Mapping[tuple[str, str], Message]) -> tuple[bytes, list[str]]:
    """Return a catalogue with exactly ``messages``, and the texts that still want translating."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    old, new = (
        read(catalogue(locale)),
        Catalog(locale=locale, fuzzy=False, header_comment=f"# minfu: {locale}"),
    )
    convert, missing = Traditional() if locale == "zh_Hant" else None, []
    for message in sorted(messages.values()):
        string = convert(message.text) if convert else _kept(old, message)
        if message.plural and isinstance(string, str):
            string = (string,) * new.num_plurals
        if not string or not all(string):
            missing.append(message.text)
        new.add(
            (message.text, message.plural) if message.plural else message.text,
            string,
            locations=[(place, 0) for place in message.places],
            context=message.context or None,
        )
    out = io.BytesIO()
    write_po(out, new, width=0, include_lineno=False)
    return _HEAD.sub("", out.getvalue().decode()).encode(), missing


def update() -> int:
    """Write both catalogues; say what English lacks. Return the number of missing texts."""
    messages = gathered()
    count = 0
    for locale in ("zh_Hant", "en"):
        content, missing = updated(locale, messages)
        catalogue(locale).parent.mkdir(parents=True, exist_ok=True)
        catalogue(locale).write_bytes(content)
        print(f"{locale}: {len(messages)} texts, {len(missing)} missing")
        count += len(missing)
        for text in missing[:20]:
            print(f"  {text}")
    compile_all()
    return count


def compile_all() -> None:
    """Write each ``.mo`` that is missing or older than its ``.po``; several processes may do so at once."""
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        from babel.messages.mofile import write_mo

        half = target.with_suffix(f".{os.getpid()}")
        with half.open("wb") as file:
            write_mo(file, read(path))
        half.replace(target)


def main() -> None:
    """Update or compile; exit with 1 while texts are missing."""
    if sys.argv[1:] == ["compile"]:
        compile_all()
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(bool(update()))


if __name__ == "__main__":
    main()
