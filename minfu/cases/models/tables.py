"""Imports of tables, as their screens follow them."""

from django.db import models

from minfu.accounts.models import Post, User
from minfu.cases import states


class TableRun(models.Model):
    """One import by one person: what was asked, how far it is, what came of it.

    ``payload`` is the table itself, sealed (names and telephone numbers are in it), until it is read. ``outcome`` holds the
    counts, ``faults`` the error report: [[row, column, sentence]].
    """

    state = models.CharField(max_length=8, choices=states.TABLE.choices, default="waiting")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=120)
    payload = models.BinaryField(null=True)
    #: Source, and whether bad rows are skipped.
    asked = models.JSONField(default=dict)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    outcome = models.JSONField(default=dict)
    faults = models.JSONField(default=list)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_table_run"
        indexes = [models.Index(fields=["user", "-id"], name="table_run_user")]
        triggers = [states.TABLE.trigger("table_run_steps")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def percent(self) -> int:
        """Return how much of it is done, 0 to 100."""
        return min(100, self.rows_done * 100 // self.rows_total) if self.rows_total else 0
