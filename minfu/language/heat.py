"""How hot a topic is: how many different people told of the same thing lately. Pure: no database, no county."""

from datetime import timedelta

#: How far back heat looks: a lifetime would put slow broad matters above what moves people now.
WINDOW = timedelta(days=30)
#: Texts that are so alike on average tell of one thing.
ONE_THING = 0.3
#: Texts less alike than this share common words only: no topic for a board, however many they are.
LOOSE = 0.05
#: Fewer people than this are no topic for a board.
FEWEST = 3


def heat(people: int, cohesion: float) -> float:
    """Return the heat of a topic: distinct people within the window, by how much they tell of one thing (``Stream.cohesion``).

    Messages do not count: who writes ninety times is one person. A broad subject or a mere place is told of in words that
    differ; by the square, it does not stand above a single matter that moves fewer people.
    """
    return people * float(min(1.0, max(cohesion, 0.0) / ONE_THING) ** 2)
