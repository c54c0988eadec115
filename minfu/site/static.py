# ruff: noqa: ARG002, FBT001 - Django decides what a finder is called with
"""Where static files come from: our own folder, and a short list of files from npm packages served as they are."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import allauth
import ninja
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core import checks
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

#: Folder under ``/static/vendor/`` → folder in ``node_modules`` and the files of it that pages use. An absolute folder is
#: one of an installed Python package.
VENDOR: dict[str, tuple[str, tuple[str, ...]]] = {
    "swagger": (
        str(Path(ninja.__file__).parent / "static" / "ninja"),
        ("swagger-ui-bundle.js", "swagger-ui.css"),
    ),
    "allauth": (
        str(Path(allauth.__file__).parent / "mfa" / "static" / "mfa" / "js"),
        ("webauthn-json.js", "webauthn.js"),
    ),
    "tabler": ("@tabler/core/dist/css", ("tabler.min.css",)),
    "htmx": ("htmx.org/dist", ("htmx.min.js",)),
    "leaflet": (
        "leaflet/dist",
        (
            "leaflet.js",
            "leaflet.css",
            "images/layers.png",
            "images/layers-2x.png",
            "images/marker-icon.png",
            "images/marker-icon-2x.png",
            "images/marker-shadow.png",
        ),
    ),
}


class VendorFinder(BaseFinder):
    """Finds the files of ``VENDOR`` under ``node_modules`` and nothing else of it (34 MB stay where they are)."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any):
        """Prepare one storage per vendor folder; a package that is not installed yields no file."""
        root = Path(settings.BASE_DIR) / "node_modules"
        self.storages: list[tuple[FileSystemStorage, tuple[str, ...]]] = []
        for name, (folder, files) in VENDOR.items():
            storage = FileSystemStorage(location=root / folder)
            storage.prefix = f"vendor/{name}"  # type: ignore[attr-defined]  # Django's finder gives its storages a prefix
            self.storages.append((storage, files))
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """Warn when a listed file is absent: pages would come without their looks."""
        missing = [
            str(storage.path(file))
            for storage, files in self.storages
            for file in files
            if not storage.exists(file)
        ]
        if not missing:
            return []
        return [
            checks.Warning(f"front-end file {missing[0]} is missing", hint="Run `npm ci`.", id="minfu.W001")
        ]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the absolute path of a vendor file, or an empty list."""
        for storage, files in self.storages:
            prefix, _, file = path.partition(storage.prefix + "/")  # type: ignore[attr-defined]  # Django's finder gives its storages a prefix
            if not prefix and file in files and storage.exists(file):
                return [storage.path(file)] if find_all else storage.path(file)
        return []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yield every installed vendor file with its storage, for ``collectstatic``."""
        for storage, files in self.storages:
            for file in files:
                if storage.exists(file):
                    yield file, storage


class HashedStorage(CompressedManifestStaticFilesStorage):
    """Names carry a hash of the content, imports between our modules follow it; source maps are not shipped."""

    support_js_module_import_aggregation = True
    patterns = (("*.css", CompressedManifestStaticFilesStorage.patterns[0][1][:2]),)
