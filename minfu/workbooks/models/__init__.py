"""Tables of the room: forms from above, and what was said of a form of the same make before."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Unit
from minfu.files.door import StoredFile
from minfu.workbooks import states


class Workbook(models.Model):
    """A form a unit has been told to fill in. What its cells ask for is read from the file itself.

    ``area`` (a key of figures) and ``period`` say whose figures it is filled with, ``found`` the period its title names.
    ``marks`` holds what people said of single cells ("0!B5": an indicator, or that they fill it in), ``told`` what they typed.
    ``filled`` is what was written when it was finished: value, source and moment by cell.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("名称"), max_length=120)
    area = models.CharField(_("地方"), max_length=24)
    period = models.CharField(_("时段"), max_length=24, blank=True)
    found = models.CharField(max_length=24, blank=True)
    #: Fill in what there is until today of a period that is not over.
    until_today = models.BooleanField(_("填截至今天的数"), default=False)
    #: Write where a number comes from into a comment at its cell.
    with_comments = models.BooleanField(_("在单元格批注里写明来源"), default=True)
    digest = models.CharField(max_length=64)
    marks = models.JSONField(default=dict)
    told = models.JSONField(default=dict)
    filled = models.JSONField(null=True, blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=states.WORKBOOK.choices, default=states.OPEN)
    begun_by_user_id = models.BigIntegerField()
    begun_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "workbooks_workbook"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=states.DONE, filled__isnull=False)
                | ~Q(state=states.DONE) & Q(filled__isnull=True),
                name="workbook_done_is_filled",
                violation_error_message=_("填好的表必须写定每一格。"),
            )
        ]
        indexes = [models.Index(fields=["unit", "state", "-id"], name="workbook_unit")]
        triggers = [states.WORKBOOK.trigger("workbook_steps")]

    def __str__(self) -> str:
        return self.title


class Memory(models.Model):
    """What a unit said of a form of this make: ``marks`` as in ``Workbook``, ``told`` what was typed last, for ``period``."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    digest = models.CharField(max_length=64)
    area = models.CharField(max_length=24)
    period = models.CharField(max_length=24)
    marks = models.JSONField(default=dict)
    told = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "workbooks_memory"
        constraints = [models.UniqueConstraint(fields=["unit", "digest"], name="workbook_memory_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.digest[:12]}"
