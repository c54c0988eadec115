"""What of a message to a resident counts in figures; it stands in the event itself, as with demands (``cases/rules/counted.py``).

``message``: no channel brought it for certain, so that a desk phones. It counts for that desk and where it is; nothing of the
resident, nor of what the message is about.
"""

from minfu.accounts.actor import system
from minfu.kernel import record
from minfu.kernel.record import Fact
from minfu.notices import events
from minfu.notices.models import Notice, Why

_COUNTY = "000000"


def failed(notice: Notice) -> None:
    """Record that a message did not arrive for certain; ``notice.why`` says whether it failed or nobody knows. Under its lock."""
    place = notice.desk.division_id if notice.desk else _COUNTY
    mark = {Why.FAILED.value: "unsent", Why.UNKNOWN.value: "unsure"}[notice.why]
    data = {
        "of": [notice.desk_id, "" if place.endswith(_COUNTY) else place, "", "notice", "", 0],
        "counts": {"message": [mark]},
    }
    record.append(("notice", notice.pk), [Fact(events.FAILED, data)], system().stamp)
