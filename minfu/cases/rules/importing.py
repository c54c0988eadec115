"""The import door: a table of demands becomes demands by the same verb as every other door.

All or nothing unless told otherwise; every row ends as a demand, as one that was imported before, or as a line of the error
report that names row, column and what to do. A second import of the same rows adds none.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from minfu.accounts.actor import Actor
from minfu.cases.models import Case, Door, Kind, Mode, Urgency
from minfu.cases.rules import catalog as catalogs
from minfu.cases.rules.actions import register_many
from minfu.cases.rules.catalog import Catalog
from minfu.cases.rules.intake import Intake, Person, Spot, check
from minfu.files.sheets import Chosen, Column, Row, Sheet, open_sheet
from minfu.kernel.errors import Invalid, Refused
from minfu.language.repair import repaired

BATCH = 500
MOST_ROWS = 100_000
#: The constraint by which a row is one demand, and how often a batch is tried when another door is faster.
_ONCE, _TRIES = "case_once_per_source", 3

#: The columns of the import, by the titles people give them; also the columns of the template, in this order.
#: Then the titles other systems have, which are proposed and confirmed by a person (from exports of hotlines and work orders).
COLUMNS = (
    Column(
        "external_id",
        (gettext_noop("来源编号"), "编号", "工单号", "工单编号", "message_id", "external_id", "id"),
        kin=("流水号", "受理编号", "业务编号", "事项编号", "诉求编号", "单号", "记录编号", "order no"),
        looks="code",
    ),
    Column(
        "occurred_at",
        (gettext_noop("反映时间"), "来电时间", "时间", "time", "occurred_at"),
        kin=("受理时间", "登记时间", "创建时间", "受理日期", "来电日期", "反映日期", "诉求时间", "日期", "date"),
        looks="moment",
    ),
    Column(
        "title",
        (gettext_noop("标题"), "主题", "title"),
        kin=("工单标题", "诉求标题", "问题标题", "事项名称", "来电主题", "subject"),
    ),
    Column(
        "description",
        (gettext_noop("反映内容"), "内容", "诉求内容", "事项内容", "content", "description"),
        required=True,
        kin=(
            "来电内容", "投诉内容", "问题描述", "诉求描述", "反映问题", "具体内容", "详细内容", "工单内容", "问题内容", "正文",
            "详情",
        ),
        looks="text",
    ),
    Column("kind", (gettext_noop("诉求类型"), "类型", "kind"), kin=("工单类型", "业务类型", "诉求性质", "来电类型", "事项类型")),
    Column(
        "category",
        (gettext_noop("类别"), "分类", "类别代码", "category"),
        kin=("问题分类", "内容分类", "事项分类", "诉求分类", "问题类别", "归口类别"),
    ),
    Column("urgency", (gettext_noop("紧急程度"), "urgency"), kin=("缓急程度", "紧急级别", "优先级")),
    Column(
        "address",
        (gettext_noop("地点"), "地址", "事发地点", "address"),
        kin=("事发地址", "详细地址", "发生地点", "问题地点", "事件地点", "具体位置", "所在位置", "涉及地点"),
        looks="address",
    ),
    Column(
        "village",
        (gettext_noop("村（社区）代码"), "村代码", "village_code"),
        kin=("社区代码", "区划代码", "行政区划代码"),
        looks="village",
    ),
    Column("mode", (gettext_noop("身份方式"), "mode"), kin=("是否匿名", "是否保密", "实名情况")),
    Column(
        "name",
        (gettext_noop("姓名"), "联系人", "name"),
        kin=("来电人", "反映人", "诉求人", "投诉人", "市民姓名", "来电人姓名", "反映人姓名", "联系人姓名", "当事人"),
        looks="name",
    ),
    Column(
        "phone",
        (gettext_noop("电话"), "联系电话", "手机", "phone"),
        kin=("来电号码", "联系方式", "手机号", "手机号码", "电话号码", "主叫号码", "反映人电话", "mobile", "tel"),
        looks="phone",
    ),
)  # fmt: skip

#: How the example row of the template begins; such rows are passed over.
EXAMPLE = "【示例行，可以删掉】"

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Fault:
    """One thing to say about a row: the row as Excel numbers it, the column's title, the sentence."""

    row: int
    column: str
    sentence: str


@dataclass
class Outcome:
    """What an import did. With ``faults`` and without ``skip_bad`` nothing was imported."""

    source: str
    rows: int = 0
    imported: int = 0
    known_before: int = 0
    faults: list[Fault] = field(default_factory=list)
    unknown_titles: tuple[str, ...] = ()
    #: What was repaired in texts (wrong encoding, entities, lost characters); demands keep what came in as well.
    repairs: list[Fault] = field(default_factory=list)

    @property
    def bad_rows(self) -> int:
        """Return how many rows have at least one fault."""
        return len({fault.row for fault in self.faults})


class _RolledBackError(Exception):
    """Leaves the transaction without importing anything."""


def import_table(
    *,
    actor: Actor,
    data: bytes,
    source: str,
    skip_bad: bool = False,
    check_only: bool = False,
    progress: Progress | None = None,
    columns: Chosen | None = None,
) -> Outcome:
    """Import a table (xlsx, xls, CSV in UTF-8 or GBK, also .gz) and say what happened.

    ``source`` names where the rows come from; with the row's own number it tells which were imported before. Rows without a
    number are told by their content. ``skip_bad`` imports the good rows beside bad ones; ``check_only`` imports none and says
    how many would be. ``progress`` is called with the number of rows done. Two imports from one source take turns: the second
    finds what the first brought in. ``columns`` says which column is which; without it their titles do. Raises ``Invalid`` for a
    file that is no readable table.
    """
    sheet = open_sheet(data, COLUMNS, most_rows=MOST_ROWS, chosen=columns)
    source = source.strip()[:40]
    if not source:
        raise Invalid({"source": [_("请填写数据来源，例如“12345热线”。")]})
    outcome, held_back = Outcome(source, unknown_titles=sheet.unknown), False
    try:
        with transaction.atomic():
            _wait_for_turn(source)
            for batch in _batches(sheet):
                _import_batch(actor, batch, outcome)
                if progress:
                    progress(outcome.rows)
            held_back = bool(outcome.faults) and not skip_bad
            if held_back or check_only:
                raise _RolledBackError
    except _RolledBackError:
        outcome.imported = 0 if held_back else outcome.imported
    return outcome


#: First key of the lock for imports; the second is the source.
_TURN = 0x696D70


def _wait_for_turn(source: str) -> None:
    """Wait until no other import from this source is under way; the turn ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_TURN, source])


def rows_of(sheet: Sheet) -> Iterator[Row]:
    """Yield the rows that are to be imported: all but the template's example."""
    return (row for row in sheet.rows() if not row.cells.get("description", "").startswith(EXAMPLE))


def _batches(sheet: Sheet) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows_of(sheet):
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _import_batch(actor: Actor, rows: Sequence[Row], outcome: Outcome) -> None:
    catalog = catalogs.current()
    good: dict[str, Intake] = {}
    repeated = 0
    for told in rows:
        outcome.rows += 1
        row = _repaired(told, outcome)
        try:
            intake = _intake(row, outcome.source, catalog)
            if row is not told:
                intake = replace(intake, original=_text(told))
            check(intake, catalog)
        except Invalid as refusal:
            for name, sentences in refusal.fields.items():
                outcome.faults += [Fault(row.number, title_of(name), one) for one in sentences]
            continue
        repeated += intake.external_id in good
        good[intake.external_id] = intake
    fresh = _register_fresh(actor, good, outcome.source)
    outcome.imported += fresh
    outcome.known_before += len(good) - fresh + repeated


#: Columns whose texts are repaired.
_TEXTS = ("title", "description", "address", "name")


def _repaired(row: Row, outcome: Outcome) -> Row:
    """Return the row with its texts repaired and note what was changed; the very row if nothing was."""
    cells = dict(row.cells)
    for name in _TEXTS:
        clean = repaired(cells.get(name, ""))
        if clean.changes:
            cells[name] = clean.text
            outcome.repairs += [Fault(row.number, title_of(name), one) for one in clean.changes]
    return row if cells == row.cells else replace(row, cells=cells)


def _text(row: Row) -> str:
    """Return what a row tells: its title, unless the content repeats it, and its content."""
    title, content = row.cells.get("title", ""), row.cells.get("description", "")
    return content if not title or title in content else f"{title}\n{content}"


def _register_fresh(actor: Actor, good: Mapping[str, Intake], source: str) -> int:
    """Register the rows that are not demands yet and return how many; one that came by another door meanwhile is known."""
    for attempt in range(1, _TRIES + 1):
        # The exclusion lets PostgreSQL use the index of what came from a source; without it each batch reads all demands.
        before = Case.objects.filter(source=source, external_id__in=good).exclude(external_id="")
        known = set(before.values_list("external_id", flat=True))
        fresh = [intake for key, intake in good.items() if key not in known]
        try:
            if fresh:
                register_many(actor=actor, intakes=fresh)
            return len(fresh)
        except IntegrityError as error:
            if _ONCE not in str(error):
                raise
            if attempt == _TRIES:
                raise Refused(
                    _("这些行正由别处同时登记，这次没有导入。请稍后再导入一次，已有的不会重复。"),
                    code="imported_elsewhere",
                ) from error
    raise AssertionError("unreachable")


def title_of(key: str) -> str:
    """Return the title people know a column by."""
    return next((column.titles[0] for column in COLUMNS if column.key == key), key)


def _intake(row: Row, source: str, catalog: Catalog) -> Intake:
    if row.problems:
        raise Invalid({key: [sentence] for key, sentence in row.problems.items()})
    get = row.cells.get
    person = Person(name=get("name", ""), phone=get("phone", ""))
    return Intake(
        door=Door.IMPORT,
        description=_text(row),
        kind=_choice(get("kind", ""), Kind, Kind.REQUEST, "kind"),
        mode=_choice(get("mode", ""), Mode, Mode.NAMED, "mode"),
        urgency=_choice(get("urgency", ""), Urgency, Urgency.NORMAL, "urgency"),
        category_code=_category(get("category", ""), catalog),
        spot=Spot(address=get("address", ""), village_code=get("village", "")),
        person=person,
        source=source,
        external_id=get("external_id", "")[:80] or _content_id(row),
        occurred_at=_moment(get("occurred_at", "")),
    )


def _choice(text: str, choices: Any, default: str, name: str) -> str:
    """Return the code of a choice given by its code or its label; ``Invalid`` names what may be written."""
    if not text:
        return default
    by_label = {str(label): code for code, label in choices.choices}
    code = text if text in choices.values else by_label.get(text)
    if code is None:
        allowed = _("、").join(by_label)
        raise Invalid(
            {name: [_("“%(value)s”无法识别，请填：%(allowed)s。") % {"value": text[:20], "allowed": allowed}]}
        )
    return str(code)


def _category(text: str, catalog: Catalog) -> str:
    """Return the code of a category given by its code, or by a name that only one category has."""
    if not text or text in catalog.categories:
        return text
    named = [
        row.code
        for row in catalog.categories.values()
        if row.name == text.rsplit("›", maxsplit=1)[-1].strip()
    ]
    if len(named) != 1:
        raise Invalid(
            {"category": [_("类别“%(value)s”不存在或有重名，请填类别代码。") % {"value": text[:20]}]}
        )
    return named[0]


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    plain = text.replace("/", "-").replace("年", "-").replace("月", "-").replace("日", "").strip()
    try:
        moment = parse_datetime(plain) or _midnight(plain)
    except ValueError:
        moment = None
    if moment is None:
        raise Invalid(
            {"occurred_at": [_("时间“%(value)s”无法识别，请写成 2026-11-21 09:30。") % {"value": text[:30]}]}
        )
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)


def _midnight(text: str) -> datetime | None:
    day = parse_date(text)
    return datetime(day.year, day.month, day.day) if day else None  # noqa: DTZ001 - made aware by the caller


def _content_id(row: Row) -> str:
    told = "\x1f".join(f"{key}={value}" for key, value in sorted(row.cells.items()))
    return "sha256:" + hashlib.sha256(told.encode()).hexdigest()[:40]
