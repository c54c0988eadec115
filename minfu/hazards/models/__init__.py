"""Tables of the room: the hazard, what is done about it, alarms, configuration."""

from minfu.hazards.models.alarm import Alarm, Call
from minfu.hazards.models.config import AlarmStep, Grade
from minfu.hazards.models.hazard import Evidence, Hazard, Inspection, Rectification

__all__ = [
    "Alarm",
    "AlarmStep",
    "Call",
    "Evidence",
    "Grade",
    "Hazard",
    "Inspection",
    "Rectification",
]
