"""Imports and exports of tables, as their screens follow them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Post, User
from minfu.cases import states


class TableRun(models.Model):
    """One import or export by one person: what was asked, how far it is, what came of it.

    ``payload`` is the table itself, sealed (names and telephone numbers are in it): the uploaded one until it is read, the
    exported one until it is cleared. ``outcome`` holds the counts, ``faults`` the error report: [[row, column, sentence]].
    """

    class What(models.TextChoices):
        IMPORT = "import", _("导入")
        EXPORT = "export", _("导出")

    what = models.CharField(max_length=6, choices=What.choices)
    state = models.CharField(max_length=8, choices=states.TABLE.choices, default="waiting")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    #: Import: the file's name; export: the name under which it is handed out.
    file_name = models.CharField(max_length=120)
    payload = models.BinaryField(null=True)
    #: Import: source and whether bad rows are skipped; export: scope, filters and format.
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
        return f"{self.get_what_display()} {self.file_name}"

    @property
    def percent(self) -> int:
        """Return how much of it is done, 0 to 100."""
        return min(100, self.rows_done * 100 // self.rows_total) if self.rows_total else 0
