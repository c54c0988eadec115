"""A stamped room passes every check and every test, at once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tools import new_room

ROOT = Path(settings.BASE_DIR)
COPIED = ("config", "minfu", "tools", "templates", "static", "tests", "docs", "locale")
FILES = ("manage.py", "pyproject.toml", "conftest.py")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house to build in."""
    for name in COPIED:
        if (ROOT / name).exists():
            shutil.copytree(
                ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "walks")
            )
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def run(house: Path, *command: str) -> None:
    """Run a Python module in the house; its output is shown when it fails."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "MINFU_TEST_"))}
    environment = {**kept, "PYTHONPATH": str(house), "MINFU_HOME": str(house / "var")}
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=house,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.mark.slow
def test_a_stamped_room_passes_the_checks_and_its_tests(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new_room.stamp(house, "projects", "村级项目")
    monkeypatch.setenv("PYTHONPATH", str(house))
    new_room.finish(house, "projects")
    run(house, "ruff", "check", "--quiet", "minfu/projects", "config")
    run(house, "ruff", "format", "--check", "--quiet", "minfu/projects", "config")
    run(house, "pytest", "-q", "-p", "no:randomly", "minfu/projects", "tests/test_house_rules.py")


def test_a_taken_or_odd_name_is_refused(house: Path) -> None:
    for name in ("cases", "Project", "a-b"):
        with pytest.raises(SystemExit):
            new_room.stamp(house, name, "项目")
