"""What the screens of notices share."""

#: Rows of a list in sight at once.
PAGE = 40


def number_of(text: str) -> int | None:
    """Return a whole number of at most 18 digits, None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None  # noqa: PLR2004 - fits bigint
