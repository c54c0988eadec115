"""A demand on paper: receipt and case file say what the screens say, nothing more."""

import io
import re
import zipfile
from datetime import timedelta

import docx
import ofdkit
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from minfu.cases.models import Case
from minfu.cases.rules import actions
from minfu.cases.rules.access import get_case_for
from minfu.cases.rules.detail import detail
from minfu.cases.rules.intake import Person, Spot
from minfu.cases.tests.api import Caller
from minfu.cases.tests.desk import sign_in
from minfu.cases.tests.world import FENGPU_VILLAGES, World
from minfu.cases.views import follow
from minfu.kernel import clock, codes, record
from minfu.papers import press
from minfu.papers.tests import reading

pytestmark = pytest.mark.django_db
TOLD = "村口路灯坏了，晚上看不见路"


def pdf(client: Client, url: str, status: int = 200) -> bytes:
    answer = client.get(url)
    assert answer.status_code == status, answer.content[:500]
    if status == 200:
        assert answer["Content-Type"] == "application/pdf"
        assert "no-store" in answer["Cache-Control"]
    return answer.content


def bare(text: str) -> str:
    return "".join(text.split())


# --- receipt ---


def test_the_counter_prints_a_receipt_that_leads_to_the_demand(world: World) -> None:
    case = world.register()
    client = sign_in("clerk")
    assert (
        reverse("cases:receipt_pdf", args=[case.pk])
        in client.get(reverse("cases:receipt", args=[case.pk])).content.decode()
    )
    made = pdf(client, reverse("cases:receipt_pdf", args=[case.pk]))
    (page,) = reading.pages(made)
    for one in (codes.show_receipt(case.receipt), case.number, "负责单位", case.holder.name, "最晚", "登记"):
        assert "".join(one.split()) in page, one
    assert reading.sizes(made) == {(148, 210)}
    (address,) = reading.qr_codes(made)
    path = re.sub(r"^https?://[^/]+", "", address)
    assert case.receipt in path
    assert Client().get(path).status_code == 200


def test_a_receipt_holds_no_word_of_what_was_told_and_nobody(world: World) -> None:
    case = world.register(spot=Spot(village_code=FENGPU_VILLAGES[0], address="小学门口"))
    page = reading.text(pdf(Client(), reverse("cases:follow_receipt", args=[case.receipt])))
    for one in ("路灯坏了", "林小满", "林", "13800001234", "1234****", "小学门口"):
        assert one not in page, one


def test_the_resident_finds_the_receipt_on_their_page(world: World) -> None:
    case = world.register()
    url = reverse("cases:follow_receipt", args=[case.receipt])
    assert url in Client().get(reverse("cases:follow_case", args=[case.receipt])).content.decode()
    assert case.number in reading.text(pdf(Client(), url))


def test_nobody_gets_a_receipt_of_another(world: World) -> None:
    case = world.register()
    others = pdf(sign_in("dispatcher"), reverse("cases:receipt_pdf", args=[case.pk]), status=404)
    unknown = pdf(Client(), reverse("cases:follow_receipt", args=[codes.new_receipt()]), status=404)
    for page in (others, unknown):
        assert not page.startswith(b"%PDF")
        assert case.receipt not in page.decode()


def test_a_receipt_is_not_printed_without_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "pdf", lambda *_args, **_more: b"%PDF-")
    monkeypatch.setattr(follow, "PAPERS_AN_HOUR", 2)
    url = reverse("cases:follow_receipt", args=[world.register().receipt])
    assert [Client().get(url).status_code for _time in range(3)] == [200, 200, 429]


def test_a_receipt_says_where_a_diverted_matter_belongs(world: World) -> None:
    case = world.register()
    actions.divert(actor=world.clerk, case_id=case.pk, diversion_code="petition")
    case.refresh_from_db()
    text = reading.text(pdf(Client(), reverse("cases:follow_receipt", args=[case.receipt])))
    assert "请到县信访局。" in text
    assert "最晚" not in text


def test_a_program_that_registered_gets_the_receipt_and_nobody_else(world: World) -> None:
    clerk = Caller(world, "clerk")
    made = clerk.register()
    answer = clerk.get(f"/cases/{made['id']}/receipt.pdf")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert made["number"] in reading.text(answer.content)
    assert Caller(world, "dispatcher").get(f"/cases/{made['id']}/receipt.pdf").status_code == 404
    with time_machine.travel(clock.now() + timedelta(hours=13), tick=False):
        assert clerk.get(f"/cases/{made['id']}/receipt.pdf").status_code == 404


# --- case file ---


def dossier(name: str, case: Case, status: int = 200) -> bytes:
    return pdf(sign_in(name), reverse("cases:dossier", args=[case.pk]), status)


def test_the_case_file_tells_the_whole_way(world: World) -> None:
    case = world.at("solved")
    made = dossier("clerk", case)
    text = reading.text(made)
    for one in (
        case.number,
        TOLD,
        "换了灯泡,已亮。",
        "现场看过,路灯已亮。",
        "核实通过",
        "满意度5分",
        "诉求案卷",
        "时限",
        "经过",
        "打印",
    ):
        assert one in text, one
    for line in detail(world.clerk, get_case_for(world.clerk, case.pk)).history:
        assert "".join(line.what.split()) in text, line
    pages = reading.pages(made)
    assert all(
        case.number in page and f"第{number}页，共{len(pages)}页" in page
        for number, page in enumerate(pages, 1)
    )
    assert reading.sizes(made) == {(210, 297)}
    assert (
        reverse("cases:dossier", args=[case.pk])
        in sign_in("clerk").get(reverse("cases:case", args=[case.pk])).content.decode()
    )


def test_contact_data_stay_masked_and_printing_reveals_nothing(world: World) -> None:
    case = world.register()
    text = reading.text(dossier("clerk", case))
    assert "林*138****1234" in text
    assert "13800001234" not in text
    assert "林小满" not in text


def test_the_case_file_is_as_restricted_as_the_page(world: World) -> None:
    case = world.register(kind="wrongdoing", category_code="040102")
    dossier("officer", case, status=404)
    dossier("other_clerk", case, status=404)
    assert "保密" in reading.pages(dossier("clerk", case))[0]
    assert Client().get(reverse("cases:dossier", args=[case.pk])).status_code == 302


def test_who_is_complained_about_reads_no_more_on_paper(world: World) -> None:
    village = world.units[FENGPU_VILLAGES[0]]
    case = world.register(kind="complaint", complained_unit_id=village.pk, category_code="040102")
    actions.remark(actor=world.clerk, case_id=case.pk, what="林家自己说的")
    told, untold = reading.text(dossier("clerk", case)), reading.text(dossier("officer", case))
    assert "林家自己说的" in told
    assert "138****1234" in told
    assert "林" not in untold
    assert "138****" not in untold


def test_two_hundred_events_and_a_long_text_run_over_pages(world: World) -> None:
    case = world.register(description="这件事说来话长，#eval 也不算什么。" * 100)
    for number in range(200):
        fact = record.Fact("cases.remarked", {}, f"第{number}次留言 $x$ *b*")
        record.append(("case", case.pk), [fact], world.clerk.stamp)
    pages = reading.pages(dossier("clerk", case))
    text = "".join(pages)
    assert len(pages) > 8
    assert text.count("这件事说来话长，#eval也不算什么。") > 95  # a few are torn by the end of a page
    assert all(f"第{number}次留言$x$*b*" in text for number in range(200))


def test_names_that_are_rare_and_hostile_are_printed(world: World) -> None:
    case = world.register(
        description="堃昇喆䶮 #import \\ <x> 😀", person=Person(name="䶮喆", phone="13800001234")
    )
    text = reading.text(dossier("clerk", case))
    assert "堃昇喆䶮#import\\<x>" in text
    assert "䶮*" in text


def kept(name: str, case: Case, ending: str, status: int = 200) -> bytes:
    answer = sign_in(name).get(reverse("cases:dossier_file", args=[case.pk, ending]))
    assert answer.status_code == status
    if status == 200:
        assert answer["Content-Disposition"].endswith(f"{case.number}.{ending}")
        assert answer["Cache-Control"] == "no-store"
    return bytes(answer.content)


def test_the_case_file_comes_as_word_and_ofd_too(world: World) -> None:
    case = world.at("solved")
    pages = reading.text(dossier("clerk", case))
    word = docx.Document(io.BytesIO(kept("clerk", case, "docx")))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    said = [*(re.sub("^[一二三四五六七八九十]+、", "", line.text) for line in word.paragraphs), *cells]
    own = {"项目", "内容", word.paragraphs[-1].text}
    assert [one for one in said if bare(one) not in pages and one not in own] == []
    assert "打印" in word.paragraphs[-1].text
    assert TOLD in said
    assert "现场看过,路灯已亮。" in "".join(said)
    assert case.number in word.sections[0].header.paragraphs[0].text
    with ofdkit.open(kept("clerk", case, "ofd")) as document:
        assert document.info.title == f"诉求案卷 {case.number}"
        read = bare(document.text())
    assert all(bare(one) in read for one in (case.number, TOLD, "换了灯泡,已亮。", "核实通过"))


@pytest.mark.parametrize("ending", ["docx", "ofd"])
def test_case_files_to_keep_are_as_restricted_and_masked(world: World, ending: str) -> None:
    case = world.register(kind="wrongdoing", category_code="040102")
    kept("officer", case, ending, status=404)
    kept("other_clerk", case, ending, status=404)
    kept("clerk", case, "zip", status=404)
    case = world.register()
    data = kept("clerk", case, ending)
    parts = zipfile.ZipFile(io.BytesIO(data))
    said = "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
    assert "138****1234" in said
    assert "13800001234" not in said
    answer = Caller(world, "clerk").get(f"/cases/{case.pk}/dossier.{ending}")
    assert answer.status_code == 200
    assert Caller(world, "other_clerk").get(f"/cases/{case.pk}/dossier.{ending}").status_code == 404


def test_programs_get_the_same_case_file(world: World) -> None:
    case = world.register()
    answer = Caller(world, "clerk").get(f"/cases/{case.pk}/dossier.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert reading.pages(answer.content)[0].count(case.number) == 2
    assert Caller(world, "other_clerk").get(f"/cases/{case.pk}/dossier.pdf").status_code == 404
