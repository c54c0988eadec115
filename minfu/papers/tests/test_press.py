"""Setting documents: what goes in comes out as text, whatever it is; fonts; bounds."""

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from minfu.kernel import doctor
from minfu.kernel.errors import Refused
from minfu.papers import child, fonts, press, texts
from minfu.papers.tests import reading

HOSTILE = [
    '#eval("1+1")', "#import", "#panic()", "$x^2$", "\\ \\u{1F600} \\#", "*粗* _斜_ `码` <标签> @引用", "= 标题", "- 列表",
    "[方括号]", "{花括号}", "//注释", "/*注释*/", "~", "---", '"引号"', "%s%(x)s{n}{all}{codes}", "</text><script>",
    "\x00\x07\x1b[31m", "a\u202eb\u2066c",
]  # fmt: skip
RARE = "堃昇喆䶮珺翀赟頔烜瑀垚㙍𠮷㎡"


def matter(**more: Any) -> dict[str, Any]:
    return {"name": "案卷", "head": "抬头", "foot": "页脚", "facts": [], "sections": [], **more}


def made(text: str, **more: Any) -> bytes:
    return press.pdf(press.DOSSIER, matter(sections=[{"title": "正文", "text": text}], **more), title="案卷")


def squeezed(text: str) -> str:
    return "".join(texts.tidy(text).replace("\u200b", "").split())


def test_text_is_printed_as_it_is_and_never_read_as_markup() -> None:
    pdf = made("\n".join(HOSTILE))
    printed = reading.text(pdf)
    for one in HOSTILE:
        assert squeezed(one) in printed, one
    assert "\x1b" not in printed
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1


def test_every_part_of_the_data_is_only_text() -> None:
    rows = [[one, one] for one in HOSTILE]
    pdf = made("", facts=rows, head=HOSTILE[0], foot=HOSTILE[3])
    assert all(reading.text(pdf).count(squeezed(one)) >= 2 for one in HOSTILE if squeezed(one))


@given(st.text(max_size=60))
def test_tidied_text_is_tidy(text: str) -> None:
    tidied = texts.tidy(text)
    assert texts.tidy(tidied.replace("\u200b", "")) == tidied
    assert "\r" not in tidied
    assert not any(sign < " " and sign not in "\n\t" for sign in tidied)


def test_rare_characters_of_names_are_printed() -> None:
    assert RARE in reading.text(made(RARE))


def test_what_no_font_has_prints_as_a_geta_and_is_named() -> None:
    printed = reading.text(made("谢谢\U0001f9d0了\U0010ffff"))
    assert "谢谢〓了" in printed
    assert "〓处的字，打印字体里没有：U+1F9D0" in printed


def test_fonts_are_embedded_and_the_file_says_so() -> None:
    pdf = made("正文 text 123")
    embedded = reading.fonts(pdf)
    assert len(embedded) >= 2
    assert all(embedded.values())
    about = PdfReader(io.BytesIO(pdf))
    assert about.metadata is not None
    assert about.metadata.title == "案卷"
    held = str(about.xmp_metadata.stream.get_data() if about.xmp_metadata else b"", "utf-8")
    assert "<pdfaid:part>2</pdfaid:part>" in held.replace(" ", "")
    root: Any = about.trailer["/Root"]
    assert "/StructTreeRoot" in root


def test_a_hundred_thousand_characters_run_over_numbered_pages() -> None:
    printed = reading.pages(made("很长的话，" * 20_000))
    assert len(printed) > 40
    assert sum(page.count("很长的话") for page in printed) > 19_900
    assert f"第{len(printed)}页，共{len(printed)}页" in printed[-1]
    assert all("抬头" in page and "页脚" in page for page in printed)


def test_the_title_of_a_section_never_ends_a_page() -> None:
    entry = {"head": "开头", "text": "文字", "quiet": "何时"}
    for lines in range(31, 40):
        data: dict[str, Any] = {"name": "案卷", "head": "头", "foot": "脚", "facts": [["甲", "乙"]] * lines}
        data["sections"] = [{"title": "经过", "entries": [entry] * 3}]
        pages = reading.pages(press.pdf(press.DOSSIER, data, title="案卷"))
        assert not [page for page in pages if "经过脚" in page], lines


def test_a_line_without_a_break_stays_on_the_page() -> None:
    printed = reading.text(made("x" * 3_000))
    assert printed.count("x") == 3_000


def test_too_much_is_refused_with_a_sentence() -> None:
    with pytest.raises(Refused, match="内容太多"):
        made("长" * press.MOST_BYTES)


def test_a_broken_template_is_a_sentence_and_not_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = tmp_path / "broken.typ"
    broken.write_text('#panic(json("data.json").secret)', encoding="utf-8")
    with pytest.raises(Refused, match="PDF 没有做成"):
        press.pdf(broken, {"secret": "13800001234"}, title="坏")
    assert "pdf not made" in caplog.text
    assert "13800001234" not in caplog.text


# --- fonts ---


def font(family: str, path: str = "", weight: int = 400) -> Any:
    return SimpleNamespace(family=family, path=path, index=0, weight=weight, style="normal")


def a_chinese_file() -> str:
    chosen = fonts.choose()
    assert chosen is not None
    return chosen.files[0][0]


def test_this_machine_has_a_font_for_chinese() -> None:
    chosen = press.fonts()
    assert chosen is not None, "install fonts-noto-cjk"
    assert chosen == fonts.choose()


def test_a_machine_without_chinese_has_no_font() -> None:
    assert fonts.choose([font("Libertinus Serif"), font("Nothing", "/nonexistent.ttf")]) is None


def test_a_font_nobody_knows_is_taken_when_it_has_chinese() -> None:
    chosen = fonts.choose([font("Libertinus Serif"), font("无名字体", a_chinese_file())])
    assert chosen is not None
    assert chosen.serif[0] == "无名字体"
    assert not chosen.usual


def test_a_known_font_goes_before_others() -> None:
    chosen = fonts.choose([font("DejaVu Sans"), font("SimSun", "b"), font("Noto Serif CJK SC", "a")])
    assert chosen is not None
    assert chosen.serif == ("Noto Serif CJK SC", "SimSun", "DejaVu Sans")
    assert chosen.usual


@pytest.fixture
def no_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "_run", lambda _handed: (child.NO_FONT, b""))


def findings() -> list[doctor.Finding]:
    return list(doctor.run("打印字体", lambda _done, _all: None))


def test_without_a_font_nothing_is_printed_and_the_doctor_says_what_to_do(no_font: None) -> None:
    with pytest.raises(press.NoFont, match="没有中文字体") as refused:
        made("字")
    assert refused.value.status == 503
    (found,) = findings()
    assert not found.well
    assert "fonts-noto-cjk" in found.remedy


def test_the_doctor_names_the_fonts() -> None:
    found, official = findings()
    assert found.well
    assert official.well
    chosen = fonts.choose()
    assert chosen is not None
    assert chosen.serif[0] in found.words
    assert chosen.official["fang"][0] in official.words


def test_without_fang_the_doctor_says_what_stands_in_and_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    noto = SimpleNamespace(family="Noto Serif CJK SC", weight=400, style="normal", path="/x.ttc", index=0)
    bare = fonts.choose([noto])  # type: ignore[list-item]  # what a font says of itself is all that is asked
    monkeypatch.setattr(press, "fonts", lambda: bare)
    _found, official = findings()
    assert official.well
    assert "没有仿宋、楷体,用宋体代替" in official.words
    assert "tools/setup.sh fonts" in official.words


def test_when_too_many_are_being_set_one_is_asked_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "TURN_SECONDS", 0.01)
    for _turn in range(press.AT_ONCE):
        assert press._turns.acquire(blocking=False)
    try:
        with pytest.raises(press.Busy, match="过一会儿"):
            made("字")
    finally:
        press._turns.release(press.AT_ONCE)
    assert made("字").startswith(b"%PDF")
