"""Normal forms of texts: what is compared, what is kept, what is reported as changed."""

import gzip
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from minfu.kernel.errors import Invalid
from minfu.language.normal import clean_input, normalise, ungarbled

REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "demands" / "labelled.csv.gz"


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("古田縣　鳳埔鄉", "古田县 凤埔乡"),
        ("ＡＢＣ１２３！", "abc123!"),
        ("路灯\r\n\t坏了  三天", "路灯 坏了 三天"),
        ("<p>路灯<b>坏了</b></p>", "路灯坏了"),
        ("水费&nbsp;涨&lt;10%&gt;", "水费 涨<10%>"),
        ("1 < 2 且 3 > 2", "1 < 2 且 3 > 2"),
        ("路\u200b灯\u202e坏", "路灯坏"),
        ("", ""),
        ("😀", "😀"),
    ],
)
def test_texts_as_they_are_compared(text, normal) -> None:
    assert normalise(text) == normal


@given(st.text(max_size=200))
@example("&#0;<a&#x202e;\x00")
def test_a_compared_text_has_single_spaces_and_nothing_invisible(text) -> None:
    normal = normalise(text)
    assert "  " not in normal
    assert normal == normal.strip()
    assert not any(unicodedata.category(one) == "Cc" for one in normal)


def test_a_text_made_to_exhaust_the_parser_is_answered_quickly() -> None:
    assert normalise("<a" * 50_000 + ">路灯").endswith("a 路灯")
    assert normalise("<" * 60 + "a>" * 60).startswith("a a a")


@pytest.mark.parametrize(
    "text",
    [
        "路灯坏了。\n\t第二行",
        "👨‍👩‍👧 一家 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "'; DROP TABLE cases; --",
        "<script>alert(1)</script>",
        "姓名\ue864和𠮷、㐂",
        "a  b   c",
        "",
    ],
)
def test_what_people_write_is_kept_as_it_is(text) -> None:
    assert clean_input(text) == clean_input(clean_input(text).text)
    assert clean_input(text).text == text
    assert clean_input(text).changes == ()


@pytest.mark.parametrize(
    ("text", "kept", "changes"),
    [
        ("a\x00b\x07c", "abc", ("去掉了 2 个看不见的字符。",)),
        ("一\r\n二\r三\u2028四", "一\n二\n三\n四", ()),
        ("付款\u202e元001", "付款元001", ("去掉了 1 个看不见的字符。",)),
        ("\ufeff开头", "开头", ("去掉了 1 个看不见的字符。",)),
        ("e\u0301", "é", ()),
        ("坏\ud800字", "坏字", ("去掉了 1 个看不见的字符。",)),
        ("Z" + "\u0335" * 40, "Z" + "\u0335" * 4, ("去掉了堆叠的装饰符号。",)),
        ("路灯坏了\n".encode().decode("gb18030"), "路灯坏了\n", ("修复了编码错误造成的乱码。",)),
    ],
)
def test_what_cannot_be_kept_is_changed_and_said(text, kept, changes) -> None:
    clean = clean_input(text)
    assert clean.text == kept
    assert clean.changes == changes


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_a_kept_text_can_be_stored_and_cleaning_it_again_changes_nothing(text) -> None:
    kept = clean_input(text).text
    assert kept.encode().decode() == kept
    assert "\x00" not in kept
    assert "\r" not in kept
    assert clean_input(kept).text == kept


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=60))
def test_garbled_chinese_is_repaired_whenever_nothing_was_lost(text) -> None:
    try:
        garbled = text.encode().decode("gb18030")
    except UnicodeDecodeError:
        return
    if garbled.encode("gb18030") == text.encode() and sum(one > "\x7f" for one in garbled) >= 3:
        assert ungarbled(garbled) == text


@pytest.mark.parametrize(
    "text", ["联通", "联通公司的网络不好", "浒墅关", "éàü", "Ω≈ç√", "ПриветМир", "あいうえお"]
)
def test_proper_texts_are_not_taken_for_garbled(text) -> None:
    assert ungarbled(text) == text


@pytest.mark.realdata
@pytest.mark.skipif(not REAL.exists(), reason="needs the shared real data")
def test_no_real_demand_is_taken_for_garbled() -> None:
    import csv

    with gzip.open(REAL, "rt", encoding="utf-8", newline="") as file:
        texts = [row["title"] for row in csv.DictReader(file)]
    assert [text for text in texts if ungarbled(text) != text] == []


def test_too_long_a_text_is_refused_and_never_cut() -> None:
    with pytest.raises(Invalid) as refused:
        clean_input("字" * 100_000, most=5000, field="description")
    assert refused.value.fields == {
        "description": ["最多写 5000 字，现在是 100000 字。请缩短，或把全文作为附件上传。"]
    }
    assert len(clean_input("字" * 5000, most=5000).text) == 5000
