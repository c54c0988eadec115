"""Exports, as their screens follow them."""

from django.db import models

from minfu.accounts.models import Post, User
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
        return f"{self.label}-{self.created_at:%Y%m%d}.{self.format}"

    @property
    def percent(self) -> int:
        """Return how much of it is done, 0 to 100."""
        return min(100, self.rows_done * 100 // self.rows_total) if self.rows_total else 0
