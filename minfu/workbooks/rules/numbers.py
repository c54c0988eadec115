"""Numbers as people type them. Pure."""

from decimal import Decimal


def as_number(text: str, *, percent: bool = False) -> Decimal | str:
    """Return a typed number as it is written; in a cell of percent a hundredth of it. What is no number stays a text."""
    plain = text.replace(",", "").removesuffix("%")
    if not plain or not plain.replace(".", "", 1).removeprefix("-").isdecimal():
        return text
    return Decimal(plain) / 100 if percent else Decimal(plain)
