"""The commands of docs/howto/use-the-api.md do what the page says, in its order."""

import io
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from PIL import Image

from minfu.accounts.models import User
from minfu.cases.models import Case
from minfu.cases.tests.api import Caller
from minfu.cases.tests.world import FENGPU_VILLAGES, World

PAGE = Path(settings.BASE_DIR) / "docs" / "howto" / "use-the-api.md"
PASSWORD = "Cuiping-2026-lake"  # an invented password


def commands() -> list[str]:
    """Return every curl command of the page."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return [block.strip() for block in blocks if block.startswith("curl ")]


def run(command: str, known: dict[str, str]) -> Any:
    """Send what a command would send."""
    for name, value in known.items():
        command = command.replace(f"'${name}'", value).replace(f"${name}", value)
    path = re.search(r"/api/v1[^\s\"]*", command)[0]  # type: ignore[index]
    headers = dict(one.split(": ", 1) for one in re.findall(r"-H [\"']([^\n]*?)[\"'](?= |$)", command))
    data = re.search(r"-d '(.*)'$", command)
    client = Client()
    if "-F file=" in command:
        photo = io.BytesIO()
        Image.new("RGB", (8, 8)).save(photo, "JPEG")
        photo.seek(0)
        photo.name = "photo.jpg"
        return client.post(path, {"file": photo}, headers=headers)
    if "-X DELETE" in command:
        return client.delete(path, headers=headers)
    if data is None:
        return client.get(path, headers=headers)
    return client.post(path, data[1], content_type=headers.pop("Content-Type"), headers=headers)


def test_from_a_token_to_a_confirmed_close(world: World) -> None:
    user = User.objects.get(username="clerk")
    user.set_password(PASSWORD)
    user.save()
    known = {
        "API": "http://127.0.0.1:8000/api/v1",
        "VILLAGE": FENGPU_VILLAGES[0],
        "CATEGORY": "040101",
        "USER_NAME": "clerk",
        "PASSWORD": PASSWORD,
        "CLERK": Caller(world, "clerk").raw,
        "OFFICER": Caller(world, "officer").raw,
    }
    for command in commands():
        answer = run(command, known)
        assert answer.status_code in (200, 201, 204), f"{command}\n{answer.content.decode()}"
        if answer.status_code == 201 and "receipt" in answer.json():
            known["ID"] = str(answer.json()["id"])
    case = Case.objects.get()
    assert (case.state, case.satisfaction, case.door) == ("solved", 5, "phone")
