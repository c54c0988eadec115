"""OFD: another reader and a drawing by the standard find the pages, the words, the fonts and the links of the PDF."""

import functools
import io
import re
from dataclasses import replace
from typing import Any

import ofdkit
import pypdfium2
import pytest
import zxingcpp
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageFilter
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from minfu.kernel.errors import Invalid
from minfu.papers import ofd, qr
from minfu.papers.official import Attachment, Paragraph, Picture, plain
from minfu.papers.official import ofd as as_ofd
from minfu.papers.tests import measure, ofd_reading, reading
from minfu.papers.tests.test_official import LINK, NOTICE, printed

#: Points of a picture to a mm: 150 to an inch.
SCALE = 150 / 25.4
ADDRESS = "https://minfu.invalid/documents/1/figures/"
CODE = Picture("code.svg", qr.svg(ADDRESS), qr.png(ADDRESS), "二维码", 30.0, "扫码查看数据来源")
WHOLE = replace(
    NOTICE,
    mark="已撤回，不再有效",
    attachments=(Attachment("数据来源", (Paragraph(plain("“办结率”（见 office）《统计》。")), CODE)),),
)


@functools.cache
def written() -> bytes:
    return as_ofd.ofd(WHOLE)


@functools.cache
def opened() -> ofd_reading.Opened:
    return ofd_reading.Opened(written())


def bare(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


def test_it_is_what_the_standard_describes() -> None:
    assert opened().faults() == []
    assert opened().zip.namelist()[0] == "OFD.xml"
    assert all(entry.date_time[0] == 1980 for entry in opened().zip.infolist())


def test_a_fault_against_the_standard_would_be_seen() -> None:
    broken = ofd_reading.Opened(written())
    content = opened().zip.read("Doc_0/Pages/Page_0/Content.xml")
    held = {"Doc_0/Pages/Page_0/Content.xml": re.sub(rb'Font="\d+"', b'Font="99999"', content, count=1)}
    read = broken.zip.read
    broken.zip.read = lambda name, *_more: held.get(str(name)) or read(name)  # type: ignore[method-assign]  # a file that says otherwise
    assert broken.faults() == ["no font 99999"]
    held["OFD.xml"] = opened().zip.read("OFD.xml").replace(b"CreationDate", b"Created")
    assert any(one.startswith("OFD.xml") for one in broken.faults())


def test_the_file_says_what_it_is() -> None:
    with ofdkit.open(written()) as document:
        info = document.info
    assert info.title == "凤埔乡人民政府关于做好2026年上半年 群众诉求办理工作的通知"
    assert (info.author, info.subject, info.creation_date) == ("凤埔乡人民政府", "通知", "2026-07-06")
    assert info.custom_data == {"发文字号": "凤政〔2026〕7号"}


def test_another_reader_finds_every_word_where_the_pdf_has_it() -> None:
    pages = measure.pages(printed(WHOLE))
    with ofdkit.open(written()) as document:
        assert len(document.pages) == len(pages)
        for page, rows in zip(document.pages, pages, strict=True):
            assert (round(page.width), round(page.height)) == (210, 297)
            said = sorted((round(run.y, 1), round(run.x, 1), run.text) for run in page.runs)
            assert bare("".join(run[2] for run in said)) == bare("".join(row.text for row in rows))
            for run in page.runs:
                near = [row for row in rows if abs(row.base - run.y) < 0.05]
                assert any(abs(sign.left - run.x) < 0.05 for row in near for sign in row.signs), run.text
        text = bare(document.text())
    assert all(name in text for name in ("黄堃", "林昇", "陈喆", "张䶮"))


def test_every_font_is_embedded_whole_and_small() -> None:
    pdf_fonts = {name.partition("+")[2] for name in reading.fonts(printed(WHOLE))}
    files: list[Any] = [TTFont(io.BytesIO(data)) for data in opened().fonts.values()]
    assert len(files) >= len(pdf_fonts)
    for one in files:
        assert "glyf" in one
        assert one["head"].created == one["head"].modified == files[0]["head"].created
    assert len(written()) < 1.5 * len(printed(WHOLE))


def differing(one: Image.Image, other: Image.Image) -> float:
    """Return which part of the ink of either has no ink of the other within two points of the picture: strokes are smoothed
    differently by every program.
    """
    dark = [picture.point(lambda grey: 255 if grey < 128 else 0) for picture in (one, other)]
    wide = [picture.filter(ImageFilter.MaxFilter(5)) for picture in dark]
    lost = [ImageChops.subtract(dark[0], wide[1]), ImageChops.subtract(dark[1], wide[0])]
    ink = sum(picture.histogram()[255] for picture in dark)
    return sum(picture.histogram()[255] for picture in lost) / max(1, ink)


def pdf_pictures(pdf: bytes) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=150 / 72, grayscale=True).to_pil() for page in document]
    finally:
        document.close()


def test_its_pages_look_like_those_of_the_pdf() -> None:
    pairs = list(zip(ofd_reading.pictures(written(), SCALE), pdf_pictures(printed(WHOLE)), strict=True))
    for mine, theirs in pairs:
        assert abs(mine.width - theirs.width) <= 1
        assert differing(mine, theirs.crop((0, 0, *mine.size))) < 0.01
    # The measure sees another page, and the same page half a line lower.
    assert differing(pairs[0][0], pairs[1][0]) > 0.3
    assert differing(pairs[1][0], ImageChops.offset(pairs[1][0], 0, 15)) > 0.3


def test_links_lead_from_their_words_and_the_code_can_be_scanned() -> None:
    assert {address for address, _text in opened().links()} == {LINK}
    assert "".join(text for _address, text in opened().links()) == "1234件"

    found = [
        code.text for page in ofd_reading.pictures(written(), SCALE) for code in zxingcpp.read_barcodes(page)
    ]
    assert found == [ADDRESS]


def test_the_same_document_gives_the_same_bytes() -> None:
    assert as_ofd.ofd(WHOLE) == written()
    assert as_ofd.ofd(replace(WHOLE, number="凤政〔2026〕8号")) != written()


def test_what_the_layout_does_not_allow_is_refused() -> None:
    with pytest.raises(Invalid):
        as_ofd.ofd(replace(NOTICE, title=""))


# --- what typst does not write for us is refused, never left out ------------------------------------------------------------


def drawn_by_hand(content: bytes) -> bytes:
    """Return a PDF of one page with this content, Helvetica at hand."""
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    stream = DecodedStreamObject()
    stream.set_data(content)
    page[NameObject("/Contents")] = writer._add_object(stream)
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    held = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    fonts = DictionaryObject({NameObject("/F1"): held})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"[3 2] 0 d 10 10 m 90 90 l S",
        b"BI /W 1 /H 1 /CS /G /BPC 8 ID \x00 EI\n",
        b"BT /F1 12 Tf 10 10 Td (abc) Tj ET",
    ],
    ids=["dashes", "bitmap", "simple font"],
)
def test_what_is_not_carried_over_is_refused(content: bytes) -> None:
    with pytest.raises(ofd.UnsupportedError):
        ofd.from_pdf(drawn_by_hand(content), ofd.About("x"))


def test_curves_and_filled_shapes_are_carried_over() -> None:
    made: Any = ofd.from_pdf(drawn_by_hand(b"1 0 0 rg 10 10 m 20 30 40 30 50 10 c h f*"), ofd.About("x"))
    [shape] = ofd_reading.Opened(made).pages()[0].iterfind(".//o:PathObject", ofd_reading.NS)
    assert shape.get("Rule") == "Even-Odd"
    assert shape.findtext("o:AbbreviatedData", "", ofd_reading.NS).split()[3] == "B"
