"""Small cells: in public a number so small that it may tell of persons is not shown, nor what would give it away."""

from collections.abc import Mapping

from django.conf import settings

#: What stands for a number that is not shown.
HIDDEN = None


def suppressed(cells: Mapping[str, int], least: int | None = None) -> dict[str, int | None]:
    """Return the numbers of one row whose total is known, None where it is not shown.

    Numbers from 1 to below ``least`` (``MINFU_SMALL_CELLS``) are hidden; nought tells of nobody. When what is hidden could be
    worked out from the total, the smallest of the others is hidden too: at least two cells are, together they hold at
    least ``least``, and more than one each: of five cells that hold five everyone would know that each holds one.
    """
    least = settings.MINFU_SMALL_CELLS if least is None else least
    hidden = {key for key, number in cells.items() if 0 < number < least}
    if not hidden:
        return dict(cells)
    others = sorted((number, key) for key, number in cells.items() if key not in hidden and number)
    while others and (len(hidden) < 2 or sum(cells[key] for key in hidden) < max(least, len(hidden) + 1)):  # noqa: PLR2004 - one alone is the rest
        hidden.add(others.pop(0)[1])
    return {key: HIDDEN if key in hidden else number for key, number in cells.items()}


def total(cells: Mapping[str, int], least: int | None = None) -> int | None:
    """Return the total of a row as it may be shown: None when it is small, or when the one small cell is all there is."""
    least = settings.MINFU_SMALL_CELLS if least is None else least
    whole = sum(cells.values())
    shown = suppressed(cells, least)
    hidden = [key for key, number in shown.items() if number is HIDDEN]
    alone = len(hidden) == 1
    ones = bool(hidden) and sum(cells[key] for key in hidden) == len(hidden)
    return None if 0 < whole < least or alone or ones else whole
