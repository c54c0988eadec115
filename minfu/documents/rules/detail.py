"""Everything an actor may see of one document: the page and the API show the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from minfu.accounts.actor import Actor
from minfu.documents import events, states
from minfu.documents.models import Document
from minfu.documents.rules import access, composing, stored
from minfu.documents.rules.actions.writing import compose
from minfu.kernel import clock, record
from minfu.kernel.errors import Refused
from minfu.kernel.models import Event
from minfu.kernel.steps import State, Step
from minfu.papers.official import Block, Heading, Official, Run, Table, model


@dataclass(frozen=True)
class Shown:
    """A block as a screen shows it: ``tag`` is p, h2 to h5 or table; runs of text with their links."""

    tag: str
    runs: tuple[Run, ...] = ()
    titles: tuple[str, ...] = ()
    rows: tuple[tuple[tuple[Run, ...], ...], ...] = ()


@dataclass(frozen=True)
class Detail:
    """A document with what it says: ``faults`` say what of a draft cannot stand; there is no ``content`` if its text cannot."""

    row: Document
    state: State
    content: Mapping[str, Any] | None
    faults: Sequence[str]
    history: list[Event]
    next_steps: list[Step]
    successors: list[Document]

    @property
    def shown(self) -> list[Shown]:
        """Return its text for a screen."""
        return (
            [shown(label, one) for label, one in model.labelled(stored.blocks(self.content))]
            if self.content
            else []
        )

    @property
    def uses(self) -> list[Mapping[str, Any]]:
        """Return its figures, each once; ``read_at`` is when it was read, in words."""
        uses = composing.once(self.content["uses"]) if self.content else []
        return [{**one, "read_at": composing.read_at(one)} for one in uses]


def content_of(actor: Actor, row: Document) -> Mapping[str, Any]:
    """Return what a document says: as it was submitted, of a draft with its figures of now; ``Invalid`` for what cannot stand."""
    if row.state in (states.DRAFT, states.DROPPED) or row.content is None:
        return stored.kept(compose(actor, row))
    kept: Mapping[str, Any] = row.content
    return kept


def paper(actor: Actor, row: Document) -> Official:
    """Return the document to be laid out."""
    return composing.official(row, content_of(actor, row), clock.today())


def detail(actor: Actor, row: Document) -> Detail:
    """Return what ``actor`` may see of ``row``, which they fetched through ``access``."""
    content, faults = None, []
    try:
        content = content_of(actor, row)
        if row.state == states.DRAFT:
            model.check(composing.official(row, content, clock.today()))
    except Refused as refusal:
        faults = refusal.sentences()
    return Detail(
        row=row,
        state=states.DOCUMENT[row.state],
        content=content,
        faults=faults,
        history=list(reversed(record.history((events.SUBJECT, row.pk)))),
        next_steps=access.next_steps(actor, row),
        successors=list(access.visible_to(actor).filter(replaces=row).order_by("pk")),
    )


def shown(label: str, one: Block) -> Shown:
    """Return a block for a screen."""
    if isinstance(one, Heading):
        return Shown(f"h{one.level + 2}", (Run(label), *one.text))
    if isinstance(one, Table):
        return Shown("table", titles=one.titles, rows=one.rows)
    return Shown("p", getattr(one, "runs", ()))
