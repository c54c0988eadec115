"""The tables of notices."""

from minfu.notices.models.channels import Caught, Channel, Health, Reach
from minfu.notices.models.deliveries import Delivery
from minfu.notices.models.keeping import Keeping
from minfu.notices.models.notice import Notice, Urgency, Why
from minfu.notices.models.wordings import Wording

__all__ = [
    "Caught",
    "Channel",
    "Delivery",
    "Health",
    "Keeping",
    "Notice",
    "Reach",
    "Urgency",
    "Why",
    "Wording",
]
