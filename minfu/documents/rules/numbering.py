"""Numbers of documents: of one register and year, none left out, none given twice."""

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from minfu.documents.models import Document, Register, RegisterYear
from minfu.kernel.errors import Invalid
from minfu.papers.official import Kind


def registers_for(row: Document) -> QuerySet[Register]:
    """Return the registers a document may take its number from: open ones of its unit, of its kind of number."""
    issue = Kind(row.kind).frame == "issue"
    form = Register.Form.ISSUE if issue else Register.Form.FILE
    return Register.objects.filter(unit_id=row.unit_id, form=form, is_open=True).order_by("word")


def register_for(row: Document, pk: int) -> Register:
    """Return one of them; ``Invalid`` for another."""
    found = registers_for(row).filter(pk=pk).first()
    if found is None:
        raise Invalid({"register_id": [_("请选择本单位在用的字号簿；没有的，请县平台先设立。")]})
    return found


def take(register: Register, year: int) -> int:
    """Return the next number of a register in a year, within the transaction that writes it down.

    The row of register and year is locked until the transaction ends: whoever comes next waits, and a transaction that fails
    gives its number back.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a number is taken within the transaction that writes it down")
    RegisterYear.objects.get_or_create(register=register, year=year)
    held = RegisterYear.objects.select_for_update().get(register=register, year=year)
    held.last += 1
    held.save(update_fields=["last"])
    return held.last
