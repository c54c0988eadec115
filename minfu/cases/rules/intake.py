"""What comes in at any door, and what is wrong with it. Every door makes an ``Intake``; ``check`` says what must be mended."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.cases.models import Category, Door, Kind, Mode, Urgency
from minfu.cases.rules.catalog import Catalog
from minfu.kernel import clock, codes
from minfu.kernel.errors import Invalid
from minfu.language.normal import clean_input, storable
from minfu.language.repair import ungarbled
from minfu.places import index

MAX_DESCRIPTION = 10_000  # characters; the longest of 4,326 real messages has 7,020
MAX_ADDRESS = 200
MAX_NAME = 40
MAX_FILES = 6
#: Files one staff member may upload in an hour, through whichever door.
UPLOADS_PER_HOUR = 300
OLDEST = timedelta(days=365 * 10)

#: Doors at which a required question must be answered: somebody, or a form, is there to ask it.
_ASKED_FOR = frozenset({Door.PHONE, Door.COUNTER, Door.PROXY, Door.VISIT, Door.OPEN311})
_WORDS = re.compile(r"[^\W_]")


@dataclass(frozen=True)
class Person:
    """Who reports, as told: all parts may be empty. ``id_number`` only where a service needs it."""

    name: str = ""
    phone: str = ""
    id_number: str = ""

    @property
    def known(self) -> bool:
        """Tell whether anything was told at all."""
        return bool(self.name or self.phone or self.id_number)


@dataclass(frozen=True)
class Spot:
    """Where it happened, as told: a grid's QR token, a point (longitude, latitude in WGS 84), a village, words."""

    qr_token: str = ""
    point: tuple[float, float] | None = None
    address: str = ""
    village_code: str = ""
    grid_id: int | None = None


@dataclass(frozen=True)
class Intake:
    """A demand as it was told at one of the doors, before anything is decided about it."""

    door: str
    description: str
    kind: str = Kind.REQUEST
    mode: str = Mode.NAMED
    urgency: str = Urgency.NORMAL
    category_code: str = ""
    spot: Spot = field(default_factory=Spot)
    person: Person = field(default_factory=Person)
    answers: Mapping[str, Any] = field(default_factory=dict)
    complained_unit_id: int | None = None
    diversion_code: str = ""
    file_ids: Sequence[UUID] = ()
    source: str = ""
    external_id: str = ""
    occurred_at: datetime | None = None
    #: The text as it came, where what is registered had to be repaired; kept beside it.
    original: str = ""
    #: The resident wants a person to choose the category, not the software.
    refuses_automatic: bool = False


@dataclass(frozen=True)
class Checked:
    """An intake that may be registered: cleaned text, parsed contact, the category it named."""

    intake: Intake
    description: str
    address: str
    person: Person
    category: Category | None
    details: list[dict[str, Any]]


_CHOICES = {
    "kind": (frozenset(Kind.values), gettext_lazy("诉求类型")),
    "mode": (frozenset(Mode.values), gettext_lazy("身份方式")),
    "urgency": (frozenset(Urgency.values), gettext_lazy("紧急程度")),
    "door": (frozenset(Door.values), gettext_lazy("渠道")),
}


class _Problems:
    """Collects sentences by field, so that people see all that is wrong at once."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}

    def add(self, name: str, sentence: str) -> None:
        self.fields.setdefault(name, []).append(str(sentence))

    def choices(self, intake: "Intake") -> None:
        for name, (allowed, label) in _CHOICES.items():
            value = getattr(intake, name)
            if value not in allowed:
                self.add(
                    name, _("“%(value)s”不是可选的%(label)s。") % {"value": str(value)[:20], "label": label}
                )


def check(intake: Intake, catalog: Catalog) -> Checked:
    """Return the cleaned intake; raise ``Invalid`` with a sentence for every field that must be mended."""
    problems = _Problems()
    problems.choices(intake)
    description = _description(intake.description, problems)
    address = clean_input(intake.spot.address).text.strip()
    if len(address) > MAX_ADDRESS:
        problems.add("address", _("地点描述最多 %(max)s 字，请缩短。") % {"max": MAX_ADDRESS})
    person = _person(intake, problems)
    category = _category(intake.category_code, catalog, problems)
    details = _details(category, intake, problems) + _original(intake, description)
    _grid(intake, problems)
    _times(intake, problems)
    if intake.complained_unit_id is not None and intake.complained_unit_id not in catalog.units:
        problems.add("complained_unit", _("没有找到被反映的单位，请重新选择。"))
    if intake.diversion_code and intake.diversion_code not in catalog.diversions:
        problems.add("diversion", _("没有这个告知渠道，请重新选择。"))
    if len(intake.file_ids) > MAX_FILES:
        problems.add("files", _("最多添加 %(max)s 个附件。") % {"max": MAX_FILES})
    if problems.fields:
        raise Invalid(problems.fields)
    return Checked(intake, description, address, person, category, details)


def _description(text: str, problems: _Problems) -> str:
    if len(text) > MAX_DESCRIPTION:
        problems.add(
            "description",
            _("反映内容有 %(count)s 字，最多 %(max)s 字。请缩短，或把材料作为附件上传。")
            % {"count": f"{len(text):,}", "max": f"{MAX_DESCRIPTION:,}"},
        )
        return ""
    cleaned = clean_input(text).text.strip()
    if not cleaned:
        problems.add("description", _("请写明要反映的事情。"))
    elif not _WORDS.search(cleaned):
        problems.add("description", _("请用文字说明要反映的事情，不能只有表情或符号。"))
    return cleaned


def _person(intake: Intake, problems: _Problems) -> Person:
    told = intake.person
    if intake.mode == Mode.ANONYMOUS:
        if told.known:
            problems.add("mode", _("匿名反映不保存姓名和电话。请清空联系人，或改为“实名”或“要求保密”。"))
        return Person()
    name = clean_input(told.name).text.strip()
    if len(name) > MAX_NAME:
        problems.add("name", _("姓名最多 %(max)s 字。") % {"max": MAX_NAME})
    phone = _parsed(codes.parse_phone, told.phone, "phone", problems)
    id_number = _parsed(codes.parse_citizen_id, told.id_number, "id_number", problems)
    if intake.mode == Mode.CONFIDENTIAL and not phone:
        problems.add("phone", _("要求保密的请留下电话，以便告知结果；不想留电话的请选择“匿名”。"))
    return Person(name, phone, id_number)


def _parsed(parse: Any, text: str, name: str, problems: _Problems) -> str:
    if not text.strip():
        return ""
    try:
        return str(parse(text))
    except Invalid as refusal:
        problems.add(name, str(refusal.message))
        return ""


def _category(code: str, catalog: Catalog, problems: _Problems) -> Category | None:
    if not code:
        return None
    category = catalog.categories.get(code)
    if category is None:
        problems.add("category", _("没有代码为“%(code)s”的类别，请重新选择。") % {"code": code[:12]})
    return category


def _details(category: Category | None, intake: Intake, problems: _Problems) -> list[dict[str, Any]]:
    """Return the answers to the category's questions as asked. Imports and residents may leave any out."""
    if category is None:
        return []
    details = []
    for question in category.questions:
        answer = str(intake.answers.get(question["key"], "")).strip()
        if not answer:
            if question.get("required") and intake.door in _ASKED_FOR:
                problems.add(
                    f"q_{question['key']}", _("请回答：%(question)s") % {"question": question["text"]}
                )
            continue
        if question.get("choices") and answer not in question["choices"]:
            problems.add(
                f"q_{question['key']}",
                _("请从给出的选项中选择：%(question)s") % {"question": question["text"]},
            )
            continue
        details.append({"key": question["key"], "question": question["text"], "answer": answer[:500]})
    return details


def _original(intake: Intake, description: str) -> list[dict[str, Any]]:
    """Return the text as it came in, if the one that is kept had to be repaired."""
    came = intake.original
    if not came and ungarbled(intake.description) != intake.description:
        came = intake.description
    if not came or came == description:
        return []
    return [
        {"key": "original", "question": _("修复乱码前的原文"), "answer": storable(came)[:MAX_DESCRIPTION]}
    ]


def _grid(intake: Intake, problems: _Problems) -> None:
    """Refuse a grid that is not one of the county's today, or that lies in another village than the one named beside it."""
    spot, known = intake.spot, index.current()
    if spot.grid_id is None:
        return
    grid, named = known.grids.get(spot.grid_id), known.current(spot.village_code)
    if grid is None:
        problems.add("grid", _("没有编号为 %(id)s 的网格，或它已停用。请核对网格。") % {"id": spot.grid_id})
    elif named is not None and not grid.village.startswith(named.code[: _DIGITS.get(named.level, 0)]):
        problems.add("grid", _("网格“%(grid)s”不在所填的村里。请核对村和网格。") % {"grid": grid.name})


#: Leading digits of a division's code that the codes of all below it share.
_DIGITS = {"village": 12, "township": 9, "county": 6}


def _times(intake: Intake, problems: _Problems) -> None:
    if intake.occurred_at is None:
        return
    now = clock.now()
    if intake.occurred_at > now + timedelta(minutes=5):
        problems.add("occurred_at", _("时间在将来，请核对日期。"))
    elif intake.occurred_at < now - OLDEST:
        problems.add("occurred_at", _("时间早于十年前，请核对日期。"))
