"""The API does not fall behind: whatever a screen changes, a program can change."""

import inspect
import re
from fnmatch import fnmatchcase
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from minfu.site.api import api
from tests.counterparts import COUNTERPARTS

#: Names of functions that ``require_http_methods`` keeps the allowed methods under.
ALLOWED = "request_method_list"


def methods(view: Any) -> set[str]:
    """Return the methods a view takes; every one for a view that does not say."""
    while view is not None:
        named = inspect.getclosurevars(view).nonlocals.get(ALLOWED)
        if named is not None:
            return set(named)
        view = getattr(view, "__wrapped__", None)
    return {"GET", "POST"}


def screens(resolver: URLResolver | None = None, space: str = "") -> dict[str, Any]:
    """Return the view of every screen of ours by the name of its route."""
    found: dict[str, Any] = {}
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            found |= screens(entry, entry.namespace or space)
        elif isinstance(entry, URLPattern) and entry.name and space not in ("", "api"):
            found[f"{space}:{entry.name}"] = entry.callback
    return found


def counterpart(name: str) -> str | tuple[str, ...] | None:
    """Return what the table says of a route."""
    return next((told for pattern, told in COUNTERPARTS if fnmatchcase(name, pattern)), None)


def test_the_methods_of_a_screen_are_seen() -> None:
    found = screens()
    assert len(found) > 100
    assert methods(found["cases:bulk"]) == {"GET", "POST"}
    assert "POST" not in methods(found["cases:dispatch"])
    assert methods(found["accounts:person_reset"]) == {"POST"}


def test_every_screen_that_changes_something_has_its_operation() -> None:
    missing = sorted(
        name for name, view in screens().items() if "POST" in methods(view) and counterpart(name) is None
    )
    assert not missing, (
        f"add an operation and a line in tests/counterparts.py (or say why there is none): {missing}"
    )


def test_every_line_names_a_screen_and_operations_that_are() -> None:
    operations = {
        operation.operation_id
        for router in api._get_bound_routers()
        for view in router.path_operations.values()
        for operation in view.operations
    }
    taking = [name for name, view in screens().items() if "POST" in methods(view)]
    for pattern, told in COUNTERPARTS:
        assert any(fnmatchcase(name, pattern) for name in taking), f"{pattern} is no screen that takes a POST"
        if isinstance(told, str):
            assert re.search(r"\w+ \w+", told), f"{pattern}: say why"
        else:
            assert set(told) <= operations, f"{pattern}: {set(told) - operations}"
