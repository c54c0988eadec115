"""The jobs of webhooks: look what happened, send it, forget what is old."""

from minfu.kernel import jobs
from minfu.webhooks.rules import collecting, sending


@jobs.periodic(
    "* * * * * */10", queue="default", attempts=3
)  # asks no server: not in the lane of those that do
def look() -> None:
    """Every ten seconds: write down what happened since, and let each address with something due be sent it."""
    collecting.collect()
    for endpoint_id in sending.endpoints_with_work():
        send.defer_once(f"webhooks.send.{endpoint_id}", alone=True, endpoint_id=endpoint_id)


@jobs.task(queue="outward")
def send(endpoint_id: int) -> None:
    """Send what is due to one address; never two of these jobs at a time for one."""
    sending.send_due(endpoint_id)


@jobs.periodic("43 18 * * *")
def forget_old() -> None:
    """Every night: delete what is older than the log is kept."""
    sending.forget_old()
