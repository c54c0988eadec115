"""Several demands at once: each through its own verb, each refusal told for its own demand."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from minfu.accounts.actor import Actor
from minfu.cases import rights
from minfu.cases.models import Case
from minfu.cases.rules.actions.dispatch import assign
from minfu.kernel import gate
from minfu.kernel.errors import Refused

#: Demands that one call gives away.
MOST_AT_ONCE = 200


@dataclass
class Assigned:
    """The demands that were given to the unit, and why others were not, by their ids."""

    done: list[Case] = field(default_factory=list)
    refused: list[tuple[int, Refused]] = field(default_factory=list)


def assign_many(*, actor: Actor, case_ids: Sequence[int], unit_id: int, reason: str = "") -> Assigned:
    """Give several waiting demands to one unit. One that is refused holds back no other.

    Only the first ``MOST_AT_ONCE`` are looked at. Raises ``Forbidden`` without the right to dispatch.
    """
    gate.check(actor, rights.DISPATCH)
    found = Assigned()
    for case_id in list(dict.fromkeys(case_ids))[:MOST_AT_ONCE]:
        try:
            found.done.append(assign(actor=actor, case_id=case_id, unit_id=unit_id, reason=reason))
        except Refused as refusal:
            found.refused.append((case_id, refusal))
    return found
