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


Check = Callable[[], Iterable[Finding]]
_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Add a check, run in the order of registration; a second one of the same name is a ValueError."""
    if name in _checks:
        raise ValueError(f"check {name} is registered twice")
    _checks[name] = check


def findings() -> Iterator[Finding]:
    """Run every check; one that breaks is a finding too and does not keep the others from running."""
    for name, check in _checks.items():
        try:
            yield from check()
        except Exception as error:  # noqa: BLE001 - a broken check must not hide the others
            yield Finding(name, well=False, words=f"检查没有完成({type(error).__name__}: {error})")
