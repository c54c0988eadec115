"""What one form asked and another means: a number told in one unit of measure is never read as one in another."""

from datetime import date
from decimal import Decimal

import pytest

from minfu.answers import door as answers
from minfu.kernel.errors import Invalid
from minfu.returns.models import Form
from minfu.returns.rules import actions, known, totals
from minfu.returns.tests.story import Story, typed

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
    assert [one.text for one in known.cells(copy, [field])] == ["0 件"]
    story.world.register()  # the first demand there is, in July
    assert [one.text for one in known.cells(copy, [field])] == ["—"]


def test_what_is_a_figure_too_may_be_asked_again_with_a_reason(story: Story) -> None:
    row = asking(
        story, actions.Spec("登记诉求（件）", "按水渠", measure="件"), "again", reason="要按水渠分开数"
    )
    assert row.fields.get().item_key
    assert row.approved_on == date(2026, 7, 6)
