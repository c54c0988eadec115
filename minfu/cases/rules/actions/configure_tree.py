"""The category tree as a table: out, and in again as new versions."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from minfu.accounts.actor import Actor
from minfu.accounts.models import Level
from minfu.cases import events
from minfu.cases.models import Category
from minfu.cases.rules import catalog, defaults
from minfu.cases.rules.actions import configure
from minfu.cases.rules.actions.configure import PARTS, SUBJECT, Terms
from minfu.files.sheets import Column, Row, open_sheet
from minfu.kernel import record
from minfu.kernel.errors import Invalid
from minfu.kernel.record import Fact

COLUMNS = (
    Column("code", (gettext_noop("代码"), "code"), required=True),
    Column("name", (gettext_noop("名称"), "name"), required=True),
    Column("level", (gettext_noop("责任层级"), "level")),
    Column("duty", (gettext_noop("职责代码"), "duty")),
    Column("reserved", (gettext_noop("由部门办理"), "reserved")),
    Column("confidential", (gettext_noop("保密"), "confidential")),
    Column("keywords", (gettext_noop("关键词"), "keywords")),
    Column("standard", (gettext_noop("服务标准"), "standard")),
)
MOST_ROWS = 2_000


@dataclass(frozen=True)
class Entry:
    """A row of an uploaded tree: what it holds, the version it would replace, and which columns differ."""

    number: int
    content: dict[str, Any]
    old: Category | None
    differs: tuple[str, ...] = ()

    @property
    def is_new(self) -> bool:
        """Tell whether the tree has no such category yet."""
        return self.old is None


@dataclass
class Reading:
    """What an uploaded tree would do; ``faults`` are (row, sentence)."""

    entries: list[Entry] = field(default_factory=list)
    same: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)

    @property
    def added(self) -> list[Entry]:
        """Return the categories that are new."""
        return [entry for entry in self.entries if entry.is_new]

    @property
    def changed(self) -> list[Entry]:
        """Return the categories that get a new version."""
        return [entry for entry in self.entries if not entry.is_new]


def titles() -> list[str]:
    """Return the titles of the tree's table."""
    return [column.titles[0] for column in COLUMNS]


def rows() -> Iterator[list[str]]:
    """Yield the standing categories as rows of the table."""
    levels = dict(Level.choices)
    for row in Category.objects.filter(valid_to=None).order_by("code"):
        yield [
            row.code, row.name, str(levels.get(row.level, "")), row.duty, _yes(row.reserved), _yes(row.confidential),
            row.keywords, row.standard,
        ]  # fmt: skip


def _yes(flag: object) -> str:
    return _("是") if flag else ""


def read_tree(data: bytes) -> Reading:
    """Compare an uploaded tree with the standing one. Nothing is written. ``Invalid`` for a file that is no table."""
    standing = {row.code: row for row in Category.objects.filter(valid_to=None)}
    found, seen = Reading(), set()
    for row in open_sheet(data, COLUMNS, most_rows=MOST_ROWS).rows():
        try:
            content = _content(row, standing)
            if content["code"] in seen:
                raise Invalid({"code": [_("代码 %(code)s 在表里重复。") % {"code": content["code"]}]})
        except Invalid as refusal:
            found.faults += [(row.number, one) for sentences in refusal.fields.values() for one in sentences]
            continue
        seen.add(content["code"])
        old = standing.get(content["code"])
        differs = tuple(name for name, value in content.items() if old and getattr(old, name) != value)
        if old is None or differs:
            found.entries.append(Entry(row.number, content, old, differs))
        else:
            found.same += 1
    found.entries.sort(key=lambda entry: str(entry.content["code"]))
    return found


def import_tree(*, actor: Actor, data: bytes, terms: Terms) -> Reading:
    """Bring an uploaded tree in: all or nothing, new versions from one day on; categories not in it stay as they are.

    Raises ``Invalid`` naming the rows that are wrong.
    """
    configure.permit(actor)
    with transaction.atomic():
        configure.lock()
        found = read_tree(data)
        for entry in found.entries:
            try:
                configure.write(
                    PARTS["categories"], entry.content, terms, entry.old.pk if entry.old else None
                )
            except Invalid as refusal:
                if refusal.fields.keys() & {"valid_from", "source"} and not entry.old:
                    raise
                found.faults.append((entry.number, str(refusal.message)))
        if found.faults:
            said = [
                _("第 %(row)d 行：%(said)s") % {"row": row, "said": said} for row, said in found.faults[:10]
            ]
            raise Invalid({"file": said})
        defaults.hang_categories()
        data_ = {"on": terms.valid_from.isoformat(), "added": len(found.added), "changed": len(found.changed)}
        codes = [entry.content["code"] for entry in found.entries]
        record.append(
            SUBJECT, [Fact(events.CATEGORIES_IMPORTED, {**data_, "codes": codes}, terms.source)], actor.stamp
        )
    catalog.forget()
    return found


def _content(row: Row, standing: dict[str, Category]) -> dict[str, Any]:
    if row.problems:
        raise Invalid({key: [sentence] for key, sentence in row.problems.items()})
    get = row.cells.get
    code = get("code", "")
    if len(code) in (1, 3, 5) and code.isdigit():
        code = f"0{code}"  # a spreadsheet took the code for a number
    old = standing.get(code)
    return {
        "code": code,
        "name": get("name", ""),
        "level": _level(get("level", "")),
        "duty": _duty(get("duty", "")),
        "reserved": _flag(get("reserved", "")),
        "confidential": _flag(get("confidential", "")),
        "keywords": get("keywords", ""),
        "standard": get("standard", ""),
        "questions": old.questions if old else [],
    }


def _level(text: str) -> str:
    codes = {str(label): code for code, label in Level.choices} | {code: code for code in Level.values}
    if text and text not in codes:
        sentence = _("责任层级“%(text)s”应是：%(allowed)s。")
        raise Invalid(
            {"level": [sentence % {"text": text[:10], "allowed": _("、").join(map(str, Level.labels))}]}
        )
    return codes.get(text, "")


def _duty(text: str) -> str:
    if text and text not in defaults.duties():
        raise Invalid({"duty": [_("没有职责代码“%(text)s”，请看职责代码表。") % {"text": text[:20]}]})
    return text


def _flag(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise Invalid({"": [_("“%(text)s”应填“是”，或者空着。") % {"text": text[:10]}]})
    return text.lower() in _YES


_YES = frozenset({"是", "yes", "1", "true"})
_NO = frozenset({"", "否", "no", "0", "false"})
