"""A table of another system, for the tests of telling which of its columns is which."""

import io
from typing import Any

import openpyxl
from django.test import Client

TITLES = ("流水号", "来电日期", "来电人", "来电号码", "来电内容", "事发地址", "坐席", "满意度")
ROWS = (
    ("GD-1", "2026-11-20 09:30", "林小满", "13800001234", "村口的路灯坏了三天，晚上看不见路。", "凤埔乡凤埔村", "007", ""),
    ("GD-2", "2026/11/20 10:05", "陈大勇", "13800005678", "自来水一到晚上就没有，请来看看。", "凤埔乡凤埔村2组", "007", "满意"),
    ("GD-3", "2026-11-21 08:00", "王五", "0593-7654321", "路边的垃圾没人收，味道很大，请处理。", "凤埔乡", "009", ""),
)  # fmt: skip


def table(*rows: Any, titles: Any = TITLES) -> bytes:
    lines = [titles, *(rows or ROWS)]
    return "\n".join("\t".join(map(str, line)) for line in lines).encode()


def book(rows: Any, merge: Any = ()) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for cells in merge:
        sheet.merge_cells(cells)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def upload(client: Client, data: bytes, name: str = "热线导出.csv", **more: Any) -> str:
    """Upload a table for import and return the address that comes next."""
    file = io.BytesIO(data)
    file.name = name
    answer = client.post("/cases/import/", {"file": file, "source": "12345热线", "how": "all", **more})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return str(answer["Location"])
