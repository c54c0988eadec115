"""Next steps as they stand beside a matter: the likely one first, the rare ones small, each with its key."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from minfu.kernel.steps import Step

#: Steps beyond the ninth have no key: there is no tenth digit.
KEYS = 9


@dataclass(frozen=True)
class Button:
    """A next step as it stands on the screen."""

    step: Step
    url: str
    key: str
    first: bool


def buttons(
    steps: Iterable[Step], *, first: str, rare: Collection[str], address: Callable[[str], str]
) -> tuple[list[Button], list[Button]]:
    """Return the steps in two rows, as ``components/next_steps.html`` shows them: the usual ones, then the rare.

    ``first`` is the step the matter most likely waits for (empty: none), ``address`` returns where a step's form is.
    """
    ordered = sorted(steps, key=lambda step: (step.name != first, step.name in rare, step.danger))
    made = [
        Button(step, address(step.name), str(place) if place <= KEYS else "", step.name == first)
        for place, step in enumerate(ordered, start=1)
    ]
    main = [one for one in made if one.first or one.step.name not in rare]
    return main, [one for one in made if one not in main]
