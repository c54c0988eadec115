"""A step of a demand as a form."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms

from minfu.accounts.actor import Actor
from minfu.cases import states
from minfu.cases.models import Case
from minfu.kernel.forms import Form
from minfu.kernel.models import Event
from minfu.kernel.steps import Step
from minfu.language.normal import clean_input


def words(label: Any, rows: int = 4, **more: Any) -> forms.CharField:
    """Return a field for a text of several lines."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **more)


class StepForm(Form):
    """A step of a demand. ``version`` and ``seen`` (last event read) tell a stale page from a fresh one."""

    step_name: ClassVar[str]
    verb: Callable[..., Any]
    #: What the verb records; a second click is known by it.
    event: ClassVar[str | tuple[str, ...]] = ""
    #: The field whose text the event keeps as its reason.
    said: ClassVar[str] = ""
    #: What else the event keeps: its datum, and the verb's argument it comes from.
    same: ClassVar[Mapping[str, str]] = {}
    versioned: ClassVar[bool] = True
    #: The page itself waits for the demand's lock: for a verb that would do the same thing twice.
    locks: ClassVar[bool] = False

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, actor: Actor, case: Case, **kwargs: Any):
        """Prepare the form for one actor and one demand."""
        super().__init__(*args, **kwargs)
        self.actor, self.case = actor, case
        self.prepare()
        first = next((name for name in self.fields if name not in ("version", "seen")), "")
        if first:
            self.fields[first].widget.attrs["autofocus"] = True

    def prepare(self) -> None:
        """Fill in choices; for subclasses."""

    def repeats(self, lines: Sequence[Event]) -> bool:
        """Tell whether what happened since the page was read is this very step, taken by the same person (a double click)."""
        mine = bool(lines) and all(line.actor_user_id == self.actor.user_id for line in lines)
        return mine and any(self._is(line) for line in lines)

    def _is(self, line: Event) -> bool:
        wanted = self.event if isinstance(self.event, tuple) else (self.event,)
        text = clean_input(str(self.cleaned_data.get(self.said) or "")).text.strip()
        given = self.arguments()
        return (
            line.name in wanted
            and (not self.said or line.reason == text)
            and all(line.data.get(key) == given[name] for key, name in self.same.items())
        )

    @property
    def typed(self) -> dict[str, Any]:
        """Return what was typed, as it was sent; no form of a step has a field with several values."""
        return {name: self.data.get(name) for name in self.data}

    @property
    def step(self) -> Step:
        """Return the step of the state table."""
        return states.CASE.step(self.step_name)

    def arguments(self) -> dict[str, Any]:
        """Return the verb's arguments from what was typed."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "seen")}

    def take(self) -> Any:
        """Take the step; raises what the verb refuses with."""
        more = {"version": self.cleaned_data["version"]} if self.versioned else {}
        return type(self).verb(actor=self.actor, case_id=self.case.pk, **self.arguments(), **more)
