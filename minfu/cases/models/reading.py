"""What the software read in a demand's text when it came in, and who then named the category."""

from typing import Any

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from minfu.cases.models.case import Case


class Reading(models.Model):
    """The categories a model suggested at registration. Never changed: beside the final category it tells how good it was."""

    class By(models.TextChoices):
        MACHINE = "machine", _("系统")
        PERSON = "person", _("登记的人")
        NOBODY = "nobody", _("留给平台")

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="reading")
    #: Number of the model's version.
    version = models.PositiveIntegerField()
    #: ``[[code, probability], …]``, likeliest first.
    suggested = models.JSONField()
    #: Who named the category at registration.
    by = models.CharField(max_length=7, choices=By.choices)
    #: Whether the resident asked that a person decides.
    refused = models.BooleanField(default=False)

    class Meta:
        db_table = "cases_reading"
        triggers = [pgtrigger.Protect(name="reading_stays", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.suggested}"

    @property
    def first(self) -> tuple[str, float]:
        """Return the likeliest category and its probability; ("", 0) where nothing was suggested."""
        best: list[Any] = self.suggested[0] if self.suggested else ["", 0.0]
        return str(best[0]), float(best[1])
