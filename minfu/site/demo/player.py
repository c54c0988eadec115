"""Plays the stories: every step through the same verb a person would take, by someone who may, at its own time."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from minfu.accounts.access import actor_for
from minfu.accounts.actor import Actor, resident, system
from minfu.accounts.models import Post, Role
from minfu.cases.models import Case, Door, Mode
from minfu.cases.rules import actions, asking, catalog
from minfu.cases.rules.intake import Intake, Person, Spot
from minfu.kernel import calendar, clock
from minfu.kernel.errors import Refused
from minfu.places.models import Grid
from minfu.site.demo import hazard
from minfu.site.demo.mediation import Stage
from minfu.site.demo.script import (
    CROPS,
    Step,
    Story,
    Timeline,
    courses,
    releases,
    spot_numbers,
    stories,
)
from minfu.site.demo.staff import TOWNSHIP_DIGITS, County

log = logging.getLogger(__name__)

SOURCE = "demo"
#: A service number everybody knows; nobody's own.
PHONE = "13800138000"
#: Steps of a long story after which its progress is told.
_TOLD_EVERY = 100
SURNAMES = "赵钱孙李周吴郑王冯陈"
_PUBLIC = (Door.WEB, Door.QR)
_IN_THE_VILLAGE = (Door.VISIT, Door.PROXY)
#: Who acts for a unit, the first that is there.
_HANDLING = (
    Role.VILLAGE_OFFICER,
    Role.TOWNSHIP_CLERK,
    Role.COUNTY_DISPATCHER,
    Role.DEPARTMENT_HANDLER,
    Role.MEDIATOR,
)
_APPROVING = (Role.TOWNSHIP_LEADER, *_HANDLING)


def load(county: County) -> list[str]:
    """Play all stories unless they were played before; return what was refused (nothing, if all is well)."""
    if Case.objects.filter(source=SOURCE).exists():
        return []
    return Player(county, clock.now(), stories()).play()


@dataclass
class Player:
    """The stage: the county, its people, the demands so far.

    Plays ``told``; with ``since`` they reach back to that day. ``source`` is where its demands say they come from.
    """

    county: County
    now: datetime
    told: Sequence[Story]
    since: date | None = None
    source: str = SOURCE
    cases: dict[int, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Look up everyone who can act, and every grid."""
        self._time = Timeline(self.now, calendar.current(), self.since)
        self._posts: dict[tuple[int, str], Post] = {}
        for post in Post.objects.select_related("user").order_by("-pk"):
            self._posts[post.unit_id, post.role] = post
        self._grids: dict[str, list[Grid]] = {}
        for grid in Grid.objects.filter(valid_to__isnull=True).order_by("code"):
            self._grids.setdefault(grid.village_id, []).append(grid)
        self._actors: dict[int, Actor] = {}
        self._keys: dict[str, int] = {}

    def play(self) -> list[str]:
        """Play everything in the order of time; return the refusals as sentences."""
        told, script, public = self.told, courses(), releases()
        self._keys = {story.key: story.number for story in told if story.key}
        plan: list[tuple[datetime, int, int, Callable[[], Any]]] = [
            (moment, 0, 0, _sweep) for moment in self._time.rounds()
        ]
        for story in told:
            plan.append((self._time.registered(story), story.number, 0, self._registering(story)))
            for place, step in enumerate(script[story.course], start=1):
                plan.append((self._time.step(story, step), story.number, place, self._stepping(story, step)))
            if story.key in public:
                told_at = min(self._time.step(story, script[story.course][-1]) + timedelta(hours=1), self.now)
                plan.append((told_at, story.number, len(script[story.course]) + 1, self._releasing(story)))
        catalog.forget()
        for done, (moment, _story, _place, act) in enumerate(sorted(plan, key=lambda item: item[:3])):
            with clock.travel(moment):
                act()
            if self.since and done % _TOLD_EVERY == 0:
                log.info("%s: %s of %s steps played", self.source, done, len(plan))
        catalog.forget()
        return self.refused

    # --- One act of a story -------------------------------------------------------------------------------------

    def _registering(self, story: Story) -> Callable[[], None]:
        return lambda: self._try(story, "register", lambda: self._register(story))

    def _stepping(self, story: Story, step: Step) -> Callable[[], None]:
        return lambda: self._try(story, step.verb, lambda: self._take(story, step))

    def _releasing(self, story: Story) -> Callable[[], None]:
        return lambda: self._try(story, "release", lambda: self._release(story))

    def _try(self, story: Story, verb: str, act: Callable[[], None]) -> None:
        """Act; a refusal ends nothing but this step, and is written down."""
        try:
            with transaction.atomic():
                act()
        except Refused as refusal:
            sentence = f"{story.number} {story.course} {verb}: {refusal.message}"
            log.warning("a step of the demo was refused: %s", sentence)
            self.refused.append(sentence)

    def _register(self, story: Story) -> None:
        case = actions.register(actor=self._registrar(story), intake=self._intake(story))
        self.cases[story.number] = case.pk

    def _release(self, story: Story) -> None:
        """Let a desk that did not do the work tell everyone, in words of its own."""
        case, words = Case.objects.get(pk=self.cases[story.number]), releases()[story.key]
        actor = self._acting(asking.desk_that_asks(case, catalog.current()), _HANDLING)
        actions.release(
            actor=actor,
            case_id=case.pk,
            what=words["what"],
            done=words["done"],
            village=bool(words["village"]),
        )

    def _take(self, story: Story, step: Step) -> None:
        if story.number not in self.cases:
            return
        case = Case.objects.get(pk=self.cases[story.number])
        arguments = {name: self._filled(story, case, name, value) for name, value in step.arguments.items()}
        arguments = {_NAMES.get(name, name): value for name, value in arguments.items() if value is not None}
        if step.verb.startswith("mediation."):
            Stage(case, self._acting, PHONE).play(step.verb.removeprefix("mediation."), arguments)
            return
        actor = self._who(step.who, case, story)
        if step.verb.startswith("hazard."):
            hazard.Scene(case, actor).play(step.verb.removeprefix("hazard."), arguments)
        elif step.verb in ("come", "finish"):
            called = case.helps.filter(state__in=["called", "coming"]).latest("pk")
            actions.help_step(actor=actor, help_id=called.pk, step=step.verb, **arguments)
        elif step.verb == "decide":
            asked = case.approvals.get(state="asked")
            actions.decide(actor=actor, approval_id=asked.pk, **arguments)
        elif step.verb == "split":
            actions.split(actor=actor, case_id=case.pk, parts=_parts(story, arguments))
        else:
            getattr(actions, step.verb)(actor=actor, case_id=case.pk, **arguments)

    def _filled(self, story: Story, case: Case, name: str, value: Any) -> Any:
        """Return an argument with the story's words in it; names of units, places and demands become ids."""
        if name == "until":
            return timezone.localdate(clock.now()) + timedelta(days=value)
        if not isinstance(value, str):
            return value
        text = value.format(other=story.other, did=self._words(story.did), said=story.said)
        if name == "unit":
            return self._unit(text, case)
        if name in ("into", "link_to"):
            return self.cases[self._keys[text]]
        if name == "village":
            return self.county.village(*spot_numbers(text)).code
        return text

    def _unit(self, name: str, case: Case) -> int:
        known = catalog.current()
        unit = known.desk(case.township_code) if name == "township" else known.county_duty(name)
        if unit is None:
            raise LookupError(f"no unit for {name}")
        return unit.id

    # --- Who acts -----------------------------------------------------------------------------------------------

    def _registrar(self, story: Story) -> Actor:
        if story.door in _PUBLIC:
            return resident(door=story.door)
        place = story.place
        known = catalog.current()
        if place is None:
            desk = known.county_desk
            return self._acting(desk.id if desk else 0, _HANDLING, story.door)
        village = self.county.village(*place).code
        if story.door in _IN_THE_VILLAGE:
            unit = known.village(village)
            return self._acting(unit.id if unit else 0, (Role.GRID_WORKER, *_HANDLING), story.door)
        unit = known.desk(f"{village[:TOWNSHIP_DIGITS]}000")
        return self._acting(unit.id if unit else 0, _HANDLING, story.door)

    def _who(self, who: str, case: Case, story: Story) -> Actor:
        if who == "resident":
            return self._resident(case)
        if who == "helper":
            called = case.helps.filter(state__in=["called", "coming"]).latest("pk")
            return self._acting(called.unit_id, _HANDLING)
        if who == "lead":
            roles = (Role.GRID_WORKER, *_HANDLING) if story.door in _IN_THE_VILLAGE else _HANDLING
            return self._acting(case.lead_id or 0, roles)
        return self._acting(case.desk_id, _APPROVING if who == "approver" else _HANDLING)

    def _resident(self, case: Case) -> Actor:
        """Return the resident with the proof that is asked of them, or the desk that writes down what they say."""
        wanted = asking.wanted(case)
        if wanted == asking.Wanted.CLERK:
            return self._acting(asking.desk_that_asks(case, catalog.current()), _HANDLING)
        proof = asking.Proof.CODE if wanted == asking.Wanted.NUMBER else asking.Proof.RECEIPT
        return resident(case_id=case.pk, proof=proof)

    def _acting(self, unit_id: int, roles: tuple[Role, ...], door: str = "screen") -> Actor:
        post = next((self._posts[unit_id, role] for role in roles if (unit_id, role) in self._posts), None)
        if post is None:
            raise LookupError(f"nobody acts for unit {unit_id}")
        if post.pk not in self._actors:
            actor = actor_for(post.user, post.pk, "screen", second_factor=True)
            if actor is None:
                raise LookupError(f"{post} cannot act")
            self._actors[post.pk] = actor
        return self._actors[post.pk].through(door)

    # --- What is said -------------------------------------------------------------------------------------------

    def _intake(self, story: Story) -> Intake:
        diverted = story.course == "diverted_at_door"
        return Intake(
            door=story.door,
            description=self._words(story.text),
            kind=story.kind,
            mode=story.mode or Mode.NAMED,
            urgency=story.urgency or "normal",
            category_code=story.category,
            spot=self._spot(story),
            person=_person(story),
            answers=_answers(story),
            complained_unit_id=self._complained(story),
            diversion_code=story.other if diverted else "",
            source=self.source,
            external_id=f"{self.source}-{story.number:03d}",
        )

    def _complained(self, story: Story) -> int | None:
        unit = catalog.current().county_duty(story.about) if story.about else None
        return unit.id if unit else None

    def _spot(self, story: Story) -> Spot:
        if story.place is None:
            return Spot()
        village = self.county.village(*story.place)
        grids = self._grids.get(village.code, [])
        grid = grids[story.number % len(grids)] if grids else None
        point = None
        if grid is not None and grid.west is not None and story.door != Door.PHONE:
            point = (_middle(grid.west, grid.east), _middle(grid.south, grid.north))
        return Spot(
            qr_token=grid.qr_token if grid is not None and story.door == Door.QR else "",
            point=point,
            address=village.place_name,
            village_code=village.code,
        )

    def _words(self, text: str) -> str:
        crop = CROPS.get(self.county.division.code[:6], "大棚菜")
        return text.replace("{crop}", crop)


#: The verbs' own names for arguments that the courses call otherwise.
_NAMES = {
    "unit": "unit_id",
    "into": "into_id",
    "link_to": "other_id",
    "village": "village_code",
}


def _sweep() -> None:
    """Sound the alarms due by now, and resume what ran out, as the job would have done."""
    actions.sweep(actor=system())
    actions.resume_ended(actor=system())
    hazard.sweep()


def _middle(low: float | None, high: float | None) -> float:
    return ((low or 0.0) + (high or 0.0)) / 2


def _person(story: Story) -> Person:
    """Return an invented reporter; every fifth left no telephone number, unless the door needs one."""
    if story.mode == Mode.ANONYMOUS:
        return Person()
    name = f"{SURNAMES[story.number % len(SURNAMES)]}某某(演示)"
    reachable = story.mode == Mode.CONFIDENTIAL or story.number % 5
    return Person(name=name, phone=PHONE if reachable else "")


def _answers(story: Story) -> dict[str, str]:
    """Answer the questions a clerk must ask, in the plainest way."""
    category = catalog.current().categories.get(story.category)
    plain = {"number": "3", "date": timezone.localdate(clock.now()).isoformat(), "text": "见反映内容"}
    return {
        question["key"]: question["choices"][0] if question["choices"] else plain[question["type"]]
        for question in (category.questions if category else [])
        if question["required"]
    }


def _parts(story: Story, arguments: dict[str, Any]) -> list[Intake]:
    """Return the demands one is split into."""
    return [
        Intake(
            door=story.door,
            description=part["text"],
            kind=part["kind"],
            category_code=part["category"],
            spot=Spot(village_code=arguments["village_code"]),
        )
        for part in arguments["parts"]
    ]
