"""The half-year report of Pixi township, from an invented half-year: every figure in its three files leads to its records."""

import io
import random
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import docx
import pytest
import time_machine
from django.test import Client
from pypdf import PdfReader
from pytest_django import Settings
from typer.testing import CliRunner

from minfu.accounts.models import User
from minfu.accounts.tests.people import PASSWORD
from minfu.cases.rules import catalog
from minfu.cases.rules.defaults import load_defaults
from minfu.disputes import door as disputes
from minfu.figures import door as figures
from minfu.hazards import door as hazards
from minfu.kernel.calendar import store
from minfu.papers.tests import ofd_reading
from minfu.places import index
from minfu.places.demo import load_demo
from minfu.places.loading import load_county
from minfu.site.cli import report
from minfu.site.demo import halfyear, script, staff
from tests.walks.walker import Walker

PIXI = "610422102"
MONDAY = datetime.fromisoformat("2026-11-23T07:10:00+08:00")
TITLE = "陂西镇2026年上半年群众诉求办理工作报告"


@pytest.fixture
def sanyuan(transactional_db: None, settings: Settings, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Sanyuan county with its demo's people, and a small half-year of Pixi's demands, on a Monday of November."""
    settings.MINFU_COUNTY, settings.MINFU_DEMO = "610422", True
    index.forget()
    catalog.forget()
    with time_machine.travel(MONDAY):
        load_county("610422")
        load_demo("610422")
        load_defaults()
        for room in (disputes, hazards, figures):
            room.load_defaults()
        county = staff.County.of("610422")
        staff.load(county)
        assert halfyear.load(county, PIXI, most=2) >= 21
        assert "refused" not in caplog.text
        clerk = User.objects.get(username="xiang")
        clerk.set_password(PASSWORD)
        clerk.save()
        yield
    catalog.forget()
    index.forget()


@pytest.mark.browser
@pytest.mark.timeout(600)
@pytest.mark.usefixtures("sanyuan")
def test_every_figure_of_the_report_leads_to_its_records(
    tmp_path: Path, client: Client, enter: Callable[..., Walker]
) -> None:
    done = CliRunner().invoke(report.app, ["halfyear", "--area", PIXI, "--out", str(tmp_path / "new")])
    assert done.exit_code == 0, done.output
    files = {one.suffix: one.read_bytes() for one in (tmp_path / "new").iterdir() if one.stem == TITLE}
    assert set(files) == {".docx", ".pdf", ".ofd"}
    opened = ofd_reading.Opened(files[".ofd"])
    assert opened.faults() == []
    links = opened.links()
    notes = [
        one.get_object()
        for page in PdfReader(io.BytesIO(files[".pdf"])).pages
        for one in page.get("/Annots", ())
    ]
    word = docx.Document(io.BytesIO(files[".docx"])).part.rels.values()
    addresses = {address for address, _text in links}
    assert (
        addresses
        == {one["/A"]["/URI"] for one in notes}
        == {one.target_ref for one in word if one.is_external}
    )

    client.force_login(
        User.objects.get(username="xiang"), backend="django.contrib.auth.backends.ModelBackend"
    )
    shown = {}
    for address in addresses:
        path = re.sub(r"^https?://[^/]+", "", address)
        answer = client.get(path)
        assert answer.status_code == 200, path
        figure, number = answer.context["figure"], answer.context["number"]
        printed = {text for one, text in links if one == address}
        if (figures.begun() or figure.period.start) <= figure.period.start:
            assert all(figure.text in text or text in figure.shown for text in printed), (path, printed)
        else:  # a half-year of which there are no records has no number to compare with
            assert printed == {"—"}, path
        if not figure.indicator.is_share:
            assert number == figure.value
        shown[path] = (figure.shown, number)
    villages = [path for path in shown if "registered" in path and f"area={PIXI}000&" not in path]
    assert len(villages) == 21
    whole = f"/figures/registered/?area={PIXI}000&period=2026-H1"
    assert sum(shown[path][1] for path in villages) == shown[whole][1]

    clerk = enter("xiang")
    for path in shown:
        clerk.go(path)
        clerk.sees(shown[path][0], f"共 {shown[path][1]} 条记录")
    row = clerk.page.get_by_role("region", name="记录").get_by_role("link").first
    number = row.inner_text()
    clerk.go(urlsplit(row.get_attribute("href") or "").path)
    clerk.sees(number)


def test_the_same_seed_invents_the_same_half_year() -> None:
    half = halfyear.last_half(date(2026, 11, 23))
    assert (half.key, halfyear.last_half(date(2026, 6, 30)).key) == ("2026-H1", "2025-H2")
    with time_machine.travel(MONDAY):
        days = script.Timeline(MONDAY, store.shipped(), half.start).days

    def told(seed: int) -> list[script.Story]:
        return list(halfyear.told(["1.1", "1.2"], days, half, random.Random(seed), 6))

    assert told(1) == told(1)
    assert told(1) != told(2)
    longest = {name: max((step.day for step in steps), default=0) for name, steps in script.courses().items()}
    for story in told(1):
        assert half.start <= days[story.workdays_ago] <= half.end
        assert longest[story.course] <= story.workdays_ago
