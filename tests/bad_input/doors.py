"""The doors of a demand as people and programs use them: the resident's pages, the clerk's form, the API, a table."""

import html
import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from minfu.cases.tests.api import STORY, Caller
from minfu.cases.tests.desk import sign_in
from minfu.cases.tests.residents import Resident
from minfu.cases.tests.world import FENGPU_VILLAGES, World

INTAKE = "/cases/new/"
IMPORT = "/cases/import/"


@dataclass
class Said:
    """What a door answered: the status, and all that can be read (entities resolved, fields included)."""

    status: int
    text: str

    @property
    def sentences(self) -> str:
        """Return what is read as text, tags left out."""
        return re.sub(r"<[^>]+>", " ", self.text)


def said(answer: Any) -> Said:
    """Return an answer as it is read."""
    return Said(answer.status_code, html.unescape(answer.content.decode()))


def typed(**more: Any) -> dict[str, Any]:
    """Return the clerk's form, filled in well but for ``more``."""
    return {
        "once": str(uuid4()), "door": "phone", "description": "村口路灯坏了", "kind": "request", "urgency": "normal",
        "category": "040101", "address": "", "village": FENGPU_VILLAGES[0], "grid": "", "mode": "named",
        "phone": "13800001234", "name": "林小满", "complained_unit": "", "diversion": "", **more,
    }  # fmt: skip


def web(world: World, **what: Any) -> Said:
    """Tell what happened on the resident's page; a text that is taken is sent to the end."""
    person = Resident(Client())
    person.until("what")
    answer = person.client.post(person.url, {"description": "村口的路灯坏了三天。", **what})
    if answer.status_code == 302:
        person.answers["what"] = {"description": what.get("description", "村口的路灯坏了三天。")}
        person.until("done")
    return said(answer)


def desk(world: World, **what: Any) -> Said:
    """Type into the clerk's form and send it."""
    return said(sign_in("clerk").post(INTAKE, typed(**what)))


def api(world: World, **what: Any) -> Said:
    """Register by the API."""
    return said(Caller(world, "clerk").post("/cases", {**STORY, **what}))


def table(world: World, **what: Any) -> Said:
    """Import a table of one row."""
    cells = {
        "反映内容": what.get("description", "村口路灯坏了"),
        "来源编号": "A-1",
        "反映时间": what.get("at", ""),
    }
    quoted = ['"' + one.replace('"', '""') + '"' for one in cells.values()]
    data = f"{','.join(cells)}\n{','.join(quoted)}\n".encode()
    return upload_table(data, "旧系统.csv")


def upload_table(data: bytes, name: str, **more: Any) -> Said:
    """Hand a table to the import page; what came of it is read."""
    client = sign_in("clerk")
    answer = client.post(
        IMPORT, {"file": SimpleUploadedFile(name, data), "source": "旧系统", "how": "all", **more}
    )
    if answer.status_code == 302:
        return said(client.get(answer["Location"]))
    return said(answer)


DOORS = {"web": web, "desk": desk, "api": api, "table": table}
