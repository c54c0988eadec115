"""The table of kept answers."""

from django.db import models


class KeptAnswer(models.Model):
    """What a request with an ``Idempotency-Key`` was answered, so that the same request sent again has no second effect.

    ``key`` is a digest of who asked, in which post, and the key they chose; ``request`` a digest of what was asked.
    """

    key = models.BinaryField(primary_key=True, max_length=16)
    request = models.BinaryField(max_length=16)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.TextField()
    kept_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "kernel_kept_answer"

    def __str__(self) -> str:
        return f"{self.status} at {self.kept_at:%Y-%m-%d %H:%M}"
