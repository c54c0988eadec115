"""What ``minfu doctor`` asks: each part of the system registers its checks."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One answer: about what, whether it is well, the words for people, and what to do."""

    what: str
    well: bool
    words: str
    remedy: str = ""


#: Told how far a long check is: steps done, steps in all.
Progress = Callable[[int, int], None]
Check = Callable[[Progress], Iterable[Finding]]
_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Add a check, run in the order of registration; a second one of the same name is a ValueError."""
    if name in _checks:
        raise ValueError(f"check {name} is registered twice")
    _checks[name] = check


def checks() -> dict[str, Check]:
    """Return every registered check by name."""
    return dict(_checks)


def run(name: str, progress: Progress) -> Iterator[Finding]:
    """Run one check; that it breaks is a finding too, and does not keep the others from running."""
    try:
        yield from _checks[name](progress)
    except Exception as error:  # noqa: BLE001 - a broken check must not hide the others
        yield Finding(name, well=False, words=f"检查没有完成({type(error).__name__}:{error})")
