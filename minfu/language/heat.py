"""How hot a topic is: how many different people told of the same thing lately. Pure: no database, no county."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

#: How far back heat looks: a lifetime would put slow broad matters above what moves people now.
WINDOW = timedelta(days=30)
#: A text this much like all the others, on average, tells of the same thing for two thirds of what it says.
ONE_THING = 0.25
#: Fewer people than this are no topic for a board.
FEWEST = 3


def oneness(likeness: Sequence[float] | NDArray[np.floating]) -> float:
    """Return how much of what some texts say is one thing, from 0 to 1, by how alike each is to the others on average.

    Each text speaks for itself: two copies and a text about something else are two thirds of one thing, however alike the
    copies are. A broad subject or a mere place is told of in words that differ; by the square it stays below one matter
    that moves fewer people.
    """
    alike = np.maximum(np.asarray(likeness, float), 0) / ONE_THING
    return float((1 - np.exp(-(alike**2))).mean())


def heat(people: int, cohesion: float) -> float:
    """Return the heat of a topic: distinct people within the window, by how much they tell of one thing (``oneness``).

    Messages do not count: who writes ninety times is one person.
    """
    return people * cohesion
