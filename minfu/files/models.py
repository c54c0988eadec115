"""Tables of files."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from minfu.files import states


class StoredFile(models.Model):
    """An uploaded file: its row; the bytes lie under ``MINFU_HOME/media`` in a file with a random name.

    ``size`` (bytes) and ``sha256`` are those of the bytes kept now. ``reason`` says why it was refused, or what was changed
    on receipt. ``path`` and ``thumbnail`` are relative to the media folder; empty means that there are no bytes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=states.FILE.choices, default=states.QUARANTINED)
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    path = models.CharField(max_length=80, blank=True)
    thumbnail = models.CharField(max_length=80, blank=True)
    from_kind = models.CharField(max_length=12)
    from_user_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "files_file"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=states.REFUSED, path="") | (~Q(state=states.REFUSED) & ~Q(path="")),
                name="file_has_bytes_unless_refused",
                violation_error_message=_("不能使用的附件不保留内容，其余附件必须有内容。"),
            ),
            models.CheckConstraint(
                condition=Q(state=states.QUARANTINED, checked_at=None)
                | (~Q(state=states.QUARANTINED) & Q(checked_at__isnull=False)),
                name="file_checked_once_out_of_quarantine",
                violation_error_message=_("附件检查之后才能改变状态。"),
            ),
        ]
        triggers = [states.FILE.trigger("file_states")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        """Tell whether screens may show it as a picture."""
        return self.media_type.startswith("image/")

    @property
    def state_label(self) -> str:
        """Return the state's name in the user's language."""
        return str(states.FILE[self.state].label)
