"""Tables of the room: topics, which demand is in which, and how far the software has come."""

from minfu.topics.models.topic import Membership, Progress, Topic

__all__ = ["Membership", "Progress", "Topic"]
