"""Jobs of the storey: an edition a day."""

import logging

from minfu.figures.door import Building
from minfu.kernel import jobs
from minfu.opendata.rules import editions

log = logging.getLogger(__name__)


@jobs.periodic("*/20 * * * *", queue="upkeep")
def refresh() -> None:
    """Make today's edition if it is not there yet; while figures are counted anew, the next run does."""
    try:
        editions.make_today()
    except Building:
        log.info("figures are being counted anew; the edition waits")
