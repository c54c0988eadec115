"""Pages of lists for programs: every row once, whatever comes in meanwhile; a cursor that is none is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minfu.kernel import clock, pages
from minfu.kernel.errors import Invalid
from minfu.kernel.models import Seal
from minfu.places.models import Division

pytestmark = pytest.mark.django_db


def provinces(*codes: int) -> None:
    Division.objects.bulk_create(
        Division(code=f"{code}0000000000", name=f"第{code}省", level="province") for code in codes
    )


def all_of(size: int, *, newest_first: bool = False) -> list[str]:
    found, cursor = [], ""
    while True:
        rows, cursor = pages.page(
            Division.objects.all(), cursor=cursor, size=size, key="code", newest_first=newest_first
        )
        assert 0 < len(rows) <= size
        found += [row.code[:2] for row in rows]
        if not cursor:
            return found


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_pages_hold_every_row_once_in_order(size: int) -> None:
    provinces(11, 12, 13, 14)
    assert all_of(size) == ["11", "12", "13", "14"]
    assert all_of(size, newest_first=True) == ["14", "13", "12", "11"]


def test_a_row_that_comes_in_before_the_cursor_moves_nothing() -> None:
    provinces(12, 13, 14)
    first, cursor = pages.page(Division.objects.all(), size=2, key="code")
    provinces(11)
    second, last = pages.page(Division.objects.all(), cursor=cursor, size=2, key="code")
    assert ([row.code[:2] for row in first + second], last) == (["12", "13", "14"], "")


@pytest.mark.parametrize("cursor", ["?", "AA==", "_w==", "a"])
def test_a_cursor_that_is_none_is_told(cursor: str) -> None:
    with pytest.raises(Invalid) as refused:
        pages.page(Division.objects.all(), cursor=cursor, key="code")
    assert "cursor" in refused.value.fields


@given(st.text(min_size=1).filter(lambda text: "\0" not in text))
def test_a_cursor_holds_what_was_put_in(text: str) -> None:
    assert pages.unpack(pages.pack(text)) == text


@given(st.text())
def test_a_number_is_digits_that_fit_a_key(text: str) -> None:
    number = pages.number_of(text)
    assert number is None or (0 <= number < 2**63 and text.lstrip("0") in (str(number), ""))


def test_what_is_no_number_is_none() -> None:
    assert [pages.number_of(text) for text in ("", "-1", "²", "１", "1" * 19, "7")] == [*[None] * 5, 7]
    assert [pages.number_of(text, 3) for text in ("999", "1000")] == [999, None]


def test_a_screen_goes_through_all_of_a_list_the_newest_first_and_begins_again_at_nonsense() -> None:
    Seal.objects.bulk_create(
        Seal(last_event_id=number, count=1, digest=b"", at=clock.now()) for number in range(5)
    )
    seen, after = [], "x"
    while True:
        rows, key = pages.newest(Seal.objects.all(), after, 2)
        seen += [row.last_event_id for row in rows]
        if key is None:
            break
        after = str(key)
    assert seen == [4, 3, 2, 1, 0]
