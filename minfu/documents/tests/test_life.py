"""A document from draft to issued, withdrawn, replaced: allowed beside refused, and PostgreSQL behind both."""

import io
from datetime import UTC, datetime
from functools import partial
from typing import Any

import docx
import ofdkit
import pypdfium2
import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from minfu.accounts.models import User
from minfu.answers import door as answers
from minfu.answers.tests import story as told_items
from minfu.cases.tests.world import FENGPU, PINGHU
from minfu.documents import events, states
from minfu.documents.models import Document, RegisterYear
from minfu.documents.rules import access, actions, detail
from minfu.documents.rules.actions.steps import FigureChanged
from minfu.documents.rules.sources import WIDTHS, FigureSource
from minfu.documents.tests.story import TEXT, Story
from minfu.figures import door as figures
from minfu.figures.models import Published
from minfu.hazards.rules.defaults import load_defaults as load_hazards
from minfu.hazards.tests import story as hazards
from minfu.kernel import clock, record
from minfu.kernel.errors import Forbidden, Invalid, Missing, Refused, Stale
from minfu.kernel.steps import StepRefused
from minfu.papers.official import layout
from minfu.papers.tests import reading


def signed_in(client: Client, actor: Any) -> Client:
    client.force_login(
        User.objects.get(pk=actor.user_id), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def page(client: Client, row: Document) -> str:
    return client.get(reverse("documents:document", args=[row.pk])).content.decode()


def said(row: Document) -> list[str]:
    return [one.name for one in record.history((events.SUBJECT, row.pk))]


def test_from_draft_to_issued_with_figures_that_lead_to_their_records(story: Story, client: Client) -> None:
    for _number in range(3):
        story.register()
    story.register(month=7, day=1)  # not of the half-year
    row = story.issued(story.book())
    assert row.number == "凤政〔2026〕1号"
    assert str(row.day) == "2026-07-06"
    assert said(row) == [
        events.BEGUN, events.EDITED, events.SUBMITTED, events.APPROVED, events.ISSUED,
    ]  # fmt: skip
    signed_in(client, story.world.clerk)
    shown = page(client, row)
    assert "2026年上半年，凤埔乡共登记诉求" in shown
    assert '/figures/registered/?area=350922204000&amp;period=2026-H1">3件</a>' in shown
    listed = client.get(reverse("documents:figures", args=[row.pk])).content.decode()
    assert "登记诉求" in listed
    assert ">3件" in listed
    # What is printed is what was approved, and where its figures come from stands behind it.
    printed = reading.text(client.get(reverse("documents:pdf", args=[row.pk])).content)
    assert "凤政〔2026〕1号" in printed
    assert "共登记诉求3件" in printed
    assert "数据来源" in printed
    assert "草稿" not in printed
    codes = reading.qr_codes(client.get(reverse("documents:pdf", args=[row.pk])).content)
    assert codes
    assert codes[0].endswith(f"/documents/{row.pk}/figures/")
    word = docx.Document(io.BytesIO(client.get(reverse("documents:word", args=[row.pk])).content))
    assert any("共登记诉求3件" in line.text for line in word.paragraphs)
    handed = client.get(reverse("documents:ofd", args=[row.pk]))
    assert handed["Content-Type"] == "application/ofd"
    with ofdkit.open(handed.content) as exchanged:
        assert exchanged.info.custom_data == {"发文字号": row.number}
        assert "共登记诉求3件" in "".join(exchanged.text().split())
    # The figure is frozen where figures are kept.
    published = Published.objects.get()
    assert (published.value, published.used_in) == ("3 件", "凤政〔2026〕1号")
    assert not figures.correction(published).changed


def test_a_figure_that_only_decides_the_words_is_listed_as_that(story: Story, client: Client) -> None:
    story.register()
    text = (
        "{% if registered > 0 %}收到{{ figure registered }}。{% endif %}"
        "{% if ended > 0 %}有办结的。{% else %}还没有办结的。{% endif %}"
    )
    row = story.issued(story.book(), text=text)
    signed_in(client, story.world.clerk)
    listed = client.get(reverse("documents:figures", args=[row.pk])).content.decode()
    said_so = "只用来选择正文的说法"
    assert [said_so in line for line in listed.split("<tr>")[2:]] == [False, True]
    printed = reading.text(client.get(reverse("documents:pdf", args=[row.pk])).content)
    assert printed.count(said_so) == 1
    # It is held against the facts like one that is printed: both are frozen.
    assert sorted(Published.objects.values_list("indicator", flat=True)) == ["ended", "registered"]


def test_a_figure_may_be_named_as_screens_name_it(story: Story, client: Client) -> None:
    row = story.draft(text="登记{{ figure 登记诉求 }}。")
    wrong = story.draft(text="登记{{ figure 登记的诉求 }}。")
    signed_in(client, story.world.clerk)
    shown = page(client, row)
    assert "还不能送审" not in shown
    assert "/figures/registered/?area=" in shown
    assert "例如 {{ figure 登记诉求 }}" in page(client, wrong)


def test_what_was_told_once_stands_in_a_document_and_knows_what_it_is_for(
    story: Story, client: Client
) -> None:
    told_items.item()
    text = "{{ area }}常住户数{{ answer 常住户数 }}。"
    empty = story.draft(text=text)
    signed_in(client, story.world.clerk)
    assert "还没有人填过" in page(client, empty)
    assert "没有“水渠长度”这个数据项" in page(client, story.draft(text="{{ answer 水渠长度 }}。"))
    first: dict[str, Any] = {"actor": story.world.clerk, "area": FENGPU, "source": "村级台账"}
    told = answers.tell(item="households", period="2026-06-30", value="1312", **first)
    row = story.issued(story.book(), text=text)
    shown = page(client, row)
    assert "凤埔乡常住户数" in shown
    assert "1312户" in shown
    (used,) = (row.content or {})["uses"]
    assert used["href"].endswith(told.href)
    assert "凤埔乡民富中心" in used["told"]
    assert row.number in client.get(told.href).content.decode()
    assert not Published.objects.exists()
    waits = story.approved(text=text)
    answers.correct(actor=story.world.clerk, pk=told.pk, value="1315", reason="漏了三户")
    with pytest.raises(FigureChanged, match="写的是 1312户，现在是 1315户"):
        actions.issue(actor=story.world.clerk, pk=waits.pk, register_id=story.book("凤发").pk)


def test_a_draft_that_cannot_stand_says_so_on_its_page_and_is_not_submitted(
    story: Story, client: Client
) -> None:
    row = story.draft("共登记诉求1234件。\n同比上升{{ rise registered }}。")
    shown = page(signed_in(client, story.world.clerk), row)
    assert "第 1 行：“1234”没有绑定数据" in shown
    assert "还不能送审" in shown
    with pytest.raises(Invalid):
        actions.submit(actor=story.world.clerk, pk=row.pk)
    for name in ("pdf", "word", "ofd"):
        assert client.get(reverse(f"documents:{name}", args=[row.pk])).status_code == 422
    row.refresh_from_db()
    assert (row.state, row.content) == ("draft", None)


def test_a_number_in_the_title_is_bound_nowhere_and_refused(story: Story) -> None:
    with pytest.raises(Invalid) as refused:
        actions.submit(actor=story.world.clerk, pk=story.draft(title="办结诉求300件的报告").pk)
    assert list(refused.value.fields) == ["title"]


def test_what_the_layout_does_not_allow_is_not_submitted(story: Story) -> None:
    with pytest.raises(Invalid) as refused:
        actions.submit(actor=story.world.clerk, pk=story.draft(signer="").pk)
    assert list(refused.value.fields) == ["signer"]


def test_what_the_layout_does_not_allow_is_said_on_the_page_before_anybody_submits(
    story: Story, client: Client
) -> None:
    shown = page(signed_in(client, story.world.clerk), story.draft(signer=""))
    assert "还不能送审" in shown
    assert "上行文要写签发人" in shown
    assert "看版面（PDF）" not in shown
    assert "逐件办好。" in shown


def test_who_leads_the_unit_signs_what_goes_up_unless_told(story: Story) -> None:
    about: dict[str, Any] = {"actor": story.world.clerk, "area": FENGPU}
    report = actions.begin(code="halfyear", period="2026-H1", **about)
    notice = actions.begin(code="overdue", period="2026-06", **about)
    leader = User.objects.get(pk=story.world.leader.user_id or 0)
    assert (report.signer, notice.signer) == (leader.name, "")


def test_a_period_that_began_before_anything_was_recorded_is_said_to(story: Story) -> None:
    story.register()
    told = {one["name"]: one["told"] for one in (story.submitted().content or {})["uses"]}
    assert told["registered"].endswith("民富系统里 2026-03-01 以前没有记录，不在数内")
    story.register(month=1)
    for one in (story.submitted().content or {})["uses"]:
        assert "以前没有记录" not in one["told"]


def test_a_period_that_has_not_ended_gives_no_number(story: Story) -> None:
    row = actions.begin(actor=story.world.clerk, code="halfyear", area=FENGPU, period="2026-H2")
    with pytest.raises(Invalid, match="还没有结束"):
        actions.submit(actor=story.world.clerk, pk=row.pk)


@pytest.mark.parametrize("step", ["approve", "issue"])
def test_a_figure_that_changed_since_stops_approval_and_numbering(story: Story, step: str) -> None:
    book = story.book()
    row = story.submitted() if step == "approve" else story.approved()
    story.register()  # of the half-year, registered late
    take = {
        "approve": partial(actions.approve, actor=story.world.leader),
        "issue": partial(actions.issue, actor=story.world.clerk, register_id=book.pk),
    }[step]
    with pytest.raises(FigureChanged, match="第 2 行：“登记诉求”写的是 0件，现在是 1件"):
        take(pk=row.pk)
    assert not RegisterYear.objects.exists()  # no number is lost
    actions.recall(actor=story.world.clerk, pk=row.pk)
    actions.submit(actor=story.world.clerk, pk=row.pk)
    assert actions.approve(actor=story.world.leader, pk=row.pk).state == "approved"


def test_what_there_is_at_this_moment_holds_for_its_day(story: Story) -> None:
    row = story.submitted(text="目前在办{{ figure open }}。")
    story.register(month=7, day=6)
    assert actions.approve(actor=story.world.leader, pk=row.pk).state == "approved"
    story.traveller.shift(86400)
    with pytest.raises(FigureChanged, match="已经过了一天"):
        actions.issue(actor=story.world.clerk, pk=row.pk, register_id=story.book().pk)


def test_who_wrote_it_does_not_approve_it(story: Story) -> None:
    row = story.submitted()
    with pytest.raises(Forbidden):
        actions.approve(actor=story.world.clerk, pk=row.pk)
    own = actions.begin(actor=story.world.dispatcher, code="weekly", area="", period="2026-W26")
    text = "# 总体情况\n登记{{ figure registered }}。"
    about = actions.Head(head="古田民情简报", title="一周民情", signed_by="古田县民富中心")
    actions.edit(actor=story.world.dispatcher, pk=own.pk, text=text, about=about)
    actions.submit(actor=story.world.dispatcher, pk=own.pk)
    with pytest.raises(Forbidden, match="另一人审批"):
        actions.approve(actor=story.world.dispatcher, pk=own.pk)
    assert actions.approve(actor=story.world.dispatcher2, pk=own.pk).state == "approved"


def test_numbers_of_a_year_leave_nothing_out(story: Story) -> None:
    book, other = story.book(), story.book("凤政办")
    assert [story.issued(book).serial for _number in range(3)] == [1, 2, 3]
    assert story.issued(other).number == "凤政办〔2026〕1号"
    row = story.approved()
    with transaction.atomic():
        actions.issue(actor=story.world.clerk, pk=row.pk, register_id=book.pk)
        transaction.set_rollback(True)
    assert actions.issue(actor=story.world.clerk, pk=row.pk, register_id=book.pk).serial == 4
    story.traveller.shift(200 * 86400)
    assert story.issued(book).number == "凤政〔2027〕1号"


def test_a_register_of_another_unit_or_kind_gives_no_number(story: Story) -> None:
    row = story.approved()
    for book in (story.book("平政", unit="pinghu"), story.book("民情", form="issue")):
        with pytest.raises(Invalid):
            actions.issue(actor=story.world.clerk, pk=row.pk, register_id=book.pk)
    closed = story.book()
    actions.close_register(actor=story.world.dispatcher, pk=closed.pk)
    with pytest.raises(Invalid):
        actions.issue(actor=story.world.clerk, pk=row.pk, register_id=closed.pk)


@pytest.mark.parametrize("word", ["", "凤政〔2026〕", "凤政2号", "凤 政"])
def test_a_word_of_a_register_is_a_word(story: Story, word: str) -> None:
    with pytest.raises(Invalid):
        story.book(word)
    story.book()
    with pytest.raises(Invalid, match="已经有同样代字"):
        story.book()


def test_withdrawn_and_replaced_are_seen_on_every_page(story: Story, client: Client) -> None:
    book = story.book()
    first, second = story.issued(book), story.issued(book)
    with pytest.raises(Forbidden):
        actions.withdraw(actor=story.world.clerk, pk=first.pk, reason="写错了")
    actions.withdraw(actor=story.world.leader, pk=first.pk, reason="引用的文件已经废止")
    signed_in(client, story.world.clerk)
    printed = reading.pages(client.get(reverse("documents:pdf", args=[first.pk])).content)
    assert all("已撤回，不再有效" in one for one in printed)
    assert "已经撤回，不再有效" in page(client, first)
    assert "不再有效" not in page(client, second)
    draft = actions.replace(actor=story.world.clerk, pk=second.pk)
    with pytest.raises(Refused, match="在起草"):
        actions.replace(actor=story.world.clerk, pk=second.pk)
    second.refresh_from_db()
    assert second.state == states.ISSUED  # it holds until the other is issued
    actions.submit(actor=story.world.clerk, pk=draft.pk)
    actions.approve(actor=story.world.leader, pk=draft.pk)
    third = actions.issue(actor=story.world.clerk, pk=draft.pk, register_id=book.pk)
    second.refresh_from_db()
    assert (third.serial, second.state) == (3, states.SUPERSEDED)
    assert "取代它的" in page(client, second)
    printed = reading.pages(client.get(reverse("documents:pdf", args=[second.pk])).content)
    assert all("已被新的公文取代" in one for one in printed)


def test_an_issued_document_is_never_changed_again(story: Story) -> None:
    row = story.issued(story.book())
    with pytest.raises(StepRefused):
        actions.edit(actor=story.world.clerk, pk=row.pk, text=TEXT, about=actions.Head(head="x", title="y"))
    changes: list[dict[str, Any]] = [
        {"number": "凤政〔2026〕9号"}, {"content": {}}, {"text": "x"}, {"title": "x"}, {"state": "draft"},
    ]  # fmt: skip
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            Document.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=row.pk).delete()
    assert detail.content_of(story.world.clerk, row) == row.content


def test_drafts_are_seen_by_their_unit_alone_and_issued_ones_by_the_area(story: Story) -> None:
    draft, out = story.draft(), story.issued(story.book())
    world = story.world
    assert [access.visible_to(who).count() for who in (world.clerk, world.leader, world.auditor)] == [2, 2, 2]
    assert [access.visible_to(who).count() for who in (world.dispatcher, world.other_clerk, world.water)] == [
        1,
        0,
        0,
    ]
    with pytest.raises(Missing):
        access.get_for(world.dispatcher, draft.pk)
    assert access.get_for(world.dispatcher, out.pk).pk == out.pk
    with pytest.raises(Missing):
        actions.begin(actor=world.clerk, code="weekly", area=PINGHU, period="2026-W26")
    with pytest.raises(Forbidden):
        actions.begin(actor=world.officer, code="weekly", area=FENGPU, period="2026-W26")


def test_two_at_one_draft_do_not_overwrite_each_other(story: Story) -> None:
    row = story.draft()
    about = actions.Head(head="凤埔乡人民政府文件", title="标题", addressees="各村")
    actions.edit(actor=story.world.clerk, pk=row.pk, version=row.version, text="甲", about=about)
    with pytest.raises(Stale):
        actions.edit(actor=story.world.clerk, pk=row.pk, version=row.version, text="乙", about=about)


def begun(story: Story, code: str, period: str) -> Document:
    """Begin a document from a shipped template; what goes up names who signs, everything else stands as it was shipped."""
    row = actions.begin(actor=story.world.clerk, code=code, area=FENGPU, period=period)
    if code != "halfyear":
        return row
    kept = {name: getattr(row, name) for name in ("head", "title", "addressees", "signed_by", "sealed")}
    about = actions.Head(**kept, signer="黄堃")
    return actions.edit(actor=story.world.clerk, pk=row.pk, text=row.text, about=about)


@pytest.mark.parametrize(
    ("code", "period"),
    [("weekly", "2026-W26"), ("halfyear", "2026-H1"), ("overdue", "2026-06"), ("reminder", "2026-06")],
)
def test_every_shipped_template_is_written_from_the_records(story: Story, code: str, period: str) -> None:
    case = story.register()
    row = begun(story, code, period)
    row = actions.submit(actor=story.world.clerk, pk=row.pk)
    printed = reading.text(detail_pdf(story, row))
    assert row.title in printed
    if code in {"overdue", "reminder"}:
        assert case.number in printed
        assert "目前超过" in printed or "超过期限" in printed


def detail_pdf(story: Story, row: Document) -> bytes:
    from minfu.papers.official import pdf

    return pdf.pdf(detail.paper(story.world.clerk, row))


def test_a_rate_nobody_answered_for_is_not_invented(story: Story) -> None:
    row = story.draft("满意率{{ figure satisfaction }}。")
    with pytest.raises(Invalid, match="“满意率”这一时段没有数，写不出来"):
        actions.submit(actor=story.world.clerk, pk=row.pk)


def test_a_document_lists_the_matters_of_other_rooms(story: Story) -> None:
    load_hazards()
    story.traveller.move_to(datetime(2026, 3, 2, 2, tzinfo=UTC))
    row = hazards.graded(story.world)
    story.traveller.move_to(datetime(2026, 7, 6, 2, tzinfo=UTC))
    unit = story.world.units["fengpu"]
    found = FigureSource(story.world.clerk, unit, FENGPU, "2026-H1").records("hazards_found")
    [[number, category, place, held_by, due]] = found.rows
    assert (number, category, held_by) == (row.number, row.category, row.unit.name)
    assert place
    assert row.due_at
    assert due == clock.day(row.due_at).isoformat()


def test_a_list_that_others_read_tells_of_no_report_of_wrongdoing(story: Story) -> None:
    world = story.world
    plain = story.register()
    story.traveller.move_to(datetime(2026, 3, 2, 2, tzinfo=UTC))
    told = world.register(kind="wrongdoing", category_code="040102")
    story.traveller.move_to(datetime(2026, 7, 6, 2, tzinfo=UTC))
    row = actions.begin(actor=world.dispatcher, code="overdue", area="", period="2026-06")
    content = detail.content_of(world.dispatcher, row)
    [uses] = [one for one in content["uses"] if one["name"] == "overdue"]
    assert uses["text"] == "2"  # it counts
    said = str(content["blocks"])
    assert plain.number in said
    assert told.number not in said
    assert "1件举报或要求保密的事，不列入清单" in said


def test_a_number_in_a_list_stays_within_its_column(story: Story) -> None:
    case = story.register()
    row = begun(story, "overdue", "2026-06")
    seen = pypdfium2.PdfDocument(detail_pdf(story, row))[0].get_textpage()
    first, many = seen.search(case.number).get_next()
    point = 72 / 25.4
    left, right = seen.get_charbox(first)[0] / point, seen.get_charbox(first + many - 1)[2] / point
    wide = layout.WIDTH * WIDTHS[0] / sum(WIDTHS)
    assert layout.LEFT < left < right < layout.LEFT + wide


def test_nothing_is_compared_with_a_time_of_which_there_are_no_records(story: Story) -> None:
    def written(code: str, period: str) -> str:
        return reading.text(detail_pdf(story, begun(story, code, period)))

    story.register(month=6, day=23)
    assert "比上一" not in written("halfyear", "2026-H1")
    assert "比上一" not in written(
        "weekly", "2026-W22"
    )  # the 25th of May to the 31st: nothing was recorded yet
    assert "比上一周" in written("weekly", "2026-W26")
    with pytest.raises(Invalid, match="不能比较"):
        actions.submit(actor=story.world.clerk, pk=story.draft("比上一个半年{{ change registered }}。").pk)
    story.register(month=1)
    assert "比上一个半年" not in written("halfyear", "2026-H1")  # half of the year before was not recorded
    story.traveller.move_to(datetime(2027, 1, 6, 2, tzinfo=UTC))
    assert "比上一个半年下降" in written("halfyear", "2026-H2")
