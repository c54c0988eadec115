"""Posters as PDF: one grid, all grids of a village; the code on them leads to the form."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.urls import reverse

from minfu.kernel.record import Stamp
from minfu.papers.tests import reading
from minfu.places import posters
from minfu.places.models import Grid
from minfu.places.tests.test_api import program
from minfu.places.tests.test_screens import PINGSHA, SUDUN, a_grid, client_of, text

pytestmark = pytest.mark.django_db
ADDRESS = "https://minfu.example"


@pytest.fixture
def three(county: str, stamp: Stamp, settings: LazySettings) -> list[Grid]:
    """Two grids of one village and one of the next."""
    settings.MINFU_PUBLIC_URL = ADDRESS
    return [a_grid(stamp), a_grid(stamp), a_grid(stamp, PINGSHA)]


def pdf(client: Any, name: str, code: str, status: int = 200, **query: str) -> bytes:
    answer = client.get(reverse(f"places:{name}", args=[code]), query)
    assert answer.status_code == status, answer.content[:300]
    assert status != 200 or answer["Content-Type"] == "application/pdf"
    return bytes(answer.content)


def test_a_poster_can_be_read_and_scanned(three: list[Grid]) -> None:
    grid = three[0]
    made = pdf(client_of("village_officer", SUDUN), "poster_pdf", grid.code)
    assert reading.qr_codes(made) == [f"{ADDRESS}/r/g/{grid.qr_token}/"]
    (page,) = reading.pages(made)
    for one in (
        "有事，扫一扫",
        grid.name,
        "苏墩村",
        "凤埔乡",
        grid.code,
        f"{ADDRESS}/r/g/{grid.qr_token}/",
        "119",
    ):
        assert one in page, one
    assert reading.sizes(made) == {(210, 297)}
    assert all(reading.fonts(made).values())


def test_a_poster_on_a3_is_the_same_made_larger(three: list[Grid]) -> None:
    made = pdf(client_of("village_officer", SUDUN), "poster_pdf", three[0].code, paper="a3")
    assert reading.sizes(made) == {(297, 420)}
    assert len(reading.pages(made)) == 1
    assert reading.qr_codes(made) == [f"{ADDRESS}/r/g/{three[0].qr_token}/"]


def test_the_posters_of_a_village_are_one_file(three: list[Grid]) -> None:
    client = client_of("township_clerk", "350922204000")
    assert reverse("places:posters_pdf", args=[SUDUN]) in text(client, "posters")
    made = pdf(client, "posters_pdf", SUDUN)
    assert reading.qr_codes(made) == [f"{ADDRESS}/r/g/{grid.qr_token}/" for grid in three[:2]]


def test_posters_are_for_those_whose_area_it_is(three: list[Grid]) -> None:
    own, worker = client_of("village_officer", SUDUN), client_of("grid_worker", SUDUN, (three[1],))
    pdf(own, "poster_pdf", three[2].code, status=404)
    pdf(own, "posters_pdf", PINGSHA, status=404)
    assert reading.qr_codes(pdf(worker, "posters_pdf", SUDUN)) == [f"{ADDRESS}/r/g/{three[1].qr_token}/"]
    pdf(client_of("auditor"), "posters_pdf", SUDUN, status=403)


def test_more_than_a_printer_takes_is_refused_with_a_sentence(
    three: list[Grid], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posters, "MOST", 1)
    refused = client_of("township_clerk", "350922204000").get(reverse("places:posters_pdf", args=[SUDUN]))
    assert refused.status_code == 409
    assert "按村分几次打印" in refused.content.decode()


def test_a_name_of_any_kind_is_printed_as_it_is(three: list[Grid]) -> None:
    Grid.objects.filter(pk=three[0].pk).update(name="#eval 䶮$[村]\\ 网格")
    made = pdf(client_of("village_officer", SUDUN), "poster_pdf", three[0].code)
    assert "#eval䶮$[村]\\网格" in reading.text(made)


def test_programs_get_the_same_posters(three: list[Grid]) -> None:
    officer = program("village_officer", SUDUN)
    assert reading.sizes(officer.ask("get", f"/posters/{three[0].code}/poster.pdf", {"paper": "a3"})) == {
        (297, 420)
    }
    assert len(reading.pages(officer.ask("get", f"/posters/village/{SUDUN}.pdf"))) == 2
    officer.ask("get", f"/posters/village/{PINGSHA}.pdf", status=404)
    officer.ask("get", f"/posters/{three[0].code}/poster.pdf", {"paper": "a0"}, status=422)
