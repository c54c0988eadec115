"""The invented demands as data: what was said where, and the course each took, step by step in time."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

from django.utils import timezone

from minfu.kernel.calendar import Calendar

DATA = Path(__file__).resolve().parent / "data"
#: How far back the stories reach, in working days; about two months.
WORKDAYS_BACK = 45
#: What people grow, for texts that speak of it.
CROPS = {"350922": "银耳", "610422": "大棚西瓜"}


@dataclass(frozen=True)
class Story:
    """One invented demand. ``start`` is how many working days ago ("m45": 45 minutes ago), ``where`` "township.village"."""

    number: int
    key: str
    where: str
    start: str
    time: str
    door: str
    kind: str
    urgency: str
    mode: str
    category: str
    text: str
    course: str
    other: str
    did: str
    said: str
    about: str

    @property
    def place(self) -> tuple[int, int] | None:
        """Return the numbers of township and village, or None when the resident did not say where."""
        return spot_numbers(self.where) if "." in self.where else None

    @property
    def workdays_ago(self) -> int:
        """Return on which working day before today it was registered (0 = the last one); 0 for minutes ago."""
        return 0 if self.start.startswith("m") else int(self.start)


@dataclass(frozen=True)
class Step:
    """One step of a course: on which working day after the registration, when, by whom, and what."""

    day: int
    at: str
    who: str
    verb: str
    arguments: dict[str, Any]


def spot_numbers(text: str) -> tuple[int, int]:
    """Return "3.1" as the numbers of a township and a village."""
    township, village = text.split(".")
    return int(township), int(village)


def stories() -> list[Story]:
    """Return the stories in the order of their file."""
    with (DATA / "stories.csv").open(encoding="utf-8", newline="") as handle:
        return [
            Story(number=n, **{"urgency": "", **row}) for n, row in enumerate(csv.DictReader(handle), start=1)
        ]


def releases() -> dict[str, dict[str, str]]:
    """Return what a desk told everyone of solved stories, by the story's key; ``village`` is empty to name the township only."""
    with (DATA / "releases.csv").open(encoding="utf-8", newline="") as handle:
        return {row["key"]: row for row in csv.DictReader(handle)}


def courses() -> dict[str, list[Step]]:
    """Return the courses by name."""
    found = json.loads((DATA / "courses.json").read_text(encoding="utf-8"))
    return {
        name: [Step(s["day"], s["at"], s["who"], s["verb"], s.get("with", {})) for s in steps]
        for name, steps in found.items()
    }


class Timeline:
    """Puts the stories' working days before a present moment. Everything lies in the past."""

    def __init__(self, now: datetime, calendar: Calendar, since: date | None = None) -> None:
        """Count back from ``now``; today itself is left out, so that every hour of day 0 is over.

        With ``since`` it reaches back to that day, and the sweep goes round once a week.
        """
        self.now = now
        self._calendar = calendar
        self._since = since

    @cached_property
    def days(self) -> list[date]:
        """Return the working days before today, the latest first."""
        found = self._workdays_before(timezone.localdate(self.now))
        since = self._since
        if since is None:
            return list(islice(found, WORKDAYS_BACK))
        return list(takewhile(lambda day: day >= since, found))

    def _workdays_before(self, day: date) -> Iterator[date]:
        while True:
            day -= timedelta(days=1)
            if self._calendar.is_workday(day):
                yield day

    def registered(self, story: Story) -> datetime:
        """Return when a story's demand came in."""
        if story.start.startswith("m"):
            return self.now - timedelta(minutes=int(story.start[1:]))
        return _at(self.days[story.workdays_ago], story.time)

    def step(self, story: Story, step: Step) -> datetime:
        """Return when a step of a story is taken: "+45" is minutes after the registration, "10:30" a time of day."""
        if step.at.startswith("+"):
            return self.registered(story) + timedelta(minutes=int(step.at))
        return _at(self.days[story.workdays_ago - step.day], step.at)

    def rounds(self) -> list[datetime]:
        """Return when the deadline sweep went round: every day, weekends too, at nine, one and half past five."""
        first, last = self.days[-1], timezone.localdate(self.now) - timedelta(days=1)
        if self._since is not None:
            return [_at(first + timedelta(days=n), "17:30") for n in range(0, (last - first).days + 1, 7)]
        span = range((last - first).days + 1)
        return [_at(first + timedelta(days=n), clock) for n in span for clock in ("09:00", "13:00", "17:30")]


def _at(day: date, clock: str) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(clock)))
