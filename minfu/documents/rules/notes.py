"""What is noted while a text is read: the figures it uses, and everything that is wrong with it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from minfu.documents.rules.binding import Bound
from minfu.kernel.errors import Refused
from minfu.papers.official import Block

T = TypeVar("T")


@dataclass(frozen=True)
class Use:
    """A figure where it stands: the line of the text, and what was printed for it.

    ``asked``: nothing was printed, the figure only decided which words stand there.
    """

    line: int
    printed: str
    bound: Bound
    asked: bool = False


@dataclass(frozen=True)
class Piece:
    """A piece of a line: prose, a number with its link, or a block that wants the line for itself."""

    line: int
    text: str = ""
    link: str = ""
    block: Block | None = None


@dataclass
class Notes:
    """Faults by line, and figures, in the order in which they are found."""

    faults: list[tuple[int, str]] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)

    def fault(self, line: int, sentence: str) -> None:
        """Note what is wrong in a line."""
        self.faults.append((line, sentence))

    def use(self, line: int, printed: str, bound: Bound, *, asked: bool = False) -> None:
        """Note a figure, or one that was only ``asked``."""
        self.uses.append(Use(line, printed, bound, asked))

    def asked(self, line: int, ask: Callable[[], T]) -> T | None:
        """Return what a source answers, or note why it does not."""
        try:
            return ask()
        except Refused as refusal:
            for sentence in refusal.sentences():
                self.fault(line, sentence)
            return None
