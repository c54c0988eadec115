"""What the room needs of the house and cannot know: set by ``site/wiring.py``."""

from collections.abc import Callable

#: Locks the demand a hazard hangs on, so that verbs of both rooms take their locks in one order: demand, then hazard.
lock_case: list[Callable[[int], None]] = []


def lock(case_id: int) -> None:
    """Lock the demand, if anything is wired."""
    for call in lock_case:
        call(case_id)
