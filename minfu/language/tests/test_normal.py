"""Normal forms of texts: what is compared, what is kept, what is reported as changed."""

import gzip
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from minfu.kernel.errors import Invalid
from minfu.language.normal import clean_input, normalise
from minfu.language.repair import repaired, ungarbled

REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "demands" / "labelled.csv.gz"


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("古田縣　鳳埔鄉", "古田县凤埔乡"),
        ("ＡＢＣ１２３！", "abc123!"),
        ("路灯\r\n\t坏了  三天", "路灯\n坏了三天"),
        ("Wi  Fi 坏 了", "wi fi坏了"),
        ("<p>路灯<b>坏了</b></p>第二行", "路灯坏了\n第二行"),
        ("水费&nbsp;涨&lt;10%&gt;", "水费涨<10%>"),
        ("水费&amp;amp;电费", "水费&电费"),
        ("1 < 2 且 3 > 2", "1 < 2且3 > 2"),
        ("路\u200b灯\u202e坏", "路灯坏"),
        ("乾縣羣衆在峯頂", "干县群众在峰顶"),
        ("红粬酒，麫条", "红曲酒,面条"),
        ("尊敬的领导：您好！路灯坏了。请尽快。此致 敬礼！谢谢", "路灯坏了。请尽快。"),
        ("路灯坏了。\n来自手机版", "路灯坏了。"),
        ("[本帖最后由 张三 于 2019-1-1 编辑]\n路灯坏了", "路灯坏了"),
        ("见 https://example.org/a?b=1 的照片", "见的照片"),
        ("尊敬的教育局领导：路灯坏了", "尊敬的教育局领导:路灯坏了"),
        ("感谢你们修了路，再修一下灯", "感谢你们修了路,再修一下灯"),
        ("谢谢", "谢谢"),
        ("", ""),
        ("😀", "😀"),
    ],
)
def test_texts_as_they_are_compared(text, normal) -> None:
    assert normalise(text) == normal


#: Pieces that nested, escaped or joined texts are made of.
_PIECES = st.sampled_from(
    [
        "&amp;",
        "&lt;",
        "lt;",
        "<b",
        ">",
        "</p>",
        "://",
        "www.",
        "http",
        "谢谢",
        "您好",
        "尊敬的",
        "领导",
        "此致",
        "敬礼",
        "乾",
        "縣",
        "瞭",
        "著",
        "İ",
        "Σ",
        "ﷺ",
        "\u0301",
        "，",
        "。",
        "本帖最后由",
        "编辑",
        "发自",
        "手机",
    ]
)


@given(st.text(max_size=200) | st.lists(_PIECES | st.characters(), max_size=40).map("".join))
@example("&#0;<a&#x202e;\x00")
@example("此致>l盼<b!btΣhttp://<://&amp;谢谢ſ著><b;")
def test_a_compared_text_is_plain_and_comparing_it_again_changes_nothing(text) -> None:
    normal = normalise(text)
    assert normalise(normal) == normal
    assert "  " not in normal
    assert normal == normal.strip()
    assert not any(unicodedata.category(one) == "Cc" and one != "\n" for one in normal)


@pytest.mark.parametrize(
    "piece",
    [
        "<a",
        "<",
        "&amp;",
        "&",
        "谢谢",
        "。谢谢",
        "尊敬的",
        "尊敬的领导",
        "http://",
        "乾縣",
        "a\u0301",
        "来自",
        "本帖最后由",
    ],
)
def test_a_text_made_to_exhaust_is_answered(piece) -> None:
    assert normalise(piece * 30_000 + "路灯").endswith("路灯")


def test_markup_nested_without_end_loses_its_marks() -> None:
    assert normalise("<" * 60 + "a>" * 60) == normalise(" ".join("a" * 52))
    assert normalise("&" + "amp;" * 60 + "lt;路灯").endswith("lt;路灯")


@pytest.mark.parametrize(
    ("garbled", "text", "said"),
    [
        ("村口路灯坏了".encode().decode("gb18030"), "村口路灯坏了", ["修复了编码错误造成的乱码。"]),
        ("村口路灯坏了".encode().decode("latin-1"), "村口路灯坏了", ["修复了编码错误造成的乱码。"]),
        ("村口路灯坏了".encode("gbk").decode("latin-1"), "村口路灯坏了", ["修复了编码错误造成的乱码。"]),
        (
            "第一行\n" + "村口路灯".encode().decode("gb18030"),
            "第一行\n村口路灯",
            ["修复了编码错误造成的乱码。"],
        ),
        (
            "村口路灯坏了".encode().decode("latin-1").encode().decode("latin-1"),
            "村口路灯坏了",
            ["修复了编码错误造成的乱码。"],
        ),
        ("水费&amp;nbsp;涨&#22914;", "水费 涨如", ["还原了网页转义字符（如“&nbsp;”）。"]),
        (
            "一锟斤拷锟斤拷二\ufffd",
            "一□二□",
            ["有 2 处文字在传来之前已经丢失，用“□”标出，请向来源核对。"],
        ),
        ("好好的一句 A&B，1 < 2；éàü Ångström", "好好的一句 A&B，1 < 2；éàü Ångström", []),
    ],
)
def test_what_can_be_repaired_is_repaired_and_said(garbled, text, said) -> None:
    assert repaired(garbled).text == text
    assert list(repaired(garbled).changes) == said


def test_what_was_lost_on_the_way_is_marked_where_it_was() -> None:
    clean = repaired("村口路灯坏了三天，没人修。".encode().decode("gbk", "replace"))
    assert clean.text.startswith("村口")
    assert "坏了三天，没人修" in clean.text
    assert "□" in clean.text
    assert len(clean.changes) == 2


@pytest.mark.parametrize(
    ("encoding", "mark", "meant"),
    [
        ("gbk", "\ufffd", "我们村（际头村）□坏了，没人□"),
        ("gbk", "?", "我们村（际头村）□坏了，没人□"),
        ("cp1252", "\ufffd", "我们□（际头□）路□了，没人管。"),
    ],
)
def test_what_was_lost_may_be_told_in_several_ways(encoding, mark, meant) -> None:
    """Many a system writes a question mark for a byte that it does not know."""
    garbled = "我们村（际头村）路灯坏了，没人管。".encode().decode(encoding, "replace")
    clean = repaired(garbled.replace("\ufffd", mark))
    assert clean.text == meant
    assert len(clean.changes) == 2


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_repairing_never_fails_and_says_all_it_changes(text) -> None:
    clean = repaired(text)
    assert bool(clean.changes) == (clean.text != text or "\xa0" in text)


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


@pytest.mark.timeout(60)
@pytest.mark.parametrize("text", ["路灯坏了" * 100_000, "\ufffd" * 400_000, "Ð" * 400_000, "&amp;" * 80_000])
def test_no_length_of_a_text_holds_the_service_up(text) -> None:
    """Work that grows with the square of the length takes an hour here; what grows with the length takes a second."""
    assert len(repaired(text).text) <= len(text)


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
    "text",
    [
        "联通",
        "联通公司的网络不好",
        "有人管吗? 好人? 路灯坏了?",
        "灯?",
        "浒墅关",
        "éàü",
        "Ω≈ç√",
        "ПриветМир",
        "あいうえお",
    ],
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
