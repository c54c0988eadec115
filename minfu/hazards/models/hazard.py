"""The hazard, what was done about it, who checked it, and the photos."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Post, Unit
from minfu.files.models import StoredFile
from minfu.hazards import states
from minfu.hazards.models.config import Grade
from minfu.places.models import Division, Grid


class Hazard(models.Model):
    """A hazard. It hangs on a demand by its id alone: rooms do not know each other's tables.

    ``unit`` rectifies it, ``desk`` is the desk above. ``look_at`` is the next moment the sweep must look at its date.
    """

    case_id = models.BigIntegerField()
    number = models.CharField(_("编号"), max_length=20)
    category = models.CharField(_("类别"), max_length=60, blank=True)
    category_code = models.CharField(max_length=12, blank=True)
    what = models.TextField(_("什么隐患"))
    #: Seen only by those who work on it: the demand is confidential.
    restricted = models.BooleanField(default=False)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+", db_index=False)
    township_code = models.CharField(max_length=12, blank=True)
    village_code = models.CharField(max_length=12, blank=True)
    grid = models.ForeignKey(
        Grid, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(_("状态"), max_length=12, choices=states.HAZARD.choices, default=states.FOUND)
    grade = models.ForeignKey(
        Grade, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    #: From when, and until when it must be rectified; the calendar version the end was counted with, 0 for a day set by hand.
    counted_from = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    calendar_version = models.PositiveIntegerField(default=0)
    look_at = models.DateTimeField(null=True, blank=True)
    stage = models.PositiveSmallIntegerField(default=0)
    #: How often a check found it still there.
    rounds = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "hazards_hazard"
        constraints = [
            models.UniqueConstraint(
                fields=["case_id"],
                condition=Q(state__in=states.HAZARD.open_codes),
                name="one_hazard_at_a_time",
                violation_error_message=_("这件诉求已经登记了隐患。"),
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, state__in=states.HAZARD.open_codes)
                | Q(ended_at__isnull=False, state__in=states.HAZARD.end_codes),
                name="hazard_ended_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.RECTIFYING) | Q(due_at__isnull=False),
                name="rectified_by_a_date",
                violation_error_message=_("整改中的隐患要有期限，请先定级。"),
            ),
        ]
        indexes = [
            models.Index(fields=["case_id"], name="hazard_case"),
            models.Index(fields=["unit", "-id"], name="hazard_unit"),
            models.Index(fields=["desk", "-id"], name="hazard_desk"),
            models.Index(fields=["township_code", "-id"], name="hazard_township"),
            models.Index(fields=["village_code", "-id"], name="hazard_village"),
            models.Index(fields=["look_at"], name="hazard_look", condition=Q(look_at__isnull=False)),
        ]
        triggers = [states.HAZARD.trigger("hazard_steps")]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Tell whether work goes on."""
        return states.HAZARD[self.state].is_open


class Rectification(models.Model):
    """What the unit in charge says it did."""

    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="rectifications")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    text = models.TextField(_("怎么整改的"))
    at = models.DateTimeField()

    class Meta:
        db_table = "hazards_rectification"

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.at:%F}"


class Inspection(models.Model):
    """A check by somebody who is not of the unit that rectified it."""

    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="inspections")
    #: The unit whose work is checked, and the unit that checks.
    rectifier = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    gone = models.BooleanField()
    finding = models.TextField(_("复查情况"))
    at = models.DateTimeField()

    class Meta:
        db_table = "hazards_inspection"
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=True) | ~Q(unit=F("rectifier")),
                name="inspected_by_another_unit",
                violation_error_message=_("整改单位不能复查自己，须由别的单位的人复查。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.at:%F}"


class Evidence(models.Model):
    """A photo or document: before, after, or of a check."""

    class When(models.TextChoices):
        """At which point it was taken."""

        BEFORE = "before", _("整改前")
        AFTER = "after", _("整改后")
        CHECK = "check", _("复查")

    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="evidence")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", db_index=False)
    when = models.CharField(max_length=8, choices=When.choices)
    round = models.PositiveSmallIntegerField(default=0)
    added_at = models.DateTimeField()

    class Meta:
        db_table = "hazards_evidence"
        constraints = [models.UniqueConstraint(fields=["hazard", "file"], name="evidence_once")]

    def __str__(self) -> str:
        return f"{self.hazard_id}:{self.file_id}"
