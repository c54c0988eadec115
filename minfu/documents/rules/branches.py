"""The conditions of a text: {% if %}, {% else %}, {% endif %}; everything else is refused, loops by name. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from minfu.documents.rules.binding import Source
from minfu.documents.rules.notes import Notes

_COMPARED = re.compile(r"if\s+([a-z_]+)(\s+before)?\s*(>=|<=|==|!=|>|<)\s*(-?\d+(?:\.\d+)?)")
_HELD = re.compile(r"if\s+has\s+([a-z_]+)(\s+before)?")
_COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    ">": lambda a, b: a > b, "<": lambda a, b: a < b, ">=": lambda a, b: a >= b, "<=": lambda a, b: a <= b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
}  # fmt: skip
_LOOPS = {"for", "while", "cycle", "regroup"}


@dataclass
class _Branch:
    """A branch that is open: where it began, whether it is taken (None: its condition is at fault), and after its else."""

    line: int
    taken: bool | None
    turned: bool = False


class Branches:
    """The branches open at a place of the text."""

    def __init__(self, source: Source, notes: Notes):
        """Take where figures come from and where faults go."""
        self._source, self._notes = source, notes
        self._open: list[_Branch] = []

    @property
    def shown(self) -> bool:
        """Tell whether what stands here is printed."""
        return all(one.taken is True for one in self._open)

    def read(self, contents: str, line: int) -> None:
        """Read what stands between {% and %}."""
        word = contents.split(None, 1)[0] if contents.strip() else ""
        if word == "if":
            self._open.append(_Branch(line, self.shown and self._decided(contents.strip(), line)))
        elif word in {"else", "endif"} and not self._open:
            self._notes.fault(line, _("“{%% %(word)s %%}”之前没有“{%% if %%}”。") % {"word": word})
        elif word == "else":
            self._otherwise(self._open[-1], line)
        elif word == "endif":
            self._open.pop()
        elif word in _LOOPS:
            self._notes.fault(
                line,
                _("模板里不能写循环“%(word)s”。要列出各村、各单位的数，请写 {{ table 指标 by place }}。")
                % {"word": word},
            )
        else:
            self._notes.fault(line, _("不认识“%(word)s”。模板里只有 if、else、endif。") % {"word": word[:40]})

    def _otherwise(self, branch: _Branch, line: int) -> None:
        if branch.turned:
            self._notes.fault(line, _("一个“{% if %}”只能有一个“{% else %}”。"))
        branch.turned = True
        branch.taken = None if branch.taken is None else not branch.taken

    def end(self) -> None:
        """Note every branch that was left open."""
        for left in self._open:
            self._notes.fault(left.line, _("“{% if %}”没有对应的“{% endif %}”。"))

    def _decided(self, contents: str, line: int) -> bool | None:
        held = _HELD.fullmatch(contents)
        found = held or _COMPARED.fullmatch(contents)
        if not found:
            self._notes.fault(line, _("条件请写成“if 指标 > 0”，前后用花括号和百分号括起来。"))
            return None
        name, before = found[1], bool(found[2])
        bound = self._notes.asked(line, lambda: self._source.figure(name, before=before))
        if bound is None:
            return None
        if bound.value is None and not held:
            self._notes.fault(line, _("“%(title)s”这一时段没有数，不能用作条件。") % {"title": bound.title})
            return None
        # What a branch was taken for is asked again before the document is issued, like a number that is printed.
        self._notes.use(line, bound.shown, bound, asked=True)
        if held or bound.value is None:
            return bound.value is not None
        return _COMPARE[found[3]](bound.value, Decimal(found[4]))
