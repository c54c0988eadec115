"""``minfu report``: nothing is invented among real demands. What it writes: tests/walks/test_half_year_report.py."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from minfu.cases.models import Case
from minfu.kernel.errors import Refused
from minfu.site.cli import report


@pytest.mark.django_db
def test_demands_are_invented_only_where_the_demo_is(tmp_path: Path) -> None:
    told = ["halfyear", "--area", "350922204", "--out", str(tmp_path / "none"), "--seed", "1"]
    done = CliRunner().invoke(report.app, told)
    assert isinstance(done.exception, Refused)
    assert "没有装演示数据" in str(done.exception)
    assert not (tmp_path / "none").exists()
    assert not Case.objects.exists()
