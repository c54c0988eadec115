"""A resident who goes back to a page that was refused: what was typed is there."""

import pytest
from django.test import Client

from minfu.cases.tests.residents import ANSWERS, Resident
from minfu.cases.tests.world import World


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        ("what", {"description": "路" * 10_001}),
        ("where", {"address": "长" * 400}),
        ("contact", {"phone": "138 0000", "name": "林小满"}),
    ],
)
def test_going_back_after_a_refusal_finds_what_was_typed(
    client: Client, world: World, question: str, wrong: dict[str, str]
) -> None:
    person = Resident(client).until(question)
    assert client.post(person.url, wrong).status_code == 422
    again = client.get(person.url)  # as the browser's back button does: nothing of these pages is stored
    assert {name: again.context["form"][name].value() for name in wrong} == wrong
    assert not again.context["form"].errors
    mended = ANSWERS[question]
    assert client.post(person.url, mended).status_code == 302
    shown = client.get(person.url).context["form"]
    assert {name: str(shown[name].value()) for name in mended} == mended, "mended, the former is gone"


def test_more_than_a_page_has_room_for_is_not_kept(client: Client, world: World) -> None:
    person = Resident(client).until("what")
    assert client.post(person.url, {"description": "路" * 30_000}).status_code == 422
    assert client.get(person.url).context["form"]["description"].value() == ""
