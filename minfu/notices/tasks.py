"""The jobs of notices: decide ways, send, bring to an end what hangs; what only its reader may know is not kept."""

from minfu.kernel import jobs
from minfu.notices.rules import catching, delivering, planning, secrets, thinning


@jobs.periodic("* * * * *", queue="default")  # asks no server: not in the lane of those that do
def dispatch() -> None:
    """Every minute, and at once when something is urgent: decide the ways of new notices, and let each channel work."""
    planning.plan()
    delivering.recover()
    delivering.give_up()
    for channel_id in delivering.channels_with_work():
        _let_work(channel_id)


@jobs.task(queue="notices", attempts=1)
def deliver(*, channel_id: int) -> None:
    """Send what is due by one channel; if that takes longer than a shift, in a further job."""
    delivering.deliver(channel_id)
    if channel_id in delivering.channels_with_work():
        _let_work(channel_id)


def _let_work(channel_id: int) -> None:
    """Have the worker send by a channel: one job for each at a time, so that one that hangs holds up only itself."""
    deliver.defer_once(f"notices.channel.{channel_id}", alone=True, channel_id=channel_id)


def dispatch_now() -> None:
    """Have the worker look at once instead of at the next full minute. In the transaction that writes the notice."""
    dispatch.defer_once("notices.dispatch.now")


@jobs.periodic("20 19 * * *")
def forget_caught() -> None:
    """03:20 in Beijing: delete what the catcher kept long ago."""
    catching.forget_old()


@jobs.periodic("40 19 * * *", queue="upkeep")
def thin_deliveries() -> None:
    """03:40 in Beijing: delete deliveries that ended before the log's time, batch after batch."""
    while thinning.thin().deleted:
        pass


@jobs.periodic("*/10 * * * *")
def forget_secrets() -> None:
    """Drop codes and links that were not delivered in time; every ten minutes."""
    secrets.forget_secrets()
