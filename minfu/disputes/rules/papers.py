"""The mediation agreement as a file to write on in: the same words as on the screen that prints it, particulars left blank."""

from collections.abc import Iterator
from typing import Any

from minfu.disputes.models import Agreement
from minfu.disputes.rules import terms
from minfu.disputes.rules.detail import Detail
from minfu.kernel import dated
from minfu.papers.official import Block, Heading, Official, Paragraph, layout, plain

#: Room to write a name, a number, an address by hand.
_BLANK, _LONG = "＿" * 6, "＿" * 12


def agreement(shown: Detail, made: Agreement) -> Official:
    """Return a written agreement as a document in the official layout, without a red head: it is one between people.

    It says what was agreed; who the parties are is left blank, to be filled in by hand. Its words are Chinese in any language.
    """
    days = terms.days(terms.Key.CONFIRM, dated.today())
    due = f"履行期限：{layout.day_text(made.due_on)}" if made.due_on else "履行期限：当场履行"
    blocks = [
        Heading(1, plain("当事人")),
        *_lines(*(_party(line) for line in shown.parties)),
        Heading(1, plain("纠纷主要事实、争议事项和各方责任")),
        *_lines(made.facts, made.dispute),
        Heading(1, plain("经调解，自愿达成如下协议")),
        *_lines(made.content),
        Heading(1, plain("履行方式、期限")),
        *_lines(
            made.performance,
            due,
            "本协议一式　　份，当事人、人民调解委员会各持一份。",
            f"双方认为有必要的，可以自协议生效之日起{days}日内共同向人民法院申请司法确认。",
        ),
        *_lines(*_signs(shown)),
    ]
    return Official(kind=None, head="", title="人民调解协议书", number=shown.row.number, blocks=tuple(blocks))


def _lines(*texts: str) -> Iterator[Block]:
    """Yield a paragraph for each line there is."""
    for text in texts:
        for line in text.splitlines():
            if line.strip():
                yield Paragraph(plain(line.strip()))


def _party(line: Any) -> str:
    if line.party.unit:
        return f"{line.side}：{line.party.unit.name}"
    return f"{line.side}：{_BLANK}身份证号：{_LONG}电话：{_BLANK}住址：{_LONG}"


def _signs(shown: Detail) -> Iterator[str]:
    for line in shown.parties:
        yield f"{line.side}（签名、盖章或按指印）：{_BLANK}"
    for one in shown.seats:
        if one.seat.state == "seated":
            yield f"人民调解员（签名）：{_BLANK}"
    yield f"记录人（签名）：{_BLANK}"
    yield "人民调解委员会（印章）　　　　年　　月　　日"
