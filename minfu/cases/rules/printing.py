"""A demand on paper: the resident's receipt as PDF, the case file as PDF, OFD and Word. They say what the screens say."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.cases import states
from minfu.cases.models import Answer, Case, CaseFile, Deadline, WorkReport
from minfu.cases.rules import catalog
from minfu.cases.rules.actions.approvals import GROUNDS
from minfu.cases.rules.actions.work import SETTLED_LEVELS
from minfu.cases.rules.detail import Detail, Line
from minfu.cases.rules.standing import day, promised, standing
from minfu.kernel import clock, codes
from minfu.kernel.templatetags.minfu import moment
from minfu.papers import press, qr
from minfu.papers.official import Block, Heading, Official, Paragraph, Table, ofd, plain, word
from minfu.places import index

_RECEIPT = Path(__file__).parents[1] / "typst" / "receipt.typ"
Rows = list[list[str]]
Section = dict[str, Any]
Entry = dict[str, str]


def title(case: Case) -> str:
    """Return what a demand is in a word or two: its category, else its kind."""
    category = catalog.current().category_by_id.get(case.category_id or 0) or case.category
    return category.name if category else str(case.get_kind_display())


# --- receipt ---


def receipt(case: Case, *, follow_path: str, form_path: str) -> bytes:
    """Return the receipt for the resident: code, number, when, who is responsible, by when, how to follow it.

    ``follow_path`` is the path of the demand's page (the QR code holds it), ``form_path`` that of the page that asks for a
    code. Nothing of what was told, no name, no telephone number: it lies on tables.
    """
    stands = standing(case)
    due = promised(case)
    facts = [
        [_("编号"), case.number],
        [_("事项"), f"{case.get_kind_display()} · {title(case)}"],
        [_("登记"), moment(case.registered_at)],
        [_("负责单位"), (case.lead or case.holder).name],
        [_("办好的日子"), _("最晚 %(by)s") % {"by": day(due)} if due and case.state != states.ASKING else ""],
        [_("现在"), f"{stands.headline}。{stands.now}"],
        [case.diversion.name, case.diversion.advice] if case.diversion else ["", ""],
    ]
    how = [
        _("用手机扫左边的码；或者在浏览器打开 %(url)s，输入查询码。")
        % {"url": settings.MINFU_PUBLIC_URL + form_path},
        _("也可以打电话报查询码询问。办好以后算不算解决，以您本人的话为准。"),
    ]
    data = {
        "name": _("诉求登记回执"),
        "code_label": _("查询码"),
        "code": codes.show_receipt(case.receipt),
        "facts": [row for row in facts if row[1]],
        "how_title": _("怎样查进度"),
        "how": how,
        "qr_alt": _("查进度的二维码"),
        "foot": _("请妥善保管，不要告诉别人，包括帮您办事的人。%(at)s 打印") % {"at": moment(clock.now())},
    }
    pictures = {"qr.svg": qr.svg(settings.MINFU_PUBLIC_URL + follow_path)}
    return press.pdf(_RECEIPT, data, title=f"{data['name']} {case.number}", pictures=pictures)


def receipt_name(case: Case) -> str:
    """Return the file name of a receipt."""
    return _("回执-%(number)s.pdf") % {"number": case.number}


# --- case file ---


def dossier(actor: Actor, shown: Detail) -> bytes:
    """Return the case file as PDF: all that ``shown`` holds, which is what the actor may see; contact data stay masked.

    Every page carries the number, its own number of how many, and who printed it when.
    """
    data = _dossier(actor, shown)
    return press.pdf(press.DOSSIER, data, title=f"{data['name']} {shown.case.number}")


def dossier_ofd(actor: Actor, shown: Detail) -> bytes:
    """Return the pages of the case file as OFD."""
    data, number = _dossier(actor, shown), shown.case.number
    about = {
        "title": f"{data['name']} {number}",
        "author": "",
        "subject": data["name"],
        "facts": {"编号": number},
    }
    return press.ofd(press.DOSSIER, data, about={**about, "day": clock.today().isoformat()})


def dossier_word(actor: Actor, shown: Detail) -> bytes:
    """Return the case file as Word, to go on writing: the same words, by the styles of official documents."""
    data = _dossier(actor, shown)
    blocks: list[Block] = [_pairs(data["facts"])]
    for section in data["sections"]:
        blocks += [Heading(1, plain(section["title"])), *_written(section)]
    blocks.append(Paragraph(plain(data["foot"])))
    return word.docx(
        Official(kind=None, head="", title=data["name"], blocks=tuple(blocks), mark=data["head"])
    )


def _pairs(facts: Rows) -> Table:
    rows = tuple((plain(name), plain(value)) for name, value in facts)
    return Table((_("项目"), _("内容")), rows, (1, 4))


def _written(section: Section) -> Iterator[Block]:
    """Yield a section of the case file as blocks of a document."""
    if section.get("facts"):
        yield _pairs(section["facts"])
    lines = [
        section.get("text", ""),
        *(text for entry in section.get("entries", ()) for text in entry.values()),
    ]
    yield from (Paragraph(plain(line)) for text in lines for line in text.splitlines() if line.strip())
    if section.get("rows"):
        rows = tuple(tuple(plain(cell) for cell in row) for row in section["rows"])
        yield Table(tuple(section["titles"]), rows, tuple(section["widths"]))


def _dossier(actor: Actor, shown: Detail) -> dict[str, Any]:
    """Return what the case file says: its name, the head and foot of its pages, facts, sections."""
    case = shown.case
    by = _("%(who)s 于 %(when)s 打印") % {"who": actor.label, "when": moment(clock.now())}
    head = [case.number, title(case)] + ([_("保密")] if case.restricted else [])
    return {
        "name": _("诉求案卷"),
        "head": " · ".join(head),
        "foot": by,
        "facts": _facts(shown),
        "sections": [one for one in _sections(shown) if any(one.get(key) for key in ("facts", "text", "entries", "rows"))],
    }  # fmt: skip


def dossier_name(case: Case, ending: str = "pdf") -> str:
    """Return the file name of a case file."""
    return _("案卷-%(number)s.%(ending)s") % {"number": case.number, "ending": ending}


#: Files of the case file to be kept, by their ending: what makes them, and their media type.
DOSSIERS: dict[str, tuple[Callable[[Actor, Detail], bytes], str]] = {
    "docx": (dossier_word, word.MEDIA_TYPE),
    "ofd": (dossier_ofd, ofd.MEDIA_TYPE),
}


def _facts(shown: Detail) -> Rows:
    case = shown.case
    rows = [
        [_("编号"), case.number],
        [_("事项"), f"{title(case)} · {case.get_kind_display()} · {case.get_urgency_display()}"],
        [_("状态"), str(states.CASE[case.state].label)],
        [_("登记"), f"{moment(case.registered_at)} · {case.get_door_display()}"],
        [_("地点"), _where(case)],
        [_("身份方式"), case.get_mode_display()],
        [_("反映人"), _reporter(shown)],
        [_("被反映的单位"), case.complained_unit.name if case.complained_unit else ""],
        [_("牵头单位"), case.lead.name if case.lead else _("未派单")],
        [_("平台"), case.desk.name],
        [_("办理时限"), moment(case.due_at)],
        [_("结束"), moment(case.closed_at)],
        [_("应走的渠道"), f"{case.diversion.name}：{case.diversion.advice}" if case.diversion else ""],
    ]
    return [row for row in rows if row[1]]


def _where(case: Case) -> str:
    known = index.current()
    parts = [known.label(case.division_id)] if case.village_code or case.township_code else []
    if case.grid_id and (grid := known.grids.get(case.grid_id)):
        parts.append(grid.name)
    if case.address and case.address not in parts:
        parts.append(case.address)
    return " ".join(parts) or _("地点待定")


def _reporter(shown: Detail) -> str:
    who = shown.reporter.masked
    if not shown.reporter.known or who is None:
        return shown.reporter.sentence
    if who.erased:
        return _("反映人的身份和联系方式已经删除。")
    return " ".join(one for one in (who.name, who.phone, who.id_number, who.address) if one)


def _sections(shown: Detail) -> list[Section]:
    case = shown.case
    return [
        {
            "title": _("反映内容"),
            "text": case.shown_description,
            "facts": [[str(one["question"]), str(one["answer"])] for one in case.details or []],
        },
        _files(shown.files),
        _clocks(shown.clocks),
        {"title": _("申请和异议"), "entries": [*_approvals(shown), *_objections(shown)]},
        {"title": _("协办"), "entries": _helps(shown)},
        {"title": _("办理结果"), "entries": [_report(one) for one in shown.reports]},
        {"title": _("回访"), "entries": _attempts(shown)},
        {"title": _("居民意见"), "entries": [_answer(one) for one in shown.answers]},
        {"title": _("相关诉求"), "text": "\n".join(_related(shown))},
        {"title": _("经过"), "entries": [_line(one) for one in shown.history]},
    ]


def _helps(shown: Detail) -> list[Entry]:
    return [
        _entry(f"{one.unit.name} · {one.get_state_display()}", one.task, one.result) for one in shown.helps
    ]


def _attempts(shown: Detail) -> list[Entry]:
    said = {True: _("联系上了"), False: _("没有联系上")}
    return [_entry(said[bool(one.reached)], one.note, moment(one.at)) for one in shown.attempts]


def _line(one: Line) -> Entry:
    return _entry(" · ".join([one.what, *one.details]), one.reason, f"{moment(one.at)} {one.who}")


def _entry(head: str, text: str, quiet: str) -> Entry:
    return {"head": str(head), "text": str(text or ""), "quiet": str(quiet or "")}


def _table(titles: list[str], widths: list[int], rows: Any) -> Section:
    return {"titles": titles, "widths": widths, "rows": list(rows)}


def _files(rows: list[CaseFile]) -> Section:
    told = [[one.file.name, moment(one.added_at), str(one.file.state_label)] for one in rows]
    return {"title": _("附件清单"), **_table([_("文件"), _("何时"), _("状态")], [4, 2, 1], told)}


def _clocks(rows: list[Deadline]) -> Section:
    titles = [_("时限"), _("多久"), _("开始"), _("到期"), _("状态"), _("单位")]
    told = [
        [
            str(one.get_clock_display()),
            f"{one.amount} {one.get_measure_display()}" + (f" + {one.extension}" if one.extension else ""),
            moment(one.started_at),
            moment(one.due_at),
            str(states.CLOCK[one.state].label),
            one.unit.name,
        ]
        for one in rows
    ]
    return {"title": _("时限"), **_table(titles, [2, 2, 3, 3, 2, 4], told)}


def _approvals(shown: Detail) -> list[Entry]:
    return [
        _entry(
            _("%(unit)s申请%(matter)s：%(state)s")
            % {"unit": one.unit.name, "matter": one.get_matter_display(), "state": one.get_state_display()},
            "\n".join(text for text in (str(GROUNDS.get(one.ground, one.ground)), one.reason, one.decision) if text),
            moment(one.asked_at),
        )
        for one in shown.approvals
    ]  # fmt: skip


def _objections(shown: Detail) -> list[Entry]:
    said = {None: _("待裁定"), True: _("成立"), False: _("不成立")}
    return [
        _entry(
            _("%(unit)s提出异议：%(said)s") % {"unit": one.unit.name, "said": said[one.upheld]},
            "\n".join(text for text in (one.reason, one.basis, one.decision) if text),
            moment(one.made_at),
        )
        for one in shown.objections
    ]


def _report(one: WorkReport) -> Entry:
    passed = {None: "", True: _("核实通过"), False: _("退回重办")}[one.passed]
    head = " · ".join(
        text for text in (one.unit.name, str(SETTLED_LEVELS.get(one.settled_level, "")), passed) if text
    )
    finding = _("核实") + _("：") + one.finding if one.finding else ""
    text = f"{one.text}\n{finding}".strip()
    return _entry(head, text, moment(one.reported_at))


def _answer(one: Answer) -> Entry:
    points = _("满意度 %(value)s 分") % {"value": one.satisfaction} if one.satisfaction else ""
    who = _("居民本人") if one.by_resident else _("平台代记")
    head = " · ".join(text for text in (str(one.get_outcome_display()), points) if text)
    return _entry(head, one.remark, f"{moment(one.at)} {who}")


def _related(shown: Detail) -> list[str]:
    told = [
        (_("已并入"), [shown.main] if shown.main else []),
        (_("拆自"), [shown.whole] if shown.whole else []),
    ]
    told += [(_("并入了"), shown.merged_in), (_("拆出"), shown.parts), (_("关联"), shown.related)]
    return [f"{word} {one.number} {one.state_label}" for word, rows in told for one in rows]
