"""A document as it is laid out: what its row and its content say, and where its figures come from. Pure but for the address."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

from minfu.documents import states
from minfu.documents.models import Document
from minfu.documents.rules import stored
from minfu.papers import qr
from minfu.papers.official import Attachment, Block, Kind, Official, Paragraph, Picture, Run, Table, plain

#: Where a document is, and where its figures are listed; the latter is printed as a QR code.
PAGE, PATH = "/documents/%s/", "/documents/%s/figures/"
#: Where the figures of a place and a period are: of a draft that nobody keeps.
DASHBOARD = "/figures/"
MARKS = {
    states.DRAFT: "草稿，未经审批，不得印发",
    states.REVIEW: "待审批，不得印发",
    states.APPROVED: "已审批，尚未编号印发",
    states.WITHDRAWN: "已撤回，不再有效",
    states.SUPERSEDED: "已被新的公文取代，不再有效",
    states.DROPPED: "已作废",
}


def official(row: Document, content: Mapping[str, Any], today: date) -> Official:
    """Return the document to be laid out; what is not in force says so on every page. ``today`` dates what has no date yet."""
    return Official(
        kind=Kind(row.kind),
        head=row.head,
        title=row.title,
        number=row.number,
        addressees=row.addressees,
        blocks=stored.blocks(content),
        attachments=_sources(row, content["uses"]),
        units=(row.signed_by,),
        day=row.day or today,
        sealed=row.sealed,
        secrecy=row.secrecy,
        urgency=row.urgency,
        signer=row.signer,
        note=row.note,
        copies=row.copies,
        printed_by=row.signed_by,
        printed_on=row.day or today,
        mark=MARKS.get(row.state, ""),
    )


def address(row: Document) -> str:
    """Return the address of the page that leads each figure to its records: its own, or of its place and time."""
    if row.pk is None:
        asked = urlencode({"area": row.area, "period": row.period})
        return f"{settings.MINFU_PUBLIC_URL}{DASHBOARD}?{asked}"
    return f"{settings.MINFU_PUBLIC_URL}{PATH % row.pk}"


def _sources(row: Document, uses: Sequence[Mapping[str, Any]]) -> tuple[Attachment, ...]:
    """Return the attachment that says of each figure how it is counted, of when, and where its records are."""
    if not uses:
        return ()
    rows = tuple(_source(number, one) for number, one in enumerate(once(uses), 1))
    titles = ("序号", "数据", "数值", "怎样得来", "取数时间")
    said = plain(
        "正文中的数都来自下列查询，电子版点开即到每一件记录；纸质件请扫码查看。查看记录需要登录，并受查看人权限限制。"
    )
    blocks: tuple[Block, ...] = (
        Paragraph(said),
        Table(titles, rows, (1, 3, 2, 5, 3)),
        Picture(
            "sources.svg",
            qr.svg(address(row)),
            qr.png(address(row)),
            "查看数据来源的二维码",
            30.0,
            "扫码查看数据来源",
        ),
    )
    return (Attachment("数据来源", blocks),)


def once(uses: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return each figure once, in the order of the text: as it is printed, if it is anywhere."""
    found: dict[tuple[str, ...], Mapping[str, Any]] = {}
    for one in uses:
        key = (one["name"], one["area"], one["period"], one["by_hand"])
        if key not in found or (found[key]["asked"] and not one["asked"]):
            found[key] = one
    return list(found.values())


def read_at(one: Mapping[str, Any]) -> str:
    """Return when a figure was read, by the clock on the wall; empty for one written by hand."""
    if not one["at"]:
        return ""
    return timezone.localtime(datetime.fromisoformat(one["at"])).strftime("%Y-%m-%d %H:%M")


def _source(number: int, one: Mapping[str, Any]) -> tuple[tuple[Run, ...], ...]:
    told = f"起草人填写，依据：{one['by_hand']}" if one["by_hand"] else str(one["told"])
    if one["asked"]:
        told = f"只用来选择正文的说法，正文没有写出。{told}"
    name = one["title"] if not one["by_hand"] else "手写数"
    told_of = "，".join(part for part in (one["area_name"], one["period_label"]) if part)
    where = f"{name}（{told_of}）" if told_of else name
    at = read_at(one)
    shown = (
        one["printed"] if one["by_hand"] else f"{one['text']}{'' if one['value'] is None else one['unit']}"
    )
    return (plain(str(number)), plain(where), (Run(shown, one["href"]),), plain(told), plain(at))
