"""A resident at the forms, for tests: answers one question after the other, as a browser without script would."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from minfu.cases.models import Case
from minfu.cases.tests.world import FENGPU_VILLAGES

#: Good answers to every question that may come.
ANSWERS: dict[str, dict[str, Any]] = {
    "kind": {"kind": "request"},
    "what": {"description": "村口的路灯坏了三天，晚上老人不敢出门。"},
    "danger": {"urgent": "no"},
    "topic": {"topic": ""},
    "questions": {},
    "where": {"village": FENGPU_VILLAGES[0], "address": "小学门口"},
    "place": {"place": FENGPU_VILLAGES[0]},
    "about": {"unit": "none"},
    "who": {"mode": "named"},
    "contact": {"phone": "13800001234", "name": "林小满"},
    "check": {},
}


def words(answer: Any) -> str:
    """Return what a page says, without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@dataclass
class Resident:
    """Someone at the report form. ``asked`` lists the questions that came."""

    client: Client
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = "/r/"

    @property
    def question(self) -> str:
        """Return the question the page asks now."""
        return "kind" if self.url.startswith(("/r/g/",)) or self.url == "/r/" else self.url.split("/")[-2]

    def told(self) -> dict[str, Any]:
        """Return the answer to the present question."""
        return self.answers.get(self.question, ANSWERS[self.question])

    def post(self) -> Any:
        """Answer the present question; go on if it was taken."""
        self.asked.append(self.question)
        answer = self.client.post(self.url, self.told())
        if answer.status_code == 302:
            self.url = answer["Location"]
        return answer

    def until(self, question: str) -> "Resident":
        """Answer questions until ``question`` is asked."""
        for _turn in range(15):
            if self.question == question:
                return self
            answer = self.post()
            assert answer.status_code == 302, words(answer)
            assert self.client.get(self.url).status_code == 200
        raise AssertionError(f"{question} never came: {self.asked}")

    def report(self) -> Case:
        """Answer everything and send; return the demand that came of it."""
        self.until("done")
        return Case.objects.latest("pk")
