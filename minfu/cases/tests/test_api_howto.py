"""The commands of docs/howto/use-the-api.md do what the page says, in its order."""

import io
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from minfu.accounts.models import User
from minfu.cases.models import Case
from minfu.cases.rules.actions import configure
from minfu.cases.tests.api import Caller
from minfu.cases.tests.world import FENGPU_VILLAGES, World

PAGE = Path(settings.BASE_DIR) / "docs" / "howto" / "use-the-api.md"
PASSWORD = "Cuiping-2026-lake"  # an invented password


def _photo() -> bytes:
    photo = io.BytesIO()
    Image.new("RGB", (8, 8)).save(photo, "JPEG")
    return photo.getvalue()


RING = [[118.7, 26.6], [118.71, 26.6], [118.71, 26.61], [118.7, 26.6]]
GRID = {
    "type": "Feature",
    "properties": {"村码": FENGPU_VILLAGES[1], "名称": "第一网格"},
    "geometry": {"type": "Polygon", "coordinates": [RING]},
}
#: What lies in the files the commands name.
FILES = {
    "photo.jpg": _photo(),
    "demands.csv": "反映内容,诉求类型\n村口路灯坏了,求助\n,闲聊\n".encode(),
    "2027.csv": "2027-10-01,0,国庆节\n2027-10-04,0,国庆节\n".encode(),
    "grids.geojson": json.dumps({"type": "FeatureCollection", "features": [GRID]}).encode(),
}


def commands() -> list[str]:
    """Return every curl command of the page."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return [block.strip() for block in blocks if block.startswith("curl ")]


def run(command: str, known: dict[str, str]) -> Any:
    """Send what a command would send."""
    for name, value in known.items():
        command = command.replace(f"'${name}'", value).replace(f"${name}", value)
    path = re.search(r"/api/v1[^\s\"]*", command)[0]  # type: ignore[index]  # it is found
    headers = dict(one.split(": ", 1) for one in re.findall(r"-H [\"']([^\n]*?)[\"'](?= |$)", command))
    data = re.search(r"-d '(.*)'$", command)
    client = Client()
    if fields := dict(re.findall(r"-F (\w+)=(\S+)", command)):
        name = fields["file"].removeprefix("@")
        return client.post(path, {**fields, "file": SimpleUploadedFile(name, FILES[name])}, headers=headers)
    if "-X DELETE" in command:
        return client.delete(path, headers=headers)
    if data is None:
        return client.get(path, headers=headers)
    return client.post(path, data[1], content_type=headers.pop("Content-Type"), headers=headers)


def learnt(answer: Any) -> dict[str, str]:
    """Return what later commands name of an answer."""
    told = answer.json() if answer.status_code in (201, 202) else {}
    found = {"ID": told.get("id")} if "receipt" in told else {}
    found |= {"RUN": told.get("id")} if answer.status_code == 202 else {}
    if "one_time_password" in told:
        found |= {"ONE_TIME": told["one_time_password"], "PERSON": told["person"]["id"]}
    return {name: str(value) for name, value in found.items()}


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
        "ADMIN": Caller(world, "administrator").raw,
        "UNIT": str(world.units[FENGPU_VILLAGES[0]].pk),
        "TOMORROW": (configure.today() + timedelta(days=1)).isoformat(),
    }
    for command in commands():
        answer = run(command, known)
        assert answer.status_code in (200, 201, 202, 204), f"{command}\n{answer.content.decode()}"
        known |= learnt(answer)
    case = Case.objects.get()
    assert (case.state, case.satisfaction, case.door) == ("solved", 5, "phone")
