"""Tables of the room: the mediation and its people, what is done in it, its configuration."""

from minfu.disputes.models.config import Term, Way
from minfu.disputes.models.mediation import Mediation, Party, Recusal, Replacement, Seat
from minfu.disputes.models.work import Agreement, Ending, Session, Visit

__all__ = [
    "Agreement",
    "Ending",
    "Mediation",
    "Party",
    "Recusal",
    "Replacement",
    "Seat",
    "Session",
    "Term",
    "Visit",
    "Way",
]
