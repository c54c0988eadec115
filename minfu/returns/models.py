"""Tables: forms with their fields and addressees, the copies units fill in, minutes a field takes."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Unit
from minfu.kernel import clock
from minfu.kernel.dated import Dated
from minfu.returns import states


class Frequency(models.TextChoices):
    """How often a form is filled in."""

    ONCE = "once", _("一次")
    WEEK = "week", _("每周")
    MONTH = "month", _("每月")
    QUARTER = "quarter", _("每季度")
    HALF = "half", _("每半年")
    YEAR = "year", _("每年")


class Kind(models.TextChoices):
    """What a field is filled in with."""

    NUMBER = "number", _("数")
    TEXT = "text", _("文字")
    DATE = "date", _("日期")


class Decision(models.TextChoices):
    """What the author decided about a field for which something is known."""

    SELF = "self", _("已经有了，不再问，由系统填")
    AGAIN = "again", _("已经有了，仍要问")
    OTHER = "other", _("不是一回事，要问")
    NEW = "new", _("没有现成的，要问")


class Form(models.Model):
    """A form (报表) a unit asks others to fill in: why, on what ground, how often, until when.

    ``period`` is the time a form that is filled in once asks about; the others ask about each period that ends.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(_("表名"), max_length=60)
    purpose = models.CharField(_("为什么要填"), max_length=300)
    ground = models.CharField(_("依据文号"), max_length=120)
    frequency = models.CharField(_("频次"), max_length=8, choices=Frequency.choices)
    period = models.CharField(_("填哪一段时间的情况"), max_length=24, blank=True)
    due_workdays = models.PositiveSmallIntegerField(_("几个工作日内交"))
    ends_on = models.DateField(_("用到哪一天"))
    state = models.CharField(_("状态"), max_length=10, choices=states.FORM.choices, default=states.DRAFT)
    #: Who wrote last and who submitted: neither lets it in.
    written_by_user_id = models.BigIntegerField()
    submitted_by_user_id = models.BigIntegerField(null=True, blank=True)
    approved_by_user_id = models.BigIntegerField(null=True, blank=True)
    approved_on = models.DateField(null=True, blank=True)
    begun_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "returns_form"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=states.OUT)
                | Q(approved_by_user_id__isnull=False, approved_on__isnull=False)
                & ~Q(approved_by_user_id=F("written_by_user_id"))
                & ~Q(approved_by_user_id=F("submitted_by_user_id")),
                name="form_let_in_by_another",
                violation_error_message=_("申报人不能审批自己的表。"),
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(purpose="") & ~Q(ground=""), name="form_says_why"
            ),
            models.CheckConstraint(
                condition=Q(frequency="once") & ~Q(period="") | ~Q(frequency="once") & Q(period=""),
                name="form_once_has_period",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="return_form_state")]
        triggers = [
            states.FORM.trigger("form_steps"),
            pgtrigger.Protect(
                name="form_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=states.OUT)
                & (
                    pgtrigger.Q(old__title__df=pgtrigger.F("new__title"))
                    | pgtrigger.Q(old__ends_on__df=pgtrigger.F("new__ends_on"))
                    | pgtrigger.Q(old__frequency__df=pgtrigger.F("new__frequency"))
                    | pgtrigger.Q(old__approved_by_user_id__df=pgtrigger.F("new__approved_by_user_id"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"《{self.title}》"


class Addressee(models.Model):
    """A unit a form is for."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="addressees", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "returns_addressee"
        constraints = [models.UniqueConstraint(fields=["form", "unit"], name="addressee_once")]

    def __str__(self) -> str:
        return f"{self.form_id} {self.unit_id}"


class Field(models.Model):
    """A field of a form. ``means`` is what it is known as ("figure:NAME", "item:KEY"); ``item_key`` where answers are kept.

    ``standing``: a number as of the period's last day, not of what happened in it.
    """

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="fields", db_index=False)
    place = models.PositiveSmallIntegerField()
    name = models.CharField(_("名称"), max_length=60)
    kind = models.CharField(_("填什么"), max_length=8, choices=Kind.choices)
    measure = models.CharField(_("计量单位"), max_length=12, blank=True)
    decimals = models.PositiveSmallIntegerField(_("小数位数"), default=0)
    standing = models.BooleanField(_("截至期末的数"), default=False)
    meaning = models.CharField(_("口径"), max_length=300)
    means = models.CharField(max_length=60, blank=True)
    decision = models.CharField(max_length=6, choices=Decision.choices, blank=True)
    why = models.CharField(_("为什么还要问"), max_length=200, blank=True)
    item_key = models.CharField(max_length=40, blank=True)

    class Meta:
        db_table = "returns_field"
        constraints = [
            models.UniqueConstraint(fields=["form", "place"], name="field_place_once"),
            models.CheckConstraint(
                condition=~Q(decision__in=("again", "other")) | ~Q(why=""),
                name="field_asked_again_says_why",
                violation_error_message=_("已经有的项还要问，须写明为什么。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_struck(self) -> bool:
        """Tell whether nobody is asked for it: the software fills it in."""
        return self.decision == Decision.SELF


class Copy(models.Model):
    """What one unit fills in of a form for one period; ``content`` holds what it said when it was handed in.

    ``cells_asked``, ``cells_self`` and ``minutes`` say what it cost: fields somebody filled in, fields the software did, and the
    minutes dated configuration gives each kind. Nobody's time is measured.
    """

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="copies", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    period = models.CharField(max_length=24)
    asked_at = models.DateTimeField()
    due_on = models.DateField(_("交表期限"))
    calendar_version = models.PositiveIntegerField()
    #: When the unit was told that the day comes near.
    reminded_on = models.DateField(null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=states.COPY.choices, default=states.OPEN)
    first_in_on = models.DateField(null=True, blank=True)
    handed_in_at = models.DateTimeField(_("交表时间"), null=True, blank=True)
    handed_in_by_user_id = models.BigIntegerField(null=True, blank=True)
    content = models.JSONField(null=True, blank=True)
    reason = models.CharField(_("退回原因"), max_length=300, blank=True)
    cells_asked = models.PositiveIntegerField(default=0)
    cells_self = models.PositiveIntegerField(default=0)
    minutes = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "returns_copy"
        constraints = [
            models.UniqueConstraint(fields=["form", "unit", "period"], name="copy_once"),
            models.CheckConstraint(
                condition=~Q(state=states.HANDED_IN)
                | Q(content__isnull=False, handed_in_at__isnull=False, first_in_on__isnull=False),
                name="copy_handed_in_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state"], name="copy_unit_state"),
            models.Index(fields=["asked_at"], name="copy_asked"),
        ]
        triggers = [states.COPY.trigger("copy_steps")]

    def __str__(self) -> str:
        return f"{self.form} {self.period}"

    @property
    def is_late(self) -> bool:
        """Tell whether the unit is late with it, or was."""
        return self.state != states.CLOSED and (self.first_in_on or clock.today()) > self.due_on


class Rate(Dated):
    """How many minutes a field of a kind takes, as somebody measured it: dated, with its source. No person is timed."""

    kind = models.CharField(_("填什么"), max_length=8, choices=Kind.choices)
    minutes = models.DecimalField(_("每项几分钟"), max_digits=5, decimal_places=2)

    class Meta(Dated.Meta):
        db_table = "returns_rate"
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["kind", "valid_from"], name="rate_once"),
            models.CheckConstraint(
                condition=Q(minutes__gt=0, minutes__lte=240),
                name="rate_is_sane",
                violation_error_message=_("每项用时应大于 0、不超过 240 分钟。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.minutes}"
