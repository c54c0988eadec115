"""The verbs of the room: one per change."""

from minfu.workbooks.rules.actions.beginning import begin
from minfu.workbooks.rules.actions.filling import answer, mark, settle
from minfu.workbooks.rules.actions.finishing import drop, finish, reopen

__all__ = ["answer", "begin", "drop", "finish", "mark", "reopen", "settle"]
