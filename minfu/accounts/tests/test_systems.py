"""Other systems on screens and over the API: let in, given keys that are shown once, changed, let in no longer."""

import re

import pytest
from django.test import Client

from minfu.accounts.models import System
from minfu.accounts.tests import people
from minfu.accounts.tests.program import Program

pytestmark = pytest.mark.django_db

FORM = {"name": "县大数据平台", "scopes": ["cases.read"], "area": people.COUNTY, "per_minute": "60"}


@pytest.fixture
def admin(client: Client) -> Client:
    """The administrator's browser."""
    user = people.person("admin")
    people.post(user, "administrator", people.county_unit())
    client.force_login(user)
    return client


def text(answer, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def test_a_system_is_let_in_gets_a_key_and_is_let_in_no_longer(admin: Client) -> None:
    assert "还没有接入别的系统" in text(admin.get("/admin/systems/"))
    assert "读取辖区内的诉求" in text(admin.get("/admin/systems/new/"))
    made = admin.post("/admin/systems/new/", FORM)
    system = System.objects.get()
    assert made["Location"] == f"/admin/systems/{system.pk}/"
    shown = admin.post(f"/admin/systems/{system.pk}/keys/new/", {"label": "正式环境", "days": "30"})
    assert "no-store" in shown["Cache-Control"]
    key = re.search(r"mf_[\w-]+", text(shown))[0]  # type: ignore[index]  # it is found
    page = text(admin.get(f"/admin/systems/{system.pk}/"))
    assert key not in page
    assert "正式环境" in page
    assert "接入外部系统" in page
    headers = {"Authorization": f"Bearer {key}"}
    assert Client().get("/api/v1/me", headers=headers).json()["role"] == "partner"
    changed = {**FORM, "scopes": ["figures.read"], "area": people.TOWNSHIP}
    assert admin.post(f"/admin/systems/{system.pk}/", changed).status_code == 302
    assert Client().get("/api/v1/me", headers=headers).json()["area"] == people.TOWNSHIP[:9]
    listed = text(admin.get("/admin/systems/"))
    assert "读取辖区的统计数" in listed
    assert "请填写“原因”" in text(admin.post(f"/admin/systems/{system.pk}/end/", {"reason": ""}), 422)
    admin.post(f"/admin/systems/{system.pk}/end/", {"reason": "合同到期"})
    assert Client().get("/api/v1/me", headers=headers).status_code == 401
    assert "已停用" in text(admin.get(f"/admin/systems/{system.pk}/"))


def test_one_key_is_ended_and_wrong_input_stays(admin: Client) -> None:
    admin.post("/admin/systems/new/", FORM)
    system = System.objects.get()
    wrong = text(admin.post(f"/admin/systems/{system.pk}/keys/new/", {"label": "试", "days": "9999"}), 422)
    assert "不能大于 1100" in wrong
    assert 'value="试"' in wrong
    admin.post(f"/admin/systems/{system.pk}/keys/new/", {"days": "30"})
    key = system.post.api_tokens.get()
    admin.post(f"/admin/systems/{system.pk}/keys/{key.pk}/end/")
    assert not system.post.api_tokens.exists()
    again = text(admin.post("/admin/systems/new/", FORM), 422)
    assert "已经有名为“县大数据平台”的对接系统" in again
    handles = text(admin.post("/admin/systems/new/", {**FORM, "name": "乙", "scopes": ["cases.handle"]}), 422)
    assert "请选择是哪个单位" in handles


def test_the_api_does_the_same() -> None:
    people.staff("admin", "administrator", people.county_unit())
    admin = Program("admin")
    scopes = {row["name"]: row for row in admin.ask("get", "/admin/scopes")}
    assert "cases.view" in scopes["cases.read"]["rights"]
    terms = {"name": "县大数据平台", "scopes": ["cases.read"], "area": people.COUNTY}
    made = admin.ask("post", "/admin/systems", terms, status=201)
    path = f"/admin/systems/{made['id']}"
    issued = admin.ask("post", f"{path}/keys", {"days": 30, "label": "正式"}, status=201)
    key = Program()
    key.headers = {"Authorization": f"Bearer {issued['key']}"}
    assert key.ask("get", "/me")["role"] == "partner"
    key.ask("get", "/admin/systems", status=403)
    assert [row["label"] for row in admin.ask("get", path)["keys"]] == ["正式"]
    assert "key" not in admin.ask("get", path)["keys"][0]
    change = {"scopes": ["cases.read", "figures.read"], "area": people.COUNTY, "per_minute": 10}
    assert admin.ask("put", path, change)["per_minute"] == 10
    wrong = admin.ask("put", path, {**change, "scopes": ["everything"]}, status=422)
    assert wrong["errors"][0]["field"] == "scopes"
    admin.ask("delete", f"{path}/keys/{issued['system']['keys'][0]['id']}", status=204)
    key.ask("get", "/me", status=401)
    assert admin.ask("post", f"{path}/end", {"reason": "合同到期"})["is_over"] is True
    assert [row["name"] for row in admin.ask("get", "/admin/systems")] == ["县大数据平台"]
