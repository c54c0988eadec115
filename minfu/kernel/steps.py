"""Transition engine: a room's states are one pure table, and everything else is derived from it.

Buttons, guards, the API's list of next steps, the PostgreSQL trigger and the diagram all read the same ``StateTable``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pgtrigger
from django.utils.translation import gettext_lazy as _

from minfu.kernel.errors import Refused


class StepRefused(Refused):
    """The step is not allowed in the object's present state."""

    code = "step_refused"


@dataclass(frozen=True)
class State:
    """A state: what it is called, whether work goes on in it, and its look (word + shape + colour, never colour alone)."""

    code: str
    label: Any
    is_open: bool
    tone: str = "grey"
    icon: str = "circle"


@dataclass(frozen=True)
class Step:
    """A verb: from which states it may be taken, where it leads, who may, and what it is called on a button.

    ``targets`` empty means that the state stays as it is. ``by`` names the part one must play in the matter (each room
    defines its parts: lead, desk, resident …). ``hint`` says what will happen. ``danger`` asks before doing.
    """

    name: str
    label: Any
    sources: frozenset[str]
    targets: frozenset[str]
    right: str
    by: str = ""
    hint: Any = ""
    danger: bool = False


def step(name: str, label: Any, sources: Iterable[str], targets: Iterable[str] = (), **more: Any) -> Step:
    """Make a ``Step`` from plain iterables."""
    return Step(name=name, label=label, sources=frozenset(sources), targets=frozenset(targets), **more)


@dataclass(frozen=True)
class StateTable:
    """The states and steps of one kind of object. Pure: no database, no web."""

    states: tuple[State, ...]
    initial: frozenset[str]
    steps: tuple[Step, ...]
    _by_code: dict[str, State] = field(init=False, repr=False, compare=False)
    _by_name: dict[str, Step] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the table and refuse (ValueError) a step that names an unknown state."""
        object.__setattr__(self, "_by_code", {state.code: state for state in self.states})
        object.__setattr__(self, "_by_name", {one.name: one for one in self.steps})
        used = set(self.initial).union(*(one.sources | one.targets for one in self.steps))
        if unknown := used - set(self._by_code):
            raise ValueError(f"unknown states {sorted(unknown)}")

    def __getitem__(self, code: str) -> State:
        """Return a state by its code; KeyError if there is none."""
        return self._by_code[code]

    def step(self, name: str) -> Step:
        """Return a step by its name; KeyError if there is none."""
        return self._by_name[name]

    @property
    def choices(self) -> list[tuple[str, Any]]:
        """Return (code, label) pairs for model fields and filters."""
        return [(state.code, state.label) for state in self.states]

    @property
    def open_codes(self) -> list[str]:
        """Return the codes of the states in which work goes on."""
        return [state.code for state in self.states if state.is_open]

    @property
    def end_codes(self) -> list[str]:
        """Return the codes of the states that end the matter."""
        return [state.code for state in self.states if not state.is_open]

    def next_steps(self, code: str) -> list[Step]:
        """Return the steps that may be taken in a state, in the table's order."""
        return [one for one in self.steps if code in one.sources]

    def check(self, code: str, name: str, target: str = "") -> str:
        """Return the state that step ``name`` leads to from ``code``.

        ``target`` chooses among several targets. Raises ``StepRefused`` with a sentence that names the present state.
        """
        taken = self._by_name[name]
        if code not in taken.sources:
            raise StepRefused(
                _("当前状态是“%(state)s”，不能“%(step)s”。请刷新页面查看最新进展。")
                % {"state": self._by_code[code].label, "step": taken.label},
                extra={"state": code, "step": name},
            )
        if not taken.targets:
            return code
        if target:
            if target not in taken.targets:
                raise ValueError(f"step {name} does not lead to {target}")
            return target
        if len(taken.targets) != 1:
            raise ValueError(f"step {name} has several targets: say which")
        return next(iter(taken.targets))

    def transitions(self) -> list[tuple[str, str]]:
        """Return every allowed (from, to) pair, sorted; staying in a state is not a transition."""
        pairs = {(a, b) for one in self.steps for a in one.sources for b in one.targets if a != b}
        return sorted(pairs)

    def trigger(self, name: str, column: str = "state") -> pgtrigger.Trigger:
        """Return the PostgreSQL trigger that refuses every other change of ``column``, on INSERT too."""
        pairs = ", ".join(f"('{a}', '{b}')" for a, b in self.transitions())
        starts = ", ".join(f"'{code}'" for code in sorted(self.initial))
        return pgtrigger.Trigger(
            name=name,
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.UpdateOf(column),  # type: ignore[no-untyped-call]  # the library has no types
            func=f"""
                IF TG_OP = 'INSERT' THEN
                    IF NEW.{column} NOT IN ({starts}) THEN
                        RAISE EXCEPTION 'state % is no initial state of %', NEW.{column}, TG_TABLE_NAME
                            USING ERRCODE = 'check_violation';
                    END IF;
                ELSIF NEW.{column} <> OLD.{column}
                    AND (OLD.{column}, NEW.{column}) NOT IN ({pairs}) THEN
                    RAISE EXCEPTION 'no step leads from % to % in %', OLD.{column}, NEW.{column}, TG_TABLE_NAME
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            """,
        )

    def mermaid(self) -> str:
        """Return the table as a Mermaid state diagram; ``tools/draw_states.py`` writes it into the room's README."""
        lines = ["stateDiagram-v2"]
        lines += [f"    {state.code}: {state.label}" for state in self.states]
        lines += [f"    [*] --> {code}" for code in sorted(self.initial)]
        for one in self.steps:
            lines += [
                f"    {a} --> {b}: {one.label}"
                for a in sorted(one.sources)
                for b in sorted(one.targets)
                if a != b
            ]
        lines += [f"    {code} --> [*]" for code in self.end_codes]
        return "\n".join(lines)
