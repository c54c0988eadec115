"""Open demands of a village that was merged into another go with it: from then on they are in hand, seen and counted there.

What happened before stays where it happened. A demand that has ended stays too; nothing happens to it any more.
"""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy

from minfu.accounts.actor import Actor, system
from minfu.cases import events
from minfu.cases.models import Case
from minfu.cases.rules.actions._base import Change
from minfu.kernel import clock
from minfu.kernel.tongue import kept
from minfu.places import index

#: Demands moved in one run; the job comes again.
BATCH = 2_000
_WHY = gettext_lazy("%(old)s已并入%(new)s，没有办结的一并转过去。")


def follow_mergers(*, actor: Actor | None = None) -> int:
    """Move open demands of merged villages and townships to where these went, with a trace; return how many moved."""
    actor = actor or system()
    moves = _moves()
    if not moves:
        return 0
    lying = Q(village_code__in=moves) | Q(village_code="", township_code__in=moves)
    found = Case.objects.filter(lying, is_open=True).order_by("pk").values_list("pk", flat=True)
    return sum(_follow(actor, pk, moves) for pk in list(found[:BATCH]))


def _moves() -> dict[str, str]:
    """Return where the villages and townships went that are no more."""
    known = index.current()
    ended = [row for row in known.divisions.values() if row.ended and row.level in ("village", "township")]
    return {row.code: then.code for row in ended if (then := known.current(row.code))}


@transaction.atomic
def _follow(actor: Actor, pk: int, moves: dict[str, str]) -> bool:
    """Move one demand, unless somebody moved or ended it a moment ago."""
    case = Case.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk, is_open=True).first()
    new = moves.get(case.village_code or case.township_code) if case else None
    if case is None or new is None:
        return False
    known = index.current()
    names = {"old": known.label(case.village_code or case.township_code), "new": known.label(new)}
    change = Change(actor=actor, case=case, target=case.state, at=clock.now(), before=case.state)
    is_village = bool(case.village_code)
    case.division_id, case.village_code = new, new if is_village else ""
    case.township_code = new[:9] + "000"
    grid = known.grids.get(case.grid_id or 0)
    if grid is None or grid.village != new:
        case.grid_id = None
    case.place_reason = kept(_WHY) % names
    change.fact(events.PLACED, case.place_reason, place=new, grid=case.grid_id)
    change.done("division", "grid", "village_code", "township_code", "place_reason")
    return True
