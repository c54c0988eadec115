"""Static files as a county serves them: collected, fingerprinted, compressed, nothing missing."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from minfu.site.static import VENDOR, VendorFinder


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Collect everything once with the real storage."""
    from django.test import override_settings

    root = tmp_path_factory.mktemp("static")
    storages = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "minfu.site.static.HashedStorage"},
    }
    with override_settings(STATIC_ROOT=root, STORAGES=storages):
        call_command("collectstatic", verbosity=0, interactive=False)
    return root


def test_every_listed_vendor_file_is_installed_and_nothing_else_is_served(collected: Path) -> None:
    assert VendorFinder().check() == []
    served = {
        str(path.relative_to(collected / "vendor"))
        for path in (collected / "vendor").rglob("*")
        if path.is_file()
    }
    plain = {name for name in served if not re.search(r"\.[0-9a-f]{12}\.|\.(gz|br)$", name)}
    assert plain == {f"{folder}/{file}" for folder, (_, files) in VENDOR.items() for file in files}


def test_a_vendor_file_off_the_list_is_not_found() -> None:
    assert finders.find("vendor/tabler/tabler.min.css")
    assert finders.find("vendor/tabler/tabler.css") is None
    assert finders.find("vendor/tabler/../../package.json") is None


def test_modules_import_each_other_by_fingerprint(collected: Path) -> None:
    app = next(path for path in (collected / "minfu").glob("app.*.js"))
    imports = re.findall(r'from "\./([\w.]+)"', app.read_text(encoding="utf-8"))
    assert len(imports) >= 7
    for name in imports:
        assert re.fullmatch(r"\w+\.[0-9a-f]{12}\.js", name)
        assert (collected / "minfu" / name).exists()


@pytest.mark.parametrize(
    ("name", "limit"), [("public.css", 15_000), ("icons.svg", 20_000), ("public.js", 2_000)]
)
def test_what_residents_load_stays_small(name: str, limit: int) -> None:
    path: Any = finders.find(f"minfu/{name}")
    assert Path(path).stat().st_size < limit


def test_styles_are_compressed(collected: Path) -> None:
    assert list((collected / "minfu").glob("public.*.css.br"))
    assert list((collected / "vendor" / "tabler").glob("tabler.min.*.css.br"))
