"""How often one address may read: everyone may, and nobody so often that others wait."""

from axes.helpers import get_client_ip_address
from django.http import HttpRequest

from minfu.kernel import limits

#: Pages, files and answers one address may have in an hour. Generous: a village, or a university, may stand behind one address.
READ_AN_HOUR, HOUR = 1200, 3600


def limit(request: HttpRequest) -> None:
    """Count one reading from this address; ``TooMany`` (429) beyond the limit."""
    limits.hit(f"opendata:{get_client_ip_address(request) or ''}", limit=READ_AN_HOUR, seconds=HOUR)
