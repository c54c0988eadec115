"""What the service worker is told to keep: everything the field's pages are made of, by version, and whose pages they are."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from minfu.cases.tests.desk import sign_in
from minfu.cases.tests.world import World
from minfu.cases.views import offline


def told(client: Client) -> dict[str, Any]:
    """Return what the worker is told."""
    script = client.get(reverse("cases:field_worker")).content.decode()
    found = re.match(r"self\.minfu = (\{.*\});\nimportScripts\(\"(\S+)\"\);\n$", script)
    assert found, script
    assert found[2].endswith("field-worker.js")
    about: dict[str, Any] = json.loads(found[1])
    return about


def test_every_file_a_kept_page_names_is_kept(world: World) -> None:
    world.register()
    client = sign_in("worker")
    files = set(told(client)["files"])
    for name in ("field", "field_report", "field_done_any", "field_offline"):
        html = client.get(reverse(f"cases:{name}")).content.decode()
        named = set(re.findall(r'"(/static/[^"#]+)', html))
        assert named, name
        assert named <= files, (name, named - files)


def test_every_module_the_script_imports_is_kept(client: Client) -> None:
    files = told(client)["files"]
    for module in (Path(settings.BASE_DIR) / "static" / "minfu").glob("*.js"):
        if any(one.endswith("/" + module.name) for one in files):
            for wanted in re.findall(r'from "\./([\w-]+\.js)"', module.read_text()):
                assert f"/static/minfu/{wanted}" in files, f"{module.name} imports {wanted}"
    assert "/static/minfu/queue.js" in files


def test_a_changed_file_is_another_version(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    offline._bundle.cache_clear()
    before = told(client)["version"]
    assert told(client)["version"] == before
    source = offline._source
    monkeypatch.setattr(offline, "_source", lambda name: source(name) + b" " * (name == "minfu/staff.css"))
    offline._bundle.cache_clear()
    assert told(client)["version"] != before
    offline._bundle.cache_clear()


def test_the_worker_is_never_stale_and_is_one_for_all(client: Client) -> None:
    answer = client.get(reverse("cases:field_worker"))
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_pages_say_whose_they_are_and_others_are_never_kept(world: World) -> None:
    case = world.register()
    client = sign_in("worker")
    owner = f"{world.worker.user_id}.{world.worker.post_id}"
    for name in ("field", "field_report", "field_done_any"):
        assert client.get(reverse(f"cases:{name}")).headers[offline.OWNER] == owner
    for address in (
        reverse("cases:field_case", args=[case.pk]),
        reverse("cases:field_done", args=[case.pk]),
        reverse("cases:inbox"),
    ):
        assert offline.OWNER not in client.get(address).headers
    refused = client.post(reverse("cases:field_report"), {"description": ""})
    assert offline.OWNER not in refused.headers, "what was typed is not kept"


def test_the_page_without_a_signal_is_nobodys(world: World) -> None:
    html = sign_in("worker").get(reverse("cases:field_offline")).content.decode()
    assert "没有信号" in html
    assert "data-user" not in html


def test_it_can_be_installed(client: Client) -> None:
    about = client.get(reverse("cases:field_manifest")).json()
    assert {icon["sizes"] for icon in about["icons"]} == {"192x192", "512x512"}
    assert about["start_url"] == reverse("cases:field")
