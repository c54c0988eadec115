"""What part a place plays in a text: where it happened, where the caller lives, where someone went. Pure.

Read from the few words before and after a name. Where nothing tells, it is where it happened.
"""

from enum import IntEnum

from minfu.places import cues

#: Characters before and after a name that are read.
BEFORE, AFTER = 10, 10


class Part(IntEnum):
    """What a place is in a text; a greater one is rather where it happened."""

    DENIED = 0
    ELSEWHERE = 1
    NEAR = 2
    OFFICE = 3
    HOME = 4
    PASSED = 5
    SCENE = 6
    LABELLED = 7


#: "Our village": the village of who writes.
OURS = cues.after("ours")
#: What tells a part, in this order: words before, words after; both where both are given.
_RULES = (
    (Part.DENIED, cues.before("denied"), None),
    (Part.LABELLED, cues.before("labelled"), None),
    (Part.ELSEWHERE, cues.before("goes"), cues.after("elsewhere_after")),
    (Part.OFFICE, cues.before("office_before"), cues.after("office_after")),
    (Part.HOME, cues.before("home_before"), None),
    (Part.HOME, None, cues.after("home_after")),
    (Part.ELSEWHERE, cues.before("from"), cues.after("from_after")),
    (Part.NEAR, cues.before("near_before"), None),
    (Part.NEAR, None, cues.after("near_after")),
    (Part.PASSED, cues.before("passed"), None),
)


def part(text: str, start: int, end: int) -> Part:
    """Return what a place named at ``start``–``end`` of a text is in it."""
    first, last = max(0, start - BEFORE), min(len(text), end + AFTER)
    for told, before, after in _RULES:
        if (before is None or before.search(text, first, start)) and (
            after is None or after.match(text, end, last)
        ):
            return told
    return Part.SCENE
