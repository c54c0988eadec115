"""Plays the hazard of a story: the steps that courses name ``hazard.…``, through the real verbs, with drawn photos."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.utils import timezone

from minfu.accounts.actor import Actor
from minfu.cases.models import Case
from minfu.files import door as files
from minfu.hazards.models import Hazard
from minfu.hazards.rules import actions
from minfu.kernel import clock
from minfu.site.demo import pictures


class Scene:
    """The hazard of one demand, and who acts in this step."""

    def __init__(self, case: Case, actor: Actor):
        """Find the file that opened when the demand was accepted, or told of danger."""
        self.row = Hazard.objects.filter(case_id=case.pk).latest("pk")
        self.actor = actor

    def play(self, verb: str, arguments: dict[str, Any]) -> None:
        """Take one step: ``photo`` names a drawing, ``days`` counts from today, alarms are the one that is open."""
        actions.sweep_alarms()  # as the job does every minute
        given = dict(arguments)
        if "photo" in given:
            given["files"] = [self._photo(given.pop("photo"))]
        if "days" in given:
            day = timezone.localdate(clock.now()) + timedelta(days=given.pop("days"))
            given["again_on" if verb == "inspect" else "due_on"] = day
        if verb in ("acknowledge", "end_alarm"):
            given["alarm_id"] = self.row.alarms.latest("pk").pk
        getattr(actions, verb)(actor=self.actor, pk=self.row.pk, **given)

    def _photo(self, name: str) -> UUID:
        upload = ContentFile(pictures.wall(mended=name == "after"), name="演示照片.jpg")
        return files.receive(upload, self.actor).pk


def sweep() -> None:
    """Tell of alarms and dates that are over by now, as the jobs would have done."""
    actions.sweep_alarms()
    actions.sweep_dates()
