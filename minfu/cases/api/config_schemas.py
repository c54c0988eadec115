"""What the API says of the county's configuration: dated rows, each with the document it rests on."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from minfu.accounts.models import Level
from minfu.cases.api.schemas import Code, choice
from minfu.cases.models import AutomaticChoice, Kind, TimeLimit, Urgency
from minfu.cases.rules.actions import configure_checks as checks
from minfu.kernel.api import Day, Id, In, Line, Out

Number = Annotated[int, Field(ge=0, le=1_000_000)]


class TermsIn(In):
    """From which day a version holds, and on what it rests."""

    valid_from: Day
    """Tomorrow or later, as a rule; the version before it ends on that day."""
    source: Line
    """Name and number of the document, or who decided it."""


class EndConfig(In):
    """The first day on which a row no longer holds, and why."""

    on: Day
    reason: Line


class RuleIn(TermsIn):
    """A routing rule: which demands (empty holds for all), and where they go."""

    order: Number
    """Rules are looked at in this order; the first that fits counts."""
    category_code: Code = ""
    kind: Annotated[str, choice(["", *Kind.values])] = ""
    urgency: Annotated[str, choice(["", *Urgency.values])] = ""
    area: Code = ""
    """First nine digits of a township's code."""
    unit_id: Id | None = None
    """With a unit, level and duty have no effect."""
    level: Annotated[str, choice(["", "village", "township", "county"])] = ""
    duty: Code = ""


class LimitChange(TermsIn):
    """How long a limit is from a day on."""

    amount: Number
    measure: Annotated[str, choice(TimeLimit.Measure.values)]
    remind_percent: Number = 25
    """Reminder when this share of the limit is left; 0: none."""


class LimitIn(LimitChange):
    """A time limit: of which clock, for which demands (empty holds for all)."""

    clock: Annotated[str, choice(TimeLimit.Clock.values)]
    category_code: Code = ""
    kind: Annotated[str, choice(["", *Kind.values])] = ""
    urgency: Annotated[str, choice(["", *Urgency.values])] = ""


class RetentionChange(TermsIn):
    """How many months after the end of a demand the reporter's identity is kept."""

    months: Number


class RetentionIn(RetentionChange):
    """How long identities are kept, for which demands."""

    category_code: Code = ""
    kind: Annotated[str, choice(["", *Kind.values])] = ""


class ChoiceChange(TermsIn):
    """How sure the software must be to choose by itself."""

    percent: Number
    """Of a hundred choices made by itself so many must be right: 90 to 99; 0 for never."""


class ChoiceIn(ChoiceChange):
    """How sure the software must be to choose what by itself."""

    matter: Annotated[str, choice(AutomaticChoice.Matter.values)]


class DiversionChange(TermsIn):
    """A channel for what belongs elsewhere."""

    name: Line
    advice: Line
    """What the resident is told: where to go, how, with what."""
    keywords: Line = ""
    emergency: bool = False


class DiversionIn(DiversionChange):
    """A new channel."""

    code: Code


class QuestionIn(In):
    """A question of a category's own."""

    key: Annotated[str, Field(max_length=30)] = ""
    """Keep the key of a question that stays, so that answers given before stay with it; a new one gets its own."""
    text: Line
    type: Annotated[str, choice(checks.QUESTION_TYPES)] = "text"
    required: bool = False
    choices: Annotated[list[Line], Field(max_length=checks.MOST_CHOICES)] = []


class CategoryChange(TermsIn):
    """What a category is from a day on: all of it."""

    name: Line
    standard: Line = ""
    """What residents are promised, in words they use."""
    level: Annotated[str, choice(["", *Level.values])] = ""
    """Lowest level able to settle it; empty: a desk decides."""
    duty: Code = ""
    reserved: bool = False
    """Handled by departments only, never sent down."""
    confidential: bool = False
    keywords: Line = ""
    questions: Annotated[list[QuestionIn], Field(max_length=50)] = []


class CategoryIn(CategoryChange):
    """A new category: two digits for the first level, four for the second, six for the third."""

    code: Code


class Kept(Out):
    """A version that holds today or will."""

    id: int
    label: str
    about: str
    """Which demands it is about, in words."""
    says: str
    """What it says, in words."""
    valid_from: date
    valid_to: date | None
    """First day on which it no longer holds; None: until further notice."""
    source: str


class RuleKept(Kept):
    """A routing rule."""

    order: int
    category_code: str
    kind: str
    urgency: str
    area: str
    unit_id: int | None
    level: str
    duty: str


class LimitKept(Kept):
    """A time limit."""

    clock: str
    category_code: str
    kind: str
    urgency: str
    amount: int
    measure: str
    remind_percent: int
    example: str
    """When a demand registered now would be due."""


class RetentionKept(Kept):
    """How long identities are kept."""

    category_code: str
    kind: str
    months: int


class ChoiceKept(Kept):
    """How sure the software must be to choose by itself."""

    matter: str
    percent: int


class DiversionKept(Kept):
    """A channel."""

    code: str
    name: str
    advice: str
    keywords: str
    emergency: bool


class CategoryKept(Kept):
    """A category."""

    code: str
    name: str
    depth: int
    standard: str
    level: str
    duty: str
    reserved: bool
    confidential: bool
    keywords: str
    questions: list[dict[str, Any]]


class PartOut(Out):
    """A part of the configuration, and how many rows of it stand."""

    name: str
    label: str
    count: int


class ConfigChange(Out):
    """A change of the configuration."""

    at: datetime
    what: str
    label: str
    who: str
    reason: str
    data: dict[str, Any]


class ConfigOut(Out):
    """The parts of the configuration, and what was changed last, newest first."""

    parts: list[PartOut]
    changes: list[ConfigChange]


class TrialOut(Out):
    """Where an imagined demand would go, and why."""

    lead: str
    """Empty: it waits at the desk."""
    lead_id: int | None
    desk: str
    reason: str
    due: str


class DutyOut(Out):
    """What a kind of department is charged with."""

    code: str
    name: str
    scope: str


class ExampleOut(Out):
    """When a demand registered now would be due."""

    example: str


class TreeChange(Out):
    """A category a table would add or change."""

    row: int
    code: str
    name: str
    is_new: bool
    differs: list[str]


class TreeRead(Out):
    """What a table of categories does, or would do."""

    entries: list[TreeChange]
    same: int
    faults: list[str]
    taken_over: bool


class DayOut(Out):
    """A day off, or made up."""

    day: date
    worked: bool
    name: str
    source: str
    estimated: bool


class YearOut(Out):
    """A year of the working calendar."""

    year: int
    workdays: int
    estimated: bool
    """Its notice has not come yet."""
    days: list[DayOut]


class CalendarVersionOut(Out):
    """A version of the working calendar."""

    number: int
    imported_at: datetime
    source: str


class DayChange(Out):
    """A day that is worked in one version and not in the other."""

    date: date
    before: bool
    after: bool
    name: str


class CalendarNotice(Out):
    """What a notice changes, or changed."""

    taken_over: bool
    version: int
    """The version in force now."""
    changes: list[DayChange]
