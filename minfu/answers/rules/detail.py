"""Everything an actor may see of one answer: the page and the API show the same."""

from dataclasses import dataclass

from django.db.models import Count, Q

from minfu.accounts.actor import Actor
from minfu.answers import events, states
from minfu.answers.models import Answer, Use
from minfu.answers.rules import access, slots, values
from minfu.kernel import clock, record
from minfu.kernel.errors import Invalid
from minfu.kernel.models import Event

#: Earlier and later values shown.
MOST = 20


@dataclass(frozen=True)
class Version:
    """One value of the same item, place and time; the newest is in force."""

    row: Answer
    text: str

    @property
    def in_force(self) -> bool:
        """Tell whether it is the one that counts."""
        return self.row.replaced_at is None


@dataclass(frozen=True)
class Detail:
    """An answer with its other versions, what was made with it, and whether the actor may correct it."""

    row: Answer
    text: str
    area: str
    period: str
    versions: list[Version]
    #: The newest things made with it or with its earlier values, ``MOST`` of them.
    uses: list[Use]
    #: How many things were made with this very value, and with all of them.
    used: int
    used_in_all: int
    history: list[Event]
    may_correct: bool

    @property
    def age_days(self) -> int:
        """Return how many days ago it was told."""
        return (clock.today() - clock.day(self.row.told_at)).days

    @property
    def newest(self) -> Answer:
        """Return the answer in force."""
        return self.versions[0].row


def detail(actor: Actor, row: Answer) -> Detail:
    """Return what there is to see of an answer fetched through ``access``."""
    same = Answer.objects.filter(item=row.item, area=row.area, slot=row.slot).select_related("unit", "item")
    versions = [Version(one, values.shown(one.item, one)) for one in same.order_by("-pk")[:MOST]]
    uses = Use.objects.filter(answer__in=[one.row for one in versions]).select_related("unit")
    numbers = uses.aggregate(own=Count("pk", filter=Q(answer=row)), all=Count("pk"))
    return Detail(
        row=row,
        text=values.shown(row.item, row),
        area=slots.area_label(row.area),
        period=slots.label(row.slot, row.item.span),
        versions=versions,
        uses=list(uses.order_by("-pk")[:MOST]),
        used=numbers["own"],
        used_in_all=numbers["all"],
        history=list(reversed(record.history((events.SUBJECT, row.pk)))),
        may_correct=row.replaced_at is None and _may(actor, row),
    )


def _may(actor: Actor, row: Answer) -> bool:
    if row.item.state != states.IN_FORCE:
        return False
    try:
        return access.may_tell(actor, row.item, slots.area(row.item, row.area))
    except Invalid:  # a place that is no more
        return False
