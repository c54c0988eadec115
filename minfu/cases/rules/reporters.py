"""Whose business a reporter's full name and number are."""

from minfu.accounts.actor import Actor
from minfu.cases import states
from minfu.cases.models import Case, Mode
from minfu.cases.rules import access, asking


def may_reveal(actor: Actor, case: Case) -> bool:
    """Tell whether the actor may see the reporter's contact in full, for a stated purpose.

    Whoever may see who reported at all, and has to speak with them: the desk; and while it is worked on, the lead, a unit that
    was called to help, and whoever took the demand in. Seeing a demand in one's area is no reason to know whose it is.
    """
    return access.may_see_reporter(actor, case) and _speaks_with(actor, case)


def may_read_words(actor: Actor, case: Case) -> bool:
    """Tell whether the actor may read the description with the telephones, numbers and names in it, for a stated purpose.

    As for the contact; of an anonymous demand too, whose words may name a place or a plate that the work needs.
    """
    if not case.personal or access.is_complained_about(actor, case):
        return False
    shown = access.may_see_reporter(actor, case) or (case.mode == Mode.ANONYMOUS and not case.restricted)
    return shown and actor.kind == "staff" and _speaks_with(actor, case)


def _speaks_with(actor: Actor, case: Case) -> bool:
    main = asking.main_of(case)
    if access.plays(actor, case, "desk") or access.plays(actor, main, "desk"):
        return True
    if not states.CASE[main.state].is_open:
        return False
    helps = any(
        row.unit_id == actor.unit_id and row.state in ("called", "coming", "done") for row in main.helps.all()
    )
    took_in = actor.post_id is not None and actor.post_id == case.registered_by_id
    return helps or took_in or access.plays(actor, main, "lead")
