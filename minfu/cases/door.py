"""The door: what other rooms and storeys may ask of demands."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor, system
from minfu.cases import states
from minfu.cases.models import Case, Category, Door, Kind, Mode
from minfu.cases.rules import (
    access,
    actions,
    catalog,
    counts,
    defaults,
    hints,
    in_hand,
    learning,
    published,
    releases,
    voices,
)
from minfu.cases.rules import changes as feed
from minfu.cases.rules.intake import MAX_FILES, Intake, Person, Spot
from minfu.cases.rules.learning import Learned
from minfu.cases.rules.published import Asked, Outline, Span, Turn
from minfu.cases.rules.voices import Said
from minfu.files.door import StoredFile
from minfu.kernel import clock
from minfu.kernel.beside import Note
from minfu.kernel.record import Stamp

__all__ = [
    "MAX_FILES",
    "Asked",
    "Brief",
    "Door",
    "Intake",
    "Kind",
    "Learned",
    "Mode",
    "Outline",
    "Person",
    "Registered",
    "Released",
    "Said",
    "Service",
    "Span",
    "Spot",
    "Turn",
    "add_words",
    "advice_on",
    "before_newest",
    "brief",
    "cases_for",
    "category_names",
    "change",
    "change_kinds",
    "changes",
    "counts_for",
    "file_of",
    "id_of_number",
    "in_hand",
    "learn_categories",
    "load_defaults",
    "lock",
    "miss_file",
    "notes",
    "number_of_receipt",
    "outline",
    "outlines",
    "people",
    "released",
    "released_ids",
    "report_done",
    "said",
    "sent_back",
    "services",
    "services_changed_on",
    "state_label",
    "take_back_categories",
    "take_in",
    "taken_in",
    "told",
    "turns",
    "turns_of",
    "units_at_work",
    "verified",
    "words_added",
]


@dataclass(frozen=True)
class Registered:
    """A demand that was taken in: its number, the receipt for the resident, the unit that has it, when it is due."""

    id: int
    number: str
    receipt: str
    holder: str
    due_at: datetime | None


@dataclass(frozen=True)
class Service:
    """A category one may choose: its own questions, and the names of the levels above it."""

    code: str
    name: str
    standard: str
    keywords: Sequence[str]
    group: str
    questions: Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Advice:
    """Another channel a text suggests: what to tell whoever wrote it. ``emergency``: life may be in danger."""

    code: str
    words: str
    emergency: bool


def take_in(*, actor: Actor, intake: Intake, advised: Sequence[str] = ()) -> Registered:
    """Register a demand, once for its ``source`` and ``external_id`` if it has them. Raises ``Invalid`` by field.

    ``advised``: codes of the channels whoever reported was told of (``advice_on``); that is recorded.
    """
    if intake.external_id or advised:
        return _registered(actions.register_once(actor=actor, intake=intake, advised=advised))
    return _registered(actions.register(actor=actor, intake=intake))


def taken_in(*, actor: Actor, source: str, external_id: str) -> Registered | None:
    """Return what the actor's post registered under this name before, None if nothing."""
    case = actions.sent_before(actor, source, external_id)
    return _registered(case) if case else None


def _registered(case: Case) -> Registered:
    return Registered(case.pk, case.number, case.receipt, (case.lead or case.holder).name, case.due_at)


def advice_on(text: str) -> list[Advice]:
    """Return the channels whose words stand in a text, emergencies first; only ever shown, never decided by."""
    found = hints.channels(text, catalog.current())
    return [Advice(row.code, row.advice, row.emergency) for row in found]


def add_words(*, actor: Actor, case_id: int, what: str, file_ids: Sequence[UUID], mark: str) -> None:
    """Hand on what a resident said later, once for ``mark``: the same again adds nothing. Raises as the verb does."""
    actions.add_words(actor=actor, case_id=case_id, what=what, file_ids=file_ids, mark=mark)


def words_added(*, actor: Actor, case_id: int, mark: str) -> int | None:
    """Return the number that what was handed on under ``mark`` has in the history, None if there is nothing."""
    event = actions.added_before(actor, case_id, mark)
    return event.pk if event else None


def miss_file(*, actor: Actor, case_id: int, why: str) -> None:
    """Record that a file named along with a demand could not be had, and why."""
    actions.miss_file(actor=actor, case_id=case_id, why=why)


def services() -> list[Service]:
    """Return the categories of the lowest level that anybody may choose: none whose demands are confidential."""
    found = catalog.current()
    parents = {code[:-2] for code in found.categories}
    return [
        Service(
            row.code,
            row.name,
            row.standard,
            row.keywords.split(),
            _above(found, row.code),
            tuple(row.questions),
        )
        for row in found.categories.values()
        if row.code not in parents and not row.confidential
    ]


def _above(found: catalog.Catalog, code: str) -> str:
    return found.path(code[:-2])


def services_changed_on() -> date:
    """Return the last day up to today on which a category began or ended."""
    today = timezone.localdate(clock.now())
    days = Category.objects.aggregate(
        begun=Max("valid_from", filter=Q(valid_from__lte=today)),
        ended=Max("valid_to", filter=Q(valid_to__lte=today)),
    )
    return max((day for day in days.values() if day), default=today)


def outlines(
    actor: Actor | None, asked: Asked, *, size: int, skip: int = 0, cursor: str = ""
) -> tuple[list[Outline], str]:
    """Return what ``actor`` (None: anyone) is told of demands, newest first, and the cursor of the next page ("" on the last)."""
    return published.page(actor, asked, size=size, skip=skip, cursor=cursor)


def outline(actor: Actor | None, case_id: int) -> Outline:
    """Return what is told of one demand; ``Missing`` whether it is absent or not told of."""
    return published.one(actor, case_id)


def turns(actor: Actor | None, span: Span, *, size: int, cursor: str = "") -> tuple[list[Turn], str]:
    """Return what happened within ``span`` to demands ``actor`` is told of, oldest first, and the cursor of the next page."""
    return published.turns(actor, span, size=size, cursor=cursor)


def turns_of(case_ids: Iterable[int]) -> dict[int, list[Turn]]:
    """Return what happened to demands one has the outlines of."""
    return published.turns_of(case_ids)


def changes(actor: Actor, after: int, *, upto: int, size: int, only: Collection[str] = ()) -> feed.Read:
    """Return what happened to demands the actor may see, above event ``after`` up to ``upto`` (``seals.settled``)."""
    return feed.read(actor, after, upto=upto, size=size, only=only)


def change(actor: Actor, event_id: int) -> feed.Change | None:
    """Return one change if the actor may (still) see it."""
    return feed.one(actor, event_id)


def change_kinds() -> dict[str, Any]:
    """Return the events that happen to demands, each with its sentence."""
    return feed.kinds()


def told(one: feed.Change, base: str = "") -> dict[str, Any]:
    """Return a change as the feed tells it; ``base``: the site's address, for who did not ask us."""
    return feed.told(one, base)


def number_of_receipt(receipt: str) -> str:
    """Return the number of the demand whose receipt (twelve digits) someone holds; ``Missing`` for none."""
    return access.get_case_by_receipt(receipt).number


def file_of(case_id: int, file_id: UUID) -> StoredFile:
    """Return a file that was handed in with a demand, to whoever holds an address signed for it; ``Missing`` for none."""
    return published.file_of(case_id, file_id)


def cases_for(actor: Actor) -> QuerySet[Case]:
    """Return the demands the actor may see."""
    return access.cases_for(actor)


def id_of_number(actor: Actor, number: str) -> int:
    """Return the id of the demand with the number people use; ``Missing`` if there is none the actor may see, ``Invalid``."""
    return access.get_case_by_number(actor, number).pk


def counts_for(actor: Actor) -> dict[str, int]:
    """Return the number of demands by state in the actor's area."""
    return counts.of_area(actor)


def category_names() -> dict[str, str]:
    """Return the names of the categories in force by code."""
    return {code: row.name for code, row in catalog.current().categories.items()}


def state_label(code: str) -> str:
    """Return what people call a state of a demand."""
    return str(states.CASE[code].label)


def load_defaults() -> dict[str, defaults.Count]:
    """Load the configuration shipped with minfu; what the county made its own stays."""
    return defaults.load_defaults()


@dataclass(frozen=True)
class Brief:
    """What a room whose file hangs on a demand needs to know of it. ``reporter`` only when they let themselves be named."""

    id: int
    number: str
    kind: str
    urgency: str
    category: str
    category_code: str
    description: str
    division: str
    grid_id: int | None
    state: str
    is_open: bool
    restricted: bool
    township_code: str
    village_code: str
    lead_id: int | None
    holder_id: int
    desk_id: int
    reporter: UUID | None
    #: What came with the demand, and what its work added.
    told_files: Sequence[UUID]
    work_files: Sequence[UUID]

    @property
    def handled(self) -> bool:
        """Tell whether a unit has it in hand."""
        return self.state == states.HANDLING

    @property
    def reported(self) -> bool:
        """Tell whether it waits to be verified."""
        return self.state == states.REPORTED


def brief(case_id: int) -> Brief:
    """Return what other rooms need of a demand, for ``site/wiring.py``; never shown to anyone as it is."""
    case = access.get_case_for(system("wiring"), case_id)
    files = list(case.files.order_by("pk"))
    return Brief(
        id=case.pk,
        number=case.number,
        kind=case.kind,
        urgency=case.urgency,
        category=case.category.name if case.category else "",
        category_code=case.category.code if case.category else "",
        description=case.shown_description,
        division=case.division_id,
        grid_id=case.grid_id,
        state=case.state,
        is_open=case.is_open,
        restricted=case.restricted,
        township_code=case.township_code,
        village_code=case.village_code,
        lead_id=case.lead_id,
        holder_id=case.holder_id,
        desk_id=case.desk_id,
        reporter=case.reporter_id if case.mode == Mode.NAMED else None,
        told_files=[one.file_id for one in files if one.what != "work"],
        work_files=[one.file_id for one in files if one.what == "work"],
    )


def notes(actor: Actor, case_id: int) -> list[Note]:
    """Return the demand as it is shown beside what hangs on it; nothing when the actor may not see it."""
    found = access.cases_for(actor).filter(pk=case_id).first()
    if found is None:
        return []
    state = states.CASE[found.state]
    return [Note(_("诉求"), state, found.number, reverse("cases:case", args=[found.pk]))]


def lock(case_id: int) -> None:
    """Lock a demand before what hangs on it: the order in which its own verbs take their locks."""
    access.get_case_for(system("wiring"), case_id, lock=True)


def _by(stamp: Stamp) -> Actor:
    """Return the software acting for a person who did the like in another room: their right and part were checked there.

    It carries who they are, so that a rule about the same person twice still binds.
    """
    return replace(
        system(stamp.door),
        label=stamp.label,
        user_id=stamp.user_id,
        post_id=stamp.post_id,
        unit_id=stamp.unit_id,
    )


def report_done(*, case_id: int, by: Stamp, what: str, settled_level: str) -> None:
    """Report a demand done for its lead, through the demand's own verb, because the file that hangs on it has ended.

    ``by`` ended it. Raises what the verb refuses with.
    """
    actions.report(actor=_by(by), case_id=case_id, what=what, settled_level=settled_level)


def verified(*, case_id: int, by: Stamp, finding: str) -> None:
    """Verify a reported demand through its own verb: somebody of another unit has checked what hangs on it."""
    actions.verify(actor=_by(by), case_id=case_id, finding=finding)


def sent_back(*, case_id: int, by: Stamp, finding: str) -> None:
    """Send a reported demand back through its own verb: a check found that it is not done."""
    actions.send_back(actor=_by(by), case_id=case_id, finding=finding)


def units_at_work(case_id: int) -> list[int]:
    """Return the units that did the work: the lead, and whoever helped."""
    case = access.get_case_for(system("wiring"), case_id)
    helped = case.helps.exclude(state="declined").values_list("unit_id", flat=True)
    return [pk for pk in {case.lead_id, *helped} if pk is not None]


@dataclass(frozen=True)
class Released:
    """A solved matter on the public board, in the words of the desk that released it; ``month``: when it was solved."""

    id: int
    month: str
    township: str
    place: str
    kind: str
    category: str
    category_name: str
    what: str
    done: str
    unit: str


def released_ids() -> list[int]:
    """Return the numbers of what stands on the public board, the last released first."""
    return list(releases.public().order_by("-pk").values_list("pk", flat=True))


def released(ids: Collection[int]) -> list[Released]:
    """Return those of the matters that still stand on the public board, the last released first."""
    rows = releases.public().filter(pk__in=list(ids)).select_related("unit").order_by("-pk")
    return [
        Released(
            id=row.pk,
            month=f"{row.month:%Y-%m}" if row.month else "",
            township=row.township_code,
            place=releases.place_of(row.township_code, row.village_code),
            kind=str(row.get_kind_display()),
            category=row.category_code,
            category_name=row.category_name,
            what=row.what,
            done=row.done,
            unit=row.unit.name if row.unit else "",
        )
        for row in rows
    ]


def learn_categories() -> Learned:
    """Learn a category model from confirmed demands; it is used unless it reads unseen demands worse than what is in use."""
    return learning.learn()


def take_back_categories() -> int | None:
    """Take the category model before the one in use back into use; return its number, None if there is none."""
    return learning.go_back()


def said(case_ids: Collection[int]) -> list[Said]:
    """Return what demands say, stars in place of personal data, in the order of their ids; nothing of restricted ones."""
    return voices.said(case_ids)


def people(lots: Mapping[int, Iterable[int]], since: datetime) -> dict[int, tuple[int, int]]:
    """Return by lot of demands how many different people stand behind it, ever and ``since``: numbers, never who."""
    return voices.people(lots, since)


def before_newest(number: int) -> int:
    """Return the number of the history after which lie the registrations of the newest ``number`` demands; 0: of all."""
    return voices.before_newest(number)
