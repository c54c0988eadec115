"""The place a resident's own words tell: chosen beforehand, with the words, and theirs to change."""

import re

from django.test import Client

from minfu.cases.tests.residents import Resident
from minfu.cases.tests.world import FENGPU_VILLAGES, World

TOLD = {"what": {"description": "我住达才村，际头村祠堂后面那条路塌了。"}}


def test_a_place_in_the_text_is_chosen_beforehand_and_may_be_changed(client: Client, world: World) -> None:
    chosen = {"village": FENGPU_VILLAGES[1], "address": ""}
    person = Resident(client, {**TOLD, "where": chosen}).until("where")
    page = client.get(person.url).content.decode()
    assert "您前面写到“际头村”，先替您选了 <b>凤埔乡际头村</b>" in page
    assert re.search(rf'<option value="{FENGPU_VILLAGES[1]}"[^>]*selected', page)
    assert person.report().village_code == FENGPU_VILLAGES[1]
    other = Resident(client, {**TOLD, "where": {"village": FENGPU_VILLAGES[0], "address": ""}})
    assert other.report().village_code == FENGPU_VILLAGES[0], "what the resident chooses counts"


def test_two_places_are_not_chosen_between(client: Client, world: World) -> None:
    vague = Resident(client, {"what": {"description": "从凤埔村到际头村的路塌了。"}}).until("where")
    assert "先替您选了" not in client.get(vague.url).content.decode()
