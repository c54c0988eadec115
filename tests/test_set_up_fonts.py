"""Set-up brings fonts for documents, and goes on without them where it cannot."""

import subprocess
from pathlib import Path

import pytest

from tools import fonts

FANG = fonts.Bundle("fandol", ("FandolFang-*.otf",), ())


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose apt-get notes that it was asked, and hands out the packages lying in a folder."""
    place = tmp_path / "bin"
    place.mkdir()
    (tmp_path / "packages").mkdir()
    command = place / "apt-get"
    command.write_text(
        f'#!/bin/sh\necho "$@" >>{tmp_path}/asked\ncase "$*" in *download*) cp {tmp_path}/packages/*.deb . ;; esac\n'
    )
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}:/usr/bin:/bin")
    return tmp_path


def package(folder: Path) -> None:
    """Put a package with one font and one other file into the folder."""
    inside = folder / "inside"
    (inside / "DEBIAN").mkdir(parents=True)
    (inside / "DEBIAN" / "control").write_text(
        "Package: fandol\nVersion: 1\nArchitecture: all\nMaintainer: x <x@x.invalid>\nDescription: x\n"
    )
    place = inside / "usr" / "share" / "fonts"
    place.mkdir(parents=True)
    (place / "FandolFang-Regular.otf").write_bytes(b"font")
    (place / "other.txt").write_bytes(b"not wanted")
    subprocess.run(
        ["dpkg-deb", "-b", inside, folder / "packages" / "fandol.deb"], check=True, capture_output=True
    )


def asked(folder: Path) -> int:
    path = folder / "asked"
    return len(path.read_text().splitlines()) if path.exists() else 0


def test_only_the_fonts_of_a_package_are_taken_and_only_once(apt: Path) -> None:
    package(apt)
    target = apt / "fonts"
    assert fonts.bring(target, (FANG,)) == []
    assert [path.name for path in target.iterdir()] == ["FandolFang-Regular.otf"]
    assert fonts.bring(target, (FANG,)) == []
    assert asked(apt) == 1


def test_what_cannot_be_had_is_named_and_asked_for_again_only_when_told(apt: Path) -> None:
    target = apt / "fonts"
    assert fonts.bring(target, (FANG,)) == ["fandol"]
    tries = asked(apt)
    assert fonts.bring(target, (FANG,)) == []
    assert asked(apt) == tries
    package(apt)
    assert fonts.bring(target, (FANG,), again=True) == []
    assert (target / "FandolFang-Regular.otf").read_bytes() == b"font"


def test_files_the_machine_has_are_copied(apt: Path) -> None:
    place = apt / "there"
    place.mkdir()
    (place / "FandolFang-Regular.otf").write_bytes(b"font")
    here = fonts.Bundle("fandol", FANG.patterns, (str(place),))
    assert fonts.bring(apt / "fonts", (here,)) == []
    assert asked(apt) == 0
