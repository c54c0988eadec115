"""The administrator's screens of addresses, and the same over the API."""

import re
from typing import Any

import pytest
from django.test import Client

from minfu.accounts import partners
from minfu.accounts.models import User
from minfu.cases.tests.api import Caller
from minfu.cases.tests.screens import user_of
from minfu.cases.tests.world import COUNTY, World
from minfu.webhooks.models import Delivery, Endpoint
from minfu.webhooks.tests.conftest import Hook
from minfu.webhooks.tests.receiver import Receiver


@pytest.fixture
def admin(world: World) -> Client:
    client = Client()
    client.force_login(user_of(world, "administrator"))
    return client


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:2000]
    return str(answer.content.decode())


def secret_in(page: str) -> str:
    found = re.search(r"whsec_[A-Za-z0-9+/=]+", page)
    assert found, page
    return found[0]


def test_an_address_is_added_used_changed_and_stopped(
    admin: Client, world: World, receiver: Receiver
) -> None:
    terms = partners.SystemTerms("县大数据平台", ["cases.read"], COUNTY)
    system = partners.create(terms, actor=world.administrator)
    assert "还没有推送地址" in text(admin.get("/admin/webhooks/"))
    assert "县大数据平台" in text(admin.get("/admin/webhooks/new/"))
    form = {"system_id": system.pk, "label": "正式环境", "url": receiver.url, "kinds": ["cases.registered"]}
    shown = admin.post("/admin/webhooks/new/", form)
    secret = secret_in(text(shown))
    assert "no-store" in shown["Cache-Control"]
    row = Endpoint.objects.get()
    page = f"/admin/webhooks/{row.pk}/"
    assert secret not in text(admin.get(page))
    case = world.register()
    Hook(world, system, row.pk, secret).work()
    assert receiver.got[0].verified(secret)["data"]["number"] == case.number
    log = text(admin.get(page))
    for word in (case.number, "登记了诉求", "已接收", "204", "毫秒"):
        assert word in log, word
    assert "正常" in text(admin.get("/admin/webhooks/"))
    delivery = Delivery.objects.get()
    assert admin.post(f"{page}deliveries/{delivery.pk}/replay/").status_code == 302
    assert Delivery.objects.get().state == "waiting"
    assert admin.post(f"{page}replay/", {"since": "2020-01-01T00:00"}).status_code == 302
    assert "从什么时候起" in text(admin.post(f"{page}replay/", {"since": ""}), 422)
    renewed = secret_in(text(admin.post(f"{page}secret/", {"hours": 24})))
    assert renewed != secret
    assert "旧密钥并用到" in text(admin.get(page))
    changed = admin.post(page, {"label": "测试环境", "url": receiver.url, "kinds": []})
    assert changed.status_code == 302
    assert (Endpoint.objects.get().label, Endpoint.objects.get().kinds) == ("测试环境", [])
    assert admin.post(f"{page}off/").status_code == 302
    assert "没有在推送" in text(admin.get(page))
    assert admin.post(f"{page}off/").status_code == 409
    assert admin.post(f"{page}on/").status_code == 302
    history = text(admin.get(page))
    for word in ("登记了推送地址", "修改了推送地址", "换了签名密钥", "停止推送", "开始推送", "重新推送 1 条"):
        assert word in history, word


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"url": "http://10.1.2.3/hook"}, "内部网络"),
        ({"url": "ftp://example.org/"}, "http"),
        ({"url": "https://user:word@example.org/"}, "用户名"),
        ({"label": ""}, "名称"),
        ({"kinds": ["cases.imported"]}, "没有这个选项"),
        ({"system_id": 0}, "对接系统"),
    ],
)
def test_what_does_not_fit_is_said_at_the_form(
    admin: Client, world: World, change: dict[str, Any], sentence: str
) -> None:
    terms = partners.SystemTerms("县大数据平台", ["cases.read"], COUNTY)
    system = partners.create(terms, actor=world.administrator)
    form = {"system_id": system.pk, "label": "正式环境", "url": "https://example.org/hook", **change}
    assert sentence in text(admin.post("/admin/webhooks/new/", form), 422)
    assert not Endpoint.objects.exists()


def test_a_system_that_sees_nothing_gets_no_address(admin: Client, world: World) -> None:
    terms = partners.SystemTerms("看板", ["figures.read"], COUNTY)
    system = partners.create(terms, actor=world.administrator)
    form = {"system_id": system.pk, "label": "正式环境", "url": "https://example.org/hook"}
    assert "看不到任何诉求" in text(admin.post("/admin/webhooks/new/", form), 422)


def test_only_the_administrator_of_the_area(told: Hook, world: World) -> None:
    for name in ("clerk", "dispatcher", "auditor"):
        client = Client()
        client.force_login(User.objects.get(username=name))
        assert client.get("/admin/webhooks/").status_code in (403, 404), name
        assert Caller(world, name).get(f"/admin/webhooks/{told.pk}").status_code == 403
    assert Caller(world, "administrator").get("/admin/webhooks/999999").status_code == 404


def test_the_same_over_the_api(world: World, receiver: Receiver) -> None:
    admin = Caller(world, "administrator")
    terms = partners.SystemTerms("县大数据平台", ["cases.read"], COUNTY)
    system = partners.create(terms, actor=world.administrator)
    kinds = admin.get("/admin/webhook-kinds").json()
    assert {"kind": "cases.accepted", "label": "签收"} in kinds
    body = {"system_id": system.pk, "label": "正式环境", "url": receiver.url, "kinds": ["cases.accepted"]}
    made = admin.post("/admin/webhooks", body)
    assert made.status_code == 201
    secret, webhook = made.json()["secret"], made.json()["webhook"]
    path = f"/admin/webhooks/{webhook['id']}"
    world.at("handling")
    Hook(world, system, webhook["id"], secret).work()
    assert [one.verified(secret)["type"] for one in receiver.got] == ["cases.accepted"]
    log = admin.get(f"{path}/deliveries").json()
    assert [(row["state"], row["status"], row["attempts"]) for row in log["items"]] == [("sent", 204, 1)]
    assert log["items"][0]["message_id"] == receiver.got[0].id
    again = admin.post(f"{path}/deliveries/{log['items'][0]['id']}/replay")
    assert again.json()["state"] == "waiting"
    assert admin.post(f"{path}/replay", {"since": "2020-01-01T00:00:00Z"}).json() == {"number": 1}
    assert admin.post(f"{path}/secret", {"hours": 0}).json()["secret"] not in ("", secret)
    changed = admin.put(path, {"label": "测试", "url": receiver.url, "kinds": []}).json()
    assert (changed["label"], changed["kinds"]) == ("测试", [])
    assert admin.post(f"{path}/off").json()["off_why"] == "administrator"
    assert admin.post(f"{path}/on").json()["is_on"]
    assert secret not in str([admin.get(path).json(), admin.get("/admin/webhooks").json()])
    wrong = admin.post("/admin/webhooks", {**body, "url": "http://localhost:1/"})
    assert wrong.json()["errors"][0]["field"] == "url"
