"""Everything an actor may see of one topic, in one place: the page and the API show the same."""

from dataclasses import dataclass

from minfu.accounts.actor import Actor
from minfu.kernel import record
from minfu.kernel.models import Event
from minfu.kernel.steps import State, Step
from minfu.topics import events, states
from minfu.topics.models import Topic
from minfu.topics.rules import access, counting


@dataclass(frozen=True)
class Detail:
    """A topic with all that hangs on it, its demands left aside."""

    row: Topic
    state: State
    trend: list[int]
    places: list[tuple[str, int]]
    history: list[Event]
    next_steps: list[Step]
    #: Demands that came in after it was found solved.
    since_solved: int


def detail(actor: Actor, row: Topic) -> Detail:
    """Return what ``actor`` may see of ``row``, which they fetched through ``access``."""
    since = row.memberships.filter(at__gt=row.solved_at).count() if row.solved_at else 0
    return Detail(
        row=row,
        state=states.TOPIC[row.state],
        trend=counting.trends([row.pk])[row.pk],
        places=counting.places(row).most_common(),
        history=list(reversed(record.history((events.SUBJECT, row.pk)))),
        next_steps=access.next_steps(actor, row),
        since_solved=since,
    )
