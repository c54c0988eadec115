"""What one form asked and another means: a number told in one unit of measure is never read as one in another."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from minfu.answers import door as answers
from minfu.cases.tests.screens import client_of
from minfu.kernel.errors import Invalid
from minfu.returns.models import Form
from minfu.returns.rules import actions, known, totals
from minfu.returns.tests.story import Story, typed
from minfu.tables import runs
from minfu.tables.models import ExportRun

MONEY = "水渠资金投入"


def asking(story: Story, spec: actions.Spec, *decided: str, **more: str) -> Form:
    """Return a form in force that asks for one thing, of which the author decided this, if anything was known."""
    row, water = actions.begin(actor=story.world.water, about=story.about()), story.world.water
    field = actions.set_field(actor=water, pk=row.pk, spec=spec)
    if decided:
        actions.decide_field(actor=water, pk=row.pk, field_id=field.pk, decision=decided[0], **more)
    actions.submit(actor=water, pk=row.pk)
    return actions.approve(actor=story.world.dispatcher, pk=row.pk)


def in_ten_thousands(story: Story) -> Form:
    """Return a form that was answered in 万元: 3.5 of them."""
    row = asking(story, actions.Spec(MONEY, "到账的", measure="万元", decimals=1))
    copy = story.copy(row)
    actions.hand_in(actor=story.world.officer, pk=copy.pk, values=typed(copy, "3.5"))
    return row


def test_what_is_another_thing_has_answers_of_its_own(story: Story) -> None:
    first = in_ten_thousands(story).fields.get()
    row = asking(story, actions.Spec(MONEY, "群众自筹的", measure="元"), "other", reason="只问群众自筹的")
    second = row.fields.get()
    assert first.item_key != second.item_key
    copy = story.copy(row)
    assert [one.text for one in known.cells(copy, [second])] == [""]
    actions.hand_in(actor=story.world.officer, pk=copy.pk, values=typed(copy, "35000"))
    told = answers.known(first.item_key, copy.unit.division_id, copy.period)
    assert told is not None
    assert (told.value, told.measure) == (Decimal("3.5"), "万元")


def test_the_same_thing_is_not_asked_again_in_another_measure(story: Story) -> None:
    in_ten_thousands(story)
    with pytest.raises(Invalid, match="“万元”") as refused:
        asking(story, actions.Spec(MONEY, "到账的", measure="元"), "again", reason="要核对")
    assert list(refused.value.fields) == ["decision"]
    row = asking(story, actions.Spec(MONEY, "到账的", measure="万元", decimals=1), "again", reason="要核对")
    assert row.fields.get().item_key


def test_what_is_filled_in_is_added_up_in_its_own_measure(story: Story) -> None:
    in_ten_thousands(story)
    row = asking(story, actions.Spec(MONEY, "到账的", measure="元"), "self")
    copy = story.copy(row)
    actions.hand_in(actor=story.world.officer, pk=copy.pk, values={})
    found = totals.collected(story.world.water, row, row.period)
    assert [one.shown for one in found.totals] == ["3.5万元"]


def test_a_time_before_anything_was_recorded_has_no_number(story: Story) -> None:
    row = story.issued()
    copy = story.copy(row)
    field = row.fields.get(place=1)
    assert [one.text for one in known.cells(copy, [field])] == ["—"]
    story.world.register()  # the first demand there is, in July
    assert [one.text for one in known.cells(copy, [field])] == ["—"]
    story.recorded()
    assert [one.text for one in known.cells(copy, [field])] == ["0 件"]


def test_a_form_whose_indicator_is_gone_can_be_handed_in_and_says_so(story: Story) -> None:
    row = story.issued()
    row.fields.filter(place=1).update(means="figure:gone")
    copy = story.copy(row)
    page = client_of(story.world, "officer").get(f"/returns/copy/{copy.pk}/").content.decode()
    assert "这一项的指标现在没有了，没有数字。" in page
    done = actions.hand_in(actor=story.world.officer, pk=copy.pk, values=typed(copy, "1.5", "无"))
    assert [one["text"] for one in (done.content or {}).values()] == ["—", "1.5公里", "无"]


def test_what_is_a_figure_too_may_be_asked_again_with_a_reason(story: Story) -> None:
    row = asking(
        story, actions.Spec("登记诉求（件）", "按水渠", measure="件"), "again", reason="要按水渠分开数"
    )
    assert row.fields.get().item_key
    assert row.approved_on == date(2026, 7, 6)


def test_what_there_is_at_a_moment_says_which_wherever_it_is_read(story: Story) -> None:
    story.world.register()
    row = asking(story, actions.Spec("在办", "没有结束的诉求", measure="件"), "self", means="figure:open")
    copy = story.copy(row)
    told = "1 件（2026年7月6日 10:00 时）"
    assert told in client_of(story.world, "officer").get(f"/returns/copy/{copy.pk}/").content.decode()
    actions.hand_in(actor=story.world.officer, pk=copy.pk, values={})
    story.traveller.shift(timedelta(days=2))
    story.world.register()  # one more since
    assert told in client_of(story.world, "officer").get(f"/returns/copy/{copy.pk}/").content.decode()
    water = client_of(story.world, "water")
    page = water.get(f"/returns/{row.pk}/collected/").content.decode()
    assert told in page
    assert [one.shown for one in totals.collected(story.world.water, row, row.period).totals] == ["1件"]
    water.post(f"/lists/returns.collected/export/?form={row.pk}", {"format": "csv"})
    assert told in runs.file_of(ExportRun.objects.get()).decode("utf-8-sig")
