"""What ``minfu doctor`` asks: each part of the system registers its checks."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import OperationalError, ProgrammingError
from psycopg import errors


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
    except (ProgrammingError, OperationalError) as error:
        yield _without_tables(name, error)
    except Exception as error:  # noqa: BLE001 - a broken check must not hide the others
        yield Finding(name, well=False, words=f"检查没有完成({type(error).__name__}:{error})")


def _without_tables(name: str, error: Exception) -> Finding:
    """Return the finding for a check that found no tables to look at, or no database."""
    if isinstance(error.__cause__, errors.UndefinedTable | errors.UndefinedColumn):
        return Finding(
            name,
            well=False,
            words="没有检查:数据表还没有建立,或不是最新的",
            remedy="请启动(正在运行的,先停止再启动):make up,启动时会建立。",
        )
    if isinstance(error, OperationalError):
        return Finding(
            name, well=False, words="没有检查:数据库没有应答", remedy="请先排除“数据库”一项的问题。"
        )
    return Finding(name, well=False, words=f"检查没有完成({type(error).__name__}:{error})")
