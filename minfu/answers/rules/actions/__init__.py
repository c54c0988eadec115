"""The verbs: declare and end an item, tell and correct an answer, note who used one, say that a word means another."""

from minfu.answers.rules.actions.items import declare, end, set_synonym
from minfu.answers.rules.actions.telling import Telling, correct, note_use, tell, tell_many

__all__ = ["Telling", "correct", "declare", "end", "note_use", "set_synonym", "tell", "tell_many"]
