"""What each step of a document needs."""

from typing import Annotated

from pydantic import Field, StringConstraints

from minfu.kernel.api import Id, In, Line

Version = Annotated[int | None, Field(ge=1, le=2**31 - 1)]
Prose = Annotated[str, StringConstraints(max_length=100_000, pattern=r"^[^\x00]*$")]
Key = Annotated[str, StringConstraints(max_length=40, pattern=r"^[0-9A-Za-z~_-]*$")]


class BeginsDocument(In):
    """Which template, about which place, of which time."""

    template: Key
    area: Key = ""
    """A township's or village's code, `u12` for a unit; left out, the caller's own area."""
    period: Key
    """2026-W47, 2026-11, 2026-Q4, 2026-H1, 2026: one that is over."""


class DocumentStep(In):
    """What every step takes."""

    version: Version = None
    """The version last seen, if not sent as `If-Match`; left out, the step is taken on any."""


class WritesDocument(DocumentStep):
    """The text with its figures, and what stands around it."""

    text: Prose
    head: Line
    title: Line
    signed_by: Line
    addressees: Line = ""
    copies: Line = ""
    signer: Line = ""
    secrecy: Line = ""
    urgency: Line = ""
    note: Line = ""
    sealed: bool = True


class TellsWhy(DocumentStep):
    """Why."""

    reason: Prose


class TakesNumber(DocumentStep):
    """From which register of the unit."""

    register_id: Id
