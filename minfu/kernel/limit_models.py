"""The table of rate limits."""

from django.db import models


class Limit(models.Model):
    """One window under one key. Unlogged: lost in a crash, which costs nothing but the counts of some minutes."""

    key = models.BinaryField(primary_key=True, max_length=16)
    hits = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "kernel_limit"

    def __str__(self) -> str:
        return f"{self.hits} until {self.ends_at:%Y-%m-%d %H:%M}"
