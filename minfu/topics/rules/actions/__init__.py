"""The verbs of the room: one per change. What they decide, the software does not undo."""

from minfu.topics.rules.actions.arrange import dismiss, merge, rename, restore, split
from minfu.topics.rules.actions.matter import put_down, report, send_back, take_up, verify

__all__ = [
    "dismiss",
    "merge",
    "put_down",
    "rename",
    "report",
    "restore",
    "send_back",
    "split",
    "take_up",
    "verify",
]
