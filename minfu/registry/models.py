"""The identity vault."""

import uuid

from django.db import models


class Identity(models.Model):
    """Who a resident is and how to reach them, encrypted as one sealed value; nothing readable lies beside it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed = models.BinaryField()
    phone_index = models.BinaryField(max_length=32, null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "registry_identity"
        indexes = [
            models.Index(
                fields=["phone_index"], name="identity_phone", condition=models.Q(phone_index__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
