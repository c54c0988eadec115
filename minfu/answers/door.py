"""The door: what forms, tables and documents ask of answers.

A form fills itself in like this::

    found = door.known_many([("households", "350922204200", "2026-H1"), …])     # one statement
    found["households", "350922204200", "2026-H1"].value                        # Decimal, str or date; .href leads to its history
    door.tell(actor=actor, item="households", area="350922204200", period="2026-H1", value="312", source="村级台账")

Whose answers an actor may see is ``visible_to``; ``known`` asks nobody's rights: nothing here is about a person, and what is
filled in by itself is the same whoever opens the form. Keys of areas are those of figures ("c", 12 digits, "u12"), periods too.
"""

from minfu.answers.models import Answer, Item, Span
from minfu.answers.rules.access import get_item as item
from minfu.answers.rules.access import get_items as items
from minfu.answers.rules.access import may_tell, visible_to
from minfu.answers.rules.actions import Telling, correct, declare, end, note_use, set_synonym, tell, tell_many
from minfu.answers.rules.declared import Declaration, refuse_personal, refuse_personal_text
from minfu.answers.rules.known import Asked, Known, known_many
from minfu.answers.rules.known import of as known_of
from minfu.answers.rules.matching import Match, item_named, items_like, matches, matches_many, titles_of
from minfu.answers.rules.naming import bare, plain
from minfu.answers.rules.shipped import load_defaults
from minfu.answers.rules.slots import area_of
from minfu.answers.rules.values import shown, typed

__all__ = [
    "SPANS",
    "Answer",
    "Asked",
    "Declaration",
    "Item",
    "Known",
    "Match",
    "Telling",
    "area_of",
    "bare",
    "correct",
    "declare",
    "end",
    "item",
    "item_named",
    "items",
    "items_like",
    "known",
    "known_many",
    "known_of",
    "load_defaults",
    "matches",
    "matches_many",
    "may_tell",
    "note_use",
    "plain",
    "refuse_personal",
    "refuse_personal_text",
    "set_synonym",
    "shown",
    "tell",
    "tell_many",
    "titles_of",
    "typed",
    "visible_to",
]

#: How often an item is told, and what people call it.
SPANS = Span.choices


def known(item_key: str, area: str, period: str) -> Known | None:
    """Return what is known of an item for a place or unit and a period (of a standing item: its last day); None for nothing."""
    return known_many([(item_key, area, period)]).get((item_key, area, period))
