"""What is done in a mediation: sessions, the agreement, how it ended, follow-up visits."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Post
from minfu.disputes import states
from minfu.disputes.models.mediation import Mediation


class Session(models.Model):
    """One sitting: when, where, who was there, what was said (笔录). ``parties`` and ``seats`` hold the ids of who came."""

    mediation = models.ForeignKey(Mediation, on_delete=models.PROTECT, related_name="sessions")
    state = models.CharField(max_length=10, choices=states.SESSION.choices)
    starts_at = models.DateTimeField()
    place = models.CharField(_("地点"), max_length=100)
    parties = models.JSONField(default=list, blank=True)
    seats = models.JSONField(default=list, blank=True)
    others = models.CharField(_("其他参加人"), max_length=200, blank=True)
    minutes = models.TextField(_("笔录"), blank=True)
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        db_table = "disputes_session"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="held") | ~Q(minutes=""),
                name="held_session_has_minutes",
                violation_error_message=_("请写调解笔录。"),
            ),
        ]
        triggers = [states.SESSION.trigger("session_steps")]

    def __str__(self) -> str:
        return f"{self.mediation_id} {self.starts_at:%F %R}"


class Agreement(models.Model):
    """What the sides agreed on, written or oral, and what became of it in court.

    ``confirm_until`` is the last of the days counted from ``effective_on``: what the parties are told. ``confirm_last`` is the
    first working day from it on: what is accepted. ``remind_at`` is the next moment the sweep must look at it.
    """

    class Form(models.TextChoices):
        """How it was made."""

        WRITTEN = "written", _("书面协议")
        ORAL = "oral", _("口头协议")

    mediation = models.ForeignKey(Mediation, on_delete=models.PROTECT, related_name="agreements")
    form = models.CharField(_("形式"), max_length=8, choices=Form.choices)
    facts = models.TextField(_("纠纷主要事实"))
    dispute = models.TextField(_("争议事项和各方责任"))
    content = models.TextField(_("协议内容"))
    performance = models.TextField(_("履行方式"))
    due_on = models.DateField(_("履行期限"), null=True, blank=True)
    agreed_on = models.DateField(_("达成日期"))
    effective_on = models.DateField(_("生效日期"), null=True, blank=True)
    #: False: a draft that was not signed; mediation went on.
    stands = models.BooleanField(default=True)

    confirmation = models.CharField(max_length=10, choices=states.CONFIRMATION.choices, default="none")
    confirm_until = models.DateField(null=True, blank=True)
    confirm_last = models.DateField(null=True, blank=True)
    calendar_version = models.PositiveIntegerField(null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)
    applied_on = models.DateField(null=True, blank=True)
    court = models.CharField(_("法院"), max_length=60, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    court_number = models.CharField(_("文书编号"), max_length=60, blank=True)

    class Meta:
        db_table = "disputes_agreement"
        constraints = [
            models.UniqueConstraint(
                fields=["mediation"], condition=Q(stands=True), name="one_standing_agreement"
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("agreed_on")),
                name="performed_after_agreed",
                violation_error_message=_("履行期限不能早于达成协议的日期。"),
            ),
            models.CheckConstraint(
                condition=Q(effective_on__isnull=True) | Q(effective_on__gte=F("agreed_on")),
                name="effective_after_agreed",
                violation_error_message=_("生效日期不能早于达成协议的日期。"),
            ),
            models.CheckConstraint(
                condition=~Q(form="oral") | Q(effective_on=F("agreed_on")),
                name="oral_takes_effect_at_once",
                violation_error_message=_("口头协议自达成之日起生效。"),
            ),
            models.CheckConstraint(
                condition=Q(applied_on__isnull=True)
                | Q(applied_on__gte=F("effective_on"), applied_on__lte=F("confirm_last")),
                name="applied_within_the_term",
                violation_error_message=_("司法确认须在协议生效后的期限内申请。"),
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True) | Q(decided_on__gte=F("applied_on")),
                name="decided_after_applied",
                violation_error_message=_("法院作出结果的日期不能早于申请日期。"),
            ),
        ]
        indexes = [
            models.Index(fields=["remind_at"], name="agreement_remind", condition=Q(remind_at__isnull=False))
        ]
        triggers = [states.CONFIRMATION.trigger("confirmation_steps", "confirmation")]

    def __str__(self) -> str:
        return f"{self.mediation_id} {self.form}"


class Ending(models.Model):
    """How a mediation ended without success, and which other ways the parties were told of."""

    class Ground(models.TextChoices):
        """Why it ended."""

        DECLINED = "declined", _("当事人不同意调解")
        NO_AGREEMENT = "no_agreement", _("双方达不成一致")
        PARTY_QUITS = "party_quits", _("当事人不愿再调解")
        ABSENT = "absent", _("当事人多次不到场")
        NOT_SIGNED = "not_signed", _("当事人不签字")
        BROKEN = "broken", _("协议没有履行")
        OTHER = "other", _("其他原因")

    mediation = models.OneToOneField(Mediation, on_delete=models.PROTECT, related_name="ending")
    ground = models.CharField(max_length=12, choices=Ground.choices)
    note = models.TextField(blank=True)
    #: What the parties were told, word for word: [{"name": …, "advice": …}].
    ways = models.JSONField()
    told_at = models.DateTimeField()
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        db_table = "disputes_ending"
        constraints = [
            models.CheckConstraint(
                condition=~Q(ways=[]),
                name="ending_tells_another_way",
                violation_error_message=_("请至少告知一种其他途径。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mediation_id} {self.ground}"


class Visit(models.Model):
    """A follow-up (回访): when it is due, and what was found."""

    class Finding(models.TextChoices):
        """How far the agreement is kept."""

        KEPT = "kept", _("已履行完毕")
        GOING = "going", _("正在履行")
        BROKEN = "broken", _("没有履行")

    mediation = models.ForeignKey(Mediation, on_delete=models.PROTECT, related_name="visits")
    due_on = models.DateField()
    remind_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    finding = models.CharField(max_length=8, choices=Finding.choices, blank=True)
    note = models.TextField(blank=True)
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        db_table = "disputes_visit"
        constraints = [
            models.UniqueConstraint(
                fields=["mediation"], condition=Q(made_at__isnull=True), name="one_visit_ahead"
            ),
            models.CheckConstraint(
                condition=Q(made_at__isnull=True, finding="") | (Q(made_at__isnull=False) & ~Q(finding="")),
                name="made_visit_has_its_finding",
            ),
        ]
        indexes = [
            models.Index(fields=["remind_at"], name="visit_remind", condition=Q(remind_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.mediation_id} {self.due_on}"
