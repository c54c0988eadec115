"""A half-year of a township's demands, invented from the stories: what a half-year report is written about.

The same township, half-year and seed give the same demands. Every step is taken through the verbs (``player.py``).
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from minfu.cases.models import Case
from minfu.figures import door as figures
from minfu.kernel import calendar, clock
from minfu.kernel.errors import Invalid
from minfu.site.demo.player import Player
from minfu.site.demo.script import Step, Story, Timeline, courses, stories
from minfu.site.demo.staff import County

#: County → the township whose half-year the demo holds from the start.
SHIPPED = {"610422": "610422102"}
SEED = 20260701
#: A village has so many demands at most in the half-year, and one at least.
MOST = 6
#: How a well-meaning demand may end instead, so that rates are not all alike: courses with how often each is drawn.
_ENDS = {"done5": 10, "done4": 7, "done3": 2, "late": 2, "explained": 1}
#: Courses of stories that can be told of any village at any time.
_PLAIN = {*_ENDS, "consulted", "adopted", "thanked"}


def last_half(today: date) -> figures.Period:
    """Return the last half-year that is over."""
    return figures.period_of("half", today).former()


def source_of(township: str) -> str:
    """Return where the demands of a township's half-year say they come from."""
    return f"demo-half-{township}"


def is_there(township: str) -> bool:
    """Tell whether a township's half-year was played."""
    return Case.objects.filter(source=source_of(township)).exists()


def load(county: County, township: str, *, seed: int = SEED, most: int = MOST) -> int:
    """Play the last half-year of a township (9 digits) unless one was played; return how many demands it has of it.

    Raises ``Invalid`` for a township whose villages are not known.
    """
    if not is_there(township):
        now = clock.now()
        half = last_half(timezone.localdate(now))
        days = Timeline(now, calendar.current(), half.start).days
        draw = random.Random(f"{seed} {township} {half.key}")  # noqa: S311 - nothing secret
        demands = list(told(_places(county, township), days, half, draw, most))
        Player(county, now, demands, half.start, source_of(township)).play()
    return Case.objects.filter(source=source_of(township)).count()


def told(
    places: Sequence[str], days: Sequence[date], half: figures.Period, draw: random.Random, most: int
) -> Iterator[Story]:
    """Yield the stories of the half-year, village by village; ``days`` are the working days, the latest first."""
    script = courses()
    material = [
        one for one in stories() if one.course in _PLAIN and one.place and not (one.other or one.about)
    ]
    number = 0
    for place in places:
        for _count in range(draw.randint(1, most)):
            number += 1
            one = draw.choice(material)
            course = one.course
            if course in _ENDS:
                [course] = draw.choices(list(_ENDS), weights=list(_ENDS.values()))
            start = str(_day(draw, days, half, script[course]))
            yield replace(one, number=number, key="", where=place, course=course, start=start)


def _day(draw: random.Random, days: Sequence[date], half: figures.Period, course: Sequence[Step]) -> int:
    """Return on which working day before today a story begins: within the half-year, its end in the past."""
    longest = max(step.day for step in course)
    return draw.choice([n for n, day in enumerate(days) if half.start <= day <= half.end and n >= longest])


def _places(county: County, township: str) -> list[str]:
    """Return every village of a township as stories name it: "1.3"."""
    known = [row for row in county.townships if row.code in county.villages]
    for place, row in enumerate(known, 1):
        if row.code.startswith(township):
            return [f"{place}.{number}" for number in range(1, len(county.villages[row.code]) + 1)]
    raise Invalid({"area": [_("没有这个乡镇，或者不知道它有哪些村。请写乡镇的九位代码。")]})
