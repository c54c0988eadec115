"""Columns of imported tables: what a table's columns probably are, and what is remembered of them."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, UploadedFile
from pydantic import Field, StringConstraints

from minfu.accounts.actor import actor_of
from minfu.files.sheets import Chosen
from minfu.files.sheets.reading import TITLE_ROWS
from minfu.kernel.api import SIGNED_IN, Id, In, Out, Room
from minfu.tables import choices, importers, layouts
from minfu.tables.headers import Look
from minfu.tables.models import Layout

room = Room("columns", _("导入表格的列"))
Name = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z_.]*$")]
#: A word of a mapping: ``title=field``.
Told = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]
#: The row of titles, as a spreadsheet numbers it.
TitleRow = Annotated[int, Field(ge=1, le=TITLE_ROWS)]


class LookIn(In):
    """For which import, and where the titles stand."""

    importer: Name = "cases.import"
    title_row: TitleRow | None = None
    """Left out, the most likely row."""


class ColumnOut(Out):
    """A column of the table."""

    letter: str
    """As a spreadsheet calls it; it names the column where the title does not (`C=phone`)."""
    title: str
    samples: list[str]
    """Up to three values; names, numbers and addresses masked."""
    field: str
    """The field it probably is; empty: none."""
    how: str
    score: float
    """0 to 1; 1: the title is known."""


class FieldOut(Out):
    """A field a column can be."""

    name: str
    title: str
    required: bool


class LookOut(Out):
    """What a table looks like. Nothing of it is kept."""

    title_row: int
    layout: str
    """Stands for these titles in this order: give it with the mapping, and a file that has other columns by then is refused."""
    remembered: bool
    """Whether the caller's unit has explained such a table before: it can be imported without a mapping."""
    columns: list[ColumnOut]
    fields: list[FieldOut]
    mapping: list[str]
    """What is proposed, as the import takes it."""


class LayoutOut(Out):
    """What the caller's unit remembers of tables with certain titles."""

    id: int
    href: str
    importer: str
    layout: str
    titles: list[str]
    mapping: list[str]
    confirmed_by: str
    confirmed_at: datetime


class LayoutIn(In):
    """What each column is from now on."""

    mapping: list[Told] = Field(max_length=300)
    """`title=field` each; columns that are not named are not imported."""


@room.post("/import-columns", _("看一个表格的列是什么"), right=SIGNED_IN, answer=LookOut, keeps=False)
def look(request: HttpRequest, asked: Form[LookIn], file: File[UploadedFile]) -> LookOut:
    """Say what the columns of a table probably are, as `multipart/form-data`. Nothing is imported, nothing is kept.

    Correct `mapping` where it is wrong and give it to the import with the file.
    """
    importer = importers.get(asked.importer)
    actor = layouts.check(actor_of(request), importer)
    row = asked.title_row - 1 if asked.title_row else None
    data = file.read()
    told = layouts.look(actor, importer, data, row)
    chosen = told.chosen(told.proposed)
    return LookOut(
        title_row=told.title_row + 1,
        layout=told.fingerprint,
        remembered=layouts.remembered(actor, importer, told.fingerprint) is not None,
        columns=[
            ColumnOut(
                letter=one.letter,
                title=one.title,
                samples=list(one.samples),
                field=one.key,
                how=one.how,
                score=one.score,
            )
            for one in told.guesses
        ],
        fields=[FieldOut(name=one.key, title=one.title, required=one.required) for one in importer.columns],
        mapping=choices.words_of(chosen),
    )


@room.get("/import-layouts", _("记住的列"), right=SIGNED_IN, answer=list[LayoutOut])
def remembered(request: HttpRequest) -> list[LayoutOut]:
    """List what the caller's unit remembers of tables it has imported."""
    actor = actor_of(request)
    found = [importers.get(name) for name in importers.names()]
    return [_out(row) for one in found if actor.may(one.right) for row in layouts.layouts_for(actor, one)]


@room.put("/import-layouts/{layout_id}", _("更改记住的列"), right=SIGNED_IN, answer=LayoutOut)
def change(request: HttpRequest, layout_id: Id, body: LayoutIn) -> LayoutOut:
    """Say anew what the columns of such tables are; holds for later imports. Recorded."""
    actor = actor_of(request)
    row = layouts.get_layout_for(actor, layout_id)
    importer, before = importers.get(row.importer), Chosen.of(row.chosen)
    told = Look(before.title_row, before.titles, ())
    chosen = choices.from_words(told, body.mapping, importer.columns, by_title=False)
    return _out(layouts.change(actor, row.pk, {place: key for key, place in chosen.places.items()}))


@room.delete("/import-layouts/{layout_id}", _("忘记记住的列"), right=SIGNED_IN)
def forget(request: HttpRequest, layout_id: Id) -> None:
    """Forget it: the next such table is asked about again. Recorded."""
    layouts.forget(actor_of(request), layout_id)


def _out(row: Layout) -> LayoutOut:
    chosen = Chosen.of(row.chosen)
    return LayoutOut(
        id=row.pk,
        href=f"/api/v1/import-layouts/{row.pk}",
        importer=row.importer,
        layout=row.fingerprint,
        titles=list(chosen.titles),
        mapping=choices.words_of(chosen),
        confirmed_by=row.label,
        confirmed_at=row.confirmed_at,
    )
