"""Exports, as their screens follow them; uploaded tables that wait to be explained, and explanations that are remembered."""

from django.db import models

from minfu.accounts.models import Post, Unit, User
from minfu.kernel import clock
from minfu.tables import states


class ExportRun(models.Model):
    """One export by one person: of which list, how far it is, its file.

    ``asked`` (what narrows the list, purpose and explanation) and ``payload`` (the file) are sealed: a search may be for a
    telephone number, an explanation may name somebody.
    """

    state = models.CharField(max_length=8, choices=states.RUN.choices, default="waiting")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    #: The list's name, and how this part of it is called.
    listing = models.CharField(max_length=40)
    label = models.CharField(max_length=80)
    format = models.CharField(max_length=4)
    personal = models.BooleanField(default=False)
    asked = models.BinaryField()
    payload = models.BinaryField(null=True)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tables_export_run"
        indexes = [models.Index(fields=["user", "-id"], name="export_run_user")]
        triggers = [states.RUN.trigger("export_run_steps")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def file_name(self) -> str:
        """Return the name under which the file is handed out: the list and the day."""
        return f"{self.label}-{clock.day(self.created_at):%Y%m%d}.{self.format}"

    @property
    def percent(self) -> int:
        """Return how much of it is done, 0 to 100."""
        return min(100, self.rows_done * 100 // self.rows_total) if self.rows_total else 0


class HeldTable(models.Model):
    """An uploaded table that waits for a person to say which column is which; ``payload`` is the file, sealed.

    ``asked`` is what else was asked when it came (for the importer). It is deleted when it was read, given up, or too old.
    """

    importer = models.CharField(max_length=40)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=120)
    payload = models.BinaryField()
    asked = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "tables_held_table"
        indexes = [models.Index(fields=["user", "-id"], name="held_table_user")]

    def __str__(self) -> str:
        return self.file_name


class Layout(models.Model):
    """Which column is which in tables with certain titles, as somebody of a unit confirmed it: configuration of that unit.

    ``unit`` is empty for what was said on the command line. ``chosen`` is ``files.sheets.Chosen`` as JSON.
    """

    importer = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    fingerprint = models.CharField(max_length=64)
    chosen = models.JSONField()
    #: Who confirmed it last, and when.
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    label = models.CharField(max_length=120)
    confirmed_at = models.DateTimeField()

    class Meta:
        db_table = "tables_layout"
        constraints = [
            models.UniqueConstraint(
                fields=["importer", "unit", "fingerprint"], name="layout_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.importer} {self.fingerprint[:8]}"
