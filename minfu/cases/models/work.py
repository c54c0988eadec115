"""What is done on a demand: clocks, help, objections, approvals, reports, contact attempts, answers."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Post, Unit
from minfu.cases import states
from minfu.cases.models.case import Case
from minfu.cases.models.config import TimeLimit


class Deadline(models.Model):
    """One running clock of a demand. ``alarm_at`` is the next moment the sweep must look at it.

    ``stage`` counts what has been sounded: 0 nothing, 1 the reminder, 2 overdue to the desk above, 3 overdue to the county.
    ``calendar_version`` is the working calendar ``due_at`` was counted with.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadlines", db_index=False)
    clock = models.CharField(max_length=10, choices=TimeLimit.Clock.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    round = models.PositiveSmallIntegerField(default=1)
    amount = models.PositiveSmallIntegerField()
    measure = models.CharField(max_length=10, choices=TimeLimit.Measure.choices)
    remind_percent = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    calendar_version = models.PositiveIntegerField()
    #: Extra amount granted once by an approved extension, in ``measure``.
    extension = models.PositiveSmallIntegerField(default=0)
    #: What approved pauses have added, in ``measure`` (nothing for hours: they need no calendar).
    shifted = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=states.CLOCK.choices, default="running")
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    alarm_at = models.DateTimeField(null=True)
    stage = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "cases_deadline"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "clock", "unit"],
                condition=Q(state__in=["running", "paused"]),
                name="clock_runs_once",
            ),
            models.CheckConstraint(condition=Q(due_at__gte=F("started_at")), name="due_after_start"),
        ]
        indexes = [
            models.Index(
                fields=["alarm_at"],
                name="deadline_alarm",
                condition=Q(state="running", alarm_at__isnull=False),
            ),
            models.Index(fields=["case"], name="deadline_case"),
        ]
        triggers = [states.CLOCK.trigger("clock_steps")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.clock} {self.due_at:%F %R}"


class WorkReport(models.Model):
    """What the lead says it did when it reports a demand done, and what the verifier found.

    Also what a desk answered at once: then ``passed`` stays empty, because nobody verified it. ``verified_at`` is when the
    resident began to be asked; the row names that asking.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    settled_level = models.CharField(max_length=12)
    reported_at = models.DateTimeField()
    verified_by = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)
    passed = models.BooleanField(null=True)
    finding = models.TextField(blank=True)

    class Meta:
        db_table = "cases_work_report"

    def __str__(self) -> str:
        return f"{self.case_id} {self.reported_at:%F}"

    @property
    def at_once(self) -> bool:
        """Tell whether a desk answered it at once: nobody verified it."""
        return self.verified_at is not None and self.passed is None


class Objection(models.Model):
    """A unit says the demand is not its duty; an upper desk decides; the clock keeps running."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="objections")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    made_at = models.DateTimeField()
    upheld = models.BooleanField(null=True)
    decided_by = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True)

    class Meta:
        db_table = "cases_objection"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "unit"],
                name="one_objection_per_unit",
                violation_error_message=_("本单位对这件诉求已经提过一次异议。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.unit_id}"


class Approval(models.Model):
    """An extension, pause or deferral: asked with a reason by one person, decided by another."""

    class Matter(models.TextChoices):
        EXTENSION = "extension", _("延期")
        PAUSE = "pause", _("暂停")
        DEFERRAL = "deferral", _("挂账")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="approvals")
    matter = models.CharField(max_length=10, choices=Matter.choices)
    ground = models.CharField(_("事由"), max_length=20)
    reason = models.TextField(_("说明"))
    #: Extension: how much more, in the clock's own measure. Pause and deferral: until which day.
    amount = models.PositiveSmallIntegerField(null=True)
    until = models.DateField(null=True)
    state = models.CharField(max_length=8, choices=states.APPROVAL.choices, default="asked")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    asked_by_user_id = models.BigIntegerField()
    asked_at = models.DateTimeField()
    #: The desk that decides.
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    decided_by_user_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True)

    class Meta:
        db_table = "cases_approval"
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="asked"), name="one_open_approval_per_case"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(matter="extension", state="granted"), name="extended_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_by_user_id__isnull=True) | ~Q(decided_by_user_id=F("asked_by_user_id")),
                name="approved_by_a_second_person",
                violation_error_message=_("须由另一人审批，不能批准自己的申请。"),
            ),
        ]
        indexes = [
            models.Index(fields=["desk", "asked_at"], name="approval_desk", condition=Q(state="asked"))
        ]
        triggers = [states.APPROVAL.trigger("approval_steps")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.matter}"


class Help(models.Model):
    """A helper called by the lead (吹哨报到), with a deadline and a result of its own."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="helps")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    task = models.TextField()
    state = models.CharField(max_length=8, choices=states.HELP.choices, default="called")
    called_by = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    called_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    result = models.TextField(blank=True)

    class Meta:
        db_table = "cases_help"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "unit"],
                condition=Q(state__in=["called", "coming"]),
                name="called_once_at_a_time",
                violation_error_message=_("这个单位已经在协办。"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "called_at"],
                name="help_unit_open",
                condition=Q(state__in=["called", "coming"]),
            )
        ]
        triggers = [states.HELP.trigger("help_steps")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.unit_id}"


class Attempt(models.Model):
    """An attempt to reach the resident for confirmation; three on different days without success allow *unconfirmed*."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attempts")
    on_day = models.DateField()
    at = models.DateTimeField()
    reached = models.BooleanField()
    channel = models.CharField(max_length=12)
    note = models.CharField(max_length=200, blank=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "cases_attempt"

    def __str__(self) -> str:
        return f"{self.case_id} {self.on_day}"


class Answer(models.Model):
    """What the resident said of the result. The only way a demand counts as solved."""

    class Outcome(models.TextChoices):
        SOLVED = "solved", _("已解决")
        PARTLY = "partly", _("部分解决")
        EXPLAINED = "explained", _("没办成，但解释我认可")
        NOT_SOLVED = "not_solved", _("没有解决")

    class Proof(models.TextChoices):
        """How a resident showed that they are the resident of the demand."""

        RECEIPT = "receipt", _("凭查询码")
        LINK = "link", _("凭短信链接")
        CODE = "code", _("凭验证码")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="answers")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    satisfaction = models.PositiveSmallIntegerField(null=True)
    remark = models.TextField(blank=True)
    #: True when the resident answered; False when a clerk wrote down what the resident said.
    by_resident = models.BooleanField()
    #: How the resident showed who they are (``rules/asking.py``); empty for a clerk's note.
    proof = models.CharField(max_length=8, choices=Proof.choices, blank=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        db_table = "cases_answer"

    def __str__(self) -> str:
        return f"{self.case_id} {self.outcome}"
