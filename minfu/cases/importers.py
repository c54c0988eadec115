"""The room's imports: which columns they know, and what becomes of a table once its columns are explained."""

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.cases import rights
from minfu.cases.rules import importing, tables
from minfu.cases.rules.tables import Columns
from minfu.files.sheets import Chosen
from minfu.tables.importers import Importer, Upload, register


def _begin(actor: Actor, upload: Upload, chosen: Chosen) -> str:
    """Import a table of demands and return the page that follows it."""
    asked = upload.asked
    run = tables.start_import(
        actor=actor.through("import"),
        data=upload.data,
        file_name=upload.file_name,
        source=str(asked.get("source", "")),
        skip_bad=bool(asked.get("skip_bad")),
        check_only=bool(asked.get("check_only")),
        columns=Columns(chosen, asked.get("layout"), bool(asked.get("as_before"))),
    )
    return reverse("cases:table_run", args=[run.pk])


DEMANDS = Importer(
    name="cases.import",
    title=_("导入诉求"),
    right=rights.IMPORT,
    screen=reverse_lazy("cases:import"),
    columns=importing.COLUMNS,
    begin=_begin,
    most_rows=importing.MOST_ROWS,
)
register(DEMANDS)
