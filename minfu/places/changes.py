"""Verbs on divisions between two registers: a village renamed, or merged into another."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.kernel import record
from minfu.kernel.errors import Invalid, Missing, Refused
from minfu.kernel.record import Fact, Stamp
from minfu.places import index
from minfu.places.actions import save_checked
from minfu.places.models import Division, DivisionVersion, Grid

DIVISION_RENAMED = record.event("places.division_renamed", gettext_lazy("区划更名"))
DIVISION_ENDED = record.event("places.division_ended", gettext_lazy("区划撤销或并入其他区划"))


def _lock(code: str) -> Division:
    """Lock and return a division in force; ``Missing`` for an unknown one, ``Refused`` for one that has ended."""
    division = Division.objects.select_for_update().filter(code=code).first()
    if division is None:
        raise Missing(_("没有这个区划：%(code)s。") % {"code": code[:20]})
    if division.valid_to:
        raise Refused(_("“%(name)s”已经失效，不能再改。") % {"name": division.name})
    return division


def rename_division(*, stamp: Stamp, code: str, name: str, on: date, reason: str) -> Division:
    """Give a division another name from the day ``on``; the old name stays in its history and is still understood.

    ``reason`` names the document. Raises ``Invalid`` for the same name or a day before the present version.
    """
    name = name.strip()
    with transaction.atomic():
        division = _lock(code)
        _ask_reason(reason)
        if name == division.name:
            raise Invalid({"name": [_("新名称与现在的名称相同。")]})
        _ask_later(division, on)
        DivisionVersion.objects.create(
            division=division,
            name=division.name,
            valid_from=division.valid_from,
            valid_to=on,
            cause=DivisionVersion.Cause.RENAMED,
        )
        data = {"code": code, "from": division.name, "to": name, "on": on.isoformat()}
        division.name, division.valid_from = name, on
        save_checked(division)
        record.append(("division", int(code)), [Fact(DIVISION_RENAMED, data, reason.strip())], stamp)
    index.forget()
    return division


def end_division(*, stamp: Stamp, code: str, on: date, successor_code: str = "", reason: str) -> Division:
    """End a division on the day ``on``; demands that name it go to ``successor_code`` from then on.

    Refused while grids in force or lower divisions depend on it: they are moved or ended first.
    """
    with transaction.atomic():
        division = _lock(code)
        _ask_reason(reason)
        _ask_later(division, on)
        if Division.objects.filter(parent=division, valid_to__isnull=True).exists():
            raise Refused(_("“%(name)s”下面还有现行的区划，请先处理它们。") % {"name": division.name})
        if Grid.objects.filter(village=division, valid_to__isnull=True).exists():
            raise Refused(_("“%(name)s”还有现行的网格，请先停用或改划网格。") % {"name": division.name})
        successor = _lock(successor_code) if successor_code else None
        if successor and (successor.level != division.level or successor.code == code):
            raise Invalid({"successor": [_("并入的区划应是另一个同级的区划。")]})
        division.valid_to, division.successor = on, successor
        save_checked(division)
        data = {"code": code, "on": on.isoformat(), "successor": successor_code}
        record.append(("division", int(code)), [Fact(DIVISION_ENDED, data, reason.strip())], stamp)
    index.forget()
    return division


def _ask_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid({"reason": [_("请写明依据，例如批复文件的文号。")]})


def _ask_later(division: Division, on: date) -> None:
    if division.valid_from and on <= division.valid_from:
        raise Invalid(
            {"on": [_("日期必须晚于现行版本的生效日期%(day)s。") % {"day": division.valid_from.isoformat()}]}
        )
