"""A title for a topic out of its own texts: the first words of one that speaks for all, without polite phrases. Pure."""

import re
from collections.abc import Iterable

from minfu.topics.models.topic import TITLE

#: Characters a title has at least, and of a text at most.
SHORTEST, LONGEST = 4, 30
#: What people say before they come to the matter.
_POLITE = re.compile(
    r"^(?:尊敬的[^，,：:。]{0,12}|各位领导|领导|您好|你好|请问|咨询一下|咨询|我要投诉|我想投诉|投诉|举报|我要反映|我想反映|来电反映|来电人反映|市民反映|"
    r"居民反映|村民反映|群众反映|反映|关于|强烈要求|希望有关部门|希望|建议|求助|诉求|[，,。：:！!、；;\s])+"
)
_ENDS = re.compile(r"[。！？!?；;\n\r]")
_COMMAS = re.compile(r"[，,：:\s]")
#: Personal data: stars stand in its place.
_HIDDEN = "*"


def title_of(texts: Iterable[str]) -> str:
    """Return a title out of texts, those that speak for all first. One without stars for personal data is taken first."""
    found = [title for text in texts if (title := _lead(text))]
    plain = [title for title in found if _HIDDEN not in title]
    return (plain or found or [""])[0][:TITLE]


def _lead(text: str) -> str:
    """Return what a text begins with: whole clauses as far as they fit, else its first characters; empty for hardly any."""
    sentence = next((part for one in _ENDS.split(text) if len(part := _POLITE.sub("", one)) >= SHORTEST), "")
    if len(sentence) <= LONGEST:
        return sentence.strip("，,：: ")
    whole = [one.start() for one in _COMMAS.finditer(sentence) if SHORTEST <= one.start() <= LONGEST]
    return sentence[: whole[-1]] if whole else sentence[: LONGEST - 1] + "…"
