"""Jobs of the room: alarms, pauses that ran out, counts, deadlines after a new calendar, what demands are searched by."""

from minfu.cases.rules import actions, learning, retention, search_entries, search_pairs, tables
from minfu.kernel import jobs


@jobs.periodic("* * * * *", queue="deadlines")
def sweep_deadlines() -> None:
    """Sound reminders and escalations that are due."""
    actions.sweep()


@jobs.periodic("*/5 * * * *", queue="deadlines")
def resume_ended_pauses() -> None:
    """Resume demands whose pause or deferral has run out."""
    actions.resume_ended()


@jobs.periodic("*/2 * * * *", queue="upkeep")
def fold_tallies() -> None:
    """Fold the counts' deltas, batch after batch."""
    while actions.fold_tallies():
        pass


@jobs.periodic("5 * * * *", queue="upkeep")
def follow_mergers() -> None:
    """Every hour: move open demands of merged villages to where these went."""
    actions.follow_mergers()


@jobs.task(queue="deadlines")
def recount_deadlines() -> None:
    """Count open deadlines again; deferred when a new working calendar is imported."""
    actions.recount()


@jobs.task()
def run_table(run: int) -> None:
    """Do an import that was started on a screen; deferred when one is recorded as waiting."""
    tables.run(run)


@jobs.periodic("30 23 * * *", queue="upkeep")
def watch_model() -> None:
    """Tell the administrators, each day at 7:30 in China, while the category model in use cannot be read."""
    learning.tell_of_trouble()


@jobs.periodic("20 18 * * *")
def clear_tables() -> None:
    """Forget uploaded tables after some days, at 2:20 in China."""
    tables.clear_old()


@jobs.periodic("40 17 * * *", queue="upkeep")
def erase_identities() -> None:
    """Erase residents' identities whose time is over, batch after batch, at 1:40 in China."""
    while retention.erase_due():
        pass


@jobs.task(queue="upkeep")
def recount_retention() -> None:
    """Count again until when identities are kept; deferred for the day on which a changed rule begins to hold."""
    after = retention.recount()
    while after:
        after = retention.recount(after=after)


@jobs.periodic("* * * * * */5", queue="upkeep", attempts=3)
def follow_for_search() -> None:
    """Every five seconds: make what changed findable by its words."""
    search_entries.keep_up()


@jobs.periodic("10 19 * * *", queue="upkeep")
def learn_pairs() -> None:
    """Learn how often pairs of characters stand in demands, and how they are said, at 3:10 in China."""
    search_pairs.learn()
