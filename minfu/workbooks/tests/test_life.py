"""A form from its upload to the filled workbook: allowed beside refused."""

import io
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from minfu.accounts.models import User
from minfu.cases.rules.intake import Spot
from minfu.cases.tests.world import FENGPU_VILLAGES, World
from minfu.kernel.errors import Missing
from minfu.workbooks.models import Workbook
from minfu.workbooks.rules import access
from minfu.workbooks.tests.story import VILLAGES, begun, registered, upload
from minfu.workbooks.trial.drawing import drawn


def signed_in(client: Client, actor: Any) -> Client:
    client.force_login(
        User.objects.get(pk=actor.user_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def sheet_of(data: bytes, name: str = "附件1") -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))[name]


def test_from_the_empty_form_to_the_filled_one(world: World, client: Client) -> None:
    for _number in range(3):
        registered(world)
    registered(world, spot=Spot(village_code=FENGPU_VILLAGES[1]))
    registered(world, month=7)  # not of the half-year
    signed_in(client, world.clerk)
    answer = client.post(reverse("workbooks:begin"), {"file": upload(drawn([VILLAGES]))})
    row = Workbook.objects.get()
    assert answer["Location"] == reverse("workbooks:workbook", args=[row.pk])
    assert (row.area, row.period, row.title) == (
        "350922204000",
        "2026-H1",
        "凤埔乡2026年上半年群众诉求办理情况统计表",
    )
    page = client.get(answer["Location"]).content.decode()
    assert "走访农户" in page
    kept = {
        "version": row.version,
        "c:0!F3": "12",
        "c:0!F4": "7",
        "c:0!D3": "",
        "c:0!E3": "0",
        "c:0!E4": "0",
        "c:0!E5": "0",
    }
    assert client.post(answer["Location"], kept).status_code == 302
    back = client.get(reverse("workbooks:download", args=[row.pk]))
    sheet = sheet_of(back.content)
    assert [sheet[cell].value for cell in ("B3", "B4", "F3", "F4")] == [3, 1, 12, 7]
    assert sheet["B5"].value == "=SUM(B3:B4)"
    comment = sheet["B3"].comment.text
    assert "登记诉求，凤埔乡凤埔村" in comment
    assert "/figures/registered/?area=350922204200&period=2026-H1" in comment
    assert "2026年上半年" in comment.replace(" ", "")


def test_another_unit_sees_nothing_of_it(world: World, client: Client) -> None:
    row = begun(world)
    with pytest.raises(Missing):
        access.get_for(world.other_clerk, row.pk)
    signed_in(client, world.other_clerk)
    assert client.get(reverse("workbooks:download", args=[row.pk])).status_code == 404
