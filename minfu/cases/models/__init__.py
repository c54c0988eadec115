"""Tables of the room: the demand, its configuration, and the work done on it."""

from minfu.cases.models.case import Case, CaseFile, CaseLink, Door, Kind, Mode, Urgency
from minfu.cases.models.config import (
    AutomaticChoice,
    Category,
    Diversion,
    Retention,
    RoutingRule,
    TimeLimit,
)
from minfu.cases.models.own_data import DataRequest
from minfu.cases.models.reading import Reading
from minfu.cases.models.release import Release
from minfu.cases.models.search import SearchEntry, SearchPair, SearchProgress
from minfu.cases.models.tables import TableRun
from minfu.cases.models.tally import Tally, TallyDelta
from minfu.cases.models.work import Answer, Approval, Attempt, Deadline, Help, Objection, WorkReport

__all__ = [
    "Answer",
    "Approval",
    "Attempt",
    "AutomaticChoice",
    "Case",
    "CaseFile",
    "CaseLink",
    "Category",
    "DataRequest",
    "Deadline",
    "Diversion",
    "Door",
    "Help",
    "Kind",
    "Mode",
    "Objection",
    "Reading",
    "Release",
    "Retention",
    "RoutingRule",
    "SearchEntry",
    "SearchPair",
    "SearchProgress",
    "TableRun",
    "Tally",
    "TallyDelta",
    "TimeLimit",
    "Urgency",
    "WorkReport",
]
