"""What other parts of minfu use of files."""

from minfu.files.checking import check
from minfu.files.disk import NoRoom
from minfu.files.models import StoredFile
from minfu.files.receiving import receive
from minfu.files.serving import are_from, by_ids, open_clean, response
from minfu.files.sniff import accepted

__all__ = [
    "NoRoom",
    "StoredFile",
    "accepted",
    "are_from",
    "by_ids",
    "check",
    "open_clean",
    "receive",
    "response",
]
