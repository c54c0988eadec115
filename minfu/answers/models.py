"""Tables: items that are asked for, the answers to them, who used an answer, and other words for known things.

An item is never about a person: ``rules/declared.py`` refuses one that is.
"""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Unit
from minfu.answers import states
from minfu.kernel.dated import Dated


class Kind(models.TextChoices):
    """What an answer is written in."""

    NUMBER = "number", _("数")
    TEXT = "text", _("文字")
    DATE = "date", _("日期")


class Whose(models.TextChoices):
    """What an answer is of: a place, or a unit."""

    AREA = "area", _("按地方")
    UNIT = "unit", _("按单位")


class Span(models.TextChoices):
    """Of what time an answer speaks: as of a day, or of a whole period."""

    STANDING = "standing", _("截至某日")
    WEEK = "week", _("每周")
    MONTH = "month", _("每月")
    QUARTER = "quarter", _("每季度")
    HALF = "half", _("每半年")
    YEAR = "year", _("每年")


class Item(models.Model):
    """A declared item (数据项): asked for once per place or unit and time. ``key`` never changes.

    ``normal`` is its name as it is compared; ``owner`` the unit that may tell it for every place, if one;
    ``origin`` who first asked for it.
    """

    key = models.CharField(_("编号"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    normal = models.CharField(max_length=60)
    measure = models.CharField(_("计量单位"), max_length=12, blank=True)
    meaning = models.CharField(_("口径"), max_length=300)
    kind = models.CharField(_("填什么"), max_length=8, choices=Kind.choices, default=Kind.NUMBER)
    decimals = models.PositiveSmallIntegerField(_("小数位数"), default=0)
    whose = models.CharField(_("按什么填"), max_length=8, choices=Whose.choices, default=Whose.AREA)
    span = models.CharField(_("多久填一次"), max_length=10, choices=Span.choices, default=Span.STANDING)
    owner = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("归口单位"),
    )
    origin = models.CharField(_("为什么设立"), max_length=200)
    state = models.CharField(max_length=10, choices=states.ITEM.choices, default=states.IN_FORCE)
    valid_from = models.DateField(_("起用日期"))
    valid_to = models.DateField(_("停用日期"), null=True, blank=True)

    class Meta:
        db_table = "answers_item"
        constraints = [
            models.UniqueConstraint(
                fields=["normal"],
                condition=Q(state=states.IN_FORCE),
                name="item_name_once",
                violation_error_message=_("已经有同名的数据项，直接用它就好。"),
            ),
            models.CheckConstraint(condition=Q(decimals__lte=4), name="item_decimals"),
            models.CheckConstraint(
                condition=Q(state=states.IN_FORCE, valid_to__isnull=True)
                | Q(state=states.ENDED, valid_to__isnull=False),
                name="item_end_has_day",
            ),
        ]
        triggers = [
            states.ITEM.trigger("item_steps"),
            pgtrigger.ReadOnly(name="item_key_stays", fields=["key", "kind", "whose", "span"]),
        ]

    def __str__(self) -> str:
        return self.name


class Answer(models.Model):
    """What was told for one item, place or unit, and time. Only the newest of a slot is in force; none is deleted.

    ``area`` is a key of figures' areas: "c", a code of 12 digits, "u12". ``slot`` is a period's key, of a standing item
    the day. ``as_of`` is the last day it speaks of.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="answers", db_index=False)
    area = models.CharField(_("地方或单位"), max_length=12)
    slot = models.CharField(_("时段"), max_length=24)
    as_of = models.DateField(_("截至"))
    number = models.DecimalField(_("数"), max_digits=19, decimal_places=4, null=True, blank=True)
    text = models.CharField(_("文字"), max_length=500, blank=True)
    day = models.DateField(_("日期"), null=True, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    #: Who told it: for the history of the matter, never counted.
    told_by_user_id = models.BigIntegerField(null=True, blank=True)
    source = models.CharField(_("来源"), max_length=200)
    told_at = models.DateTimeField(_("填报时间"))
    reason = models.CharField(_("更正原因"), max_length=200, blank=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successor"
    )
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "answers_answer"
        constraints = [
            models.UniqueConstraint(
                fields=["item", "area", "slot"],
                condition=Q(replaced_at__isnull=True),
                name="answer_once_per_slot",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=False, text="", day__isnull=True)
                | Q(number__isnull=True, day__isnull=True) & ~Q(text="")
                | Q(number__isnull=True, text="", day__isnull=False),
                name="answer_has_one_value",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="answer_unit", condition=Q(replaced_at__isnull=True)),
            models.Index(fields=["area", "-id"], name="answer_area", condition=Q(replaced_at__isnull=True)),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="answer_stays", exclude=["replaced_at"]),
            pgtrigger.Protect(name="answer_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="answer_replaced_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__replaced_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.area} {self.slot}"

    @property
    def href(self) -> str:
        """Return where the answer stands with its history."""
        return f"/answers/{self.pk}/"


class Use(models.Model):
    """That something was made with an answer: a form, a table, a document. ``href`` leads to it."""

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="uses", db_index=False)
    label = models.CharField(max_length=150)
    href = models.CharField(max_length=200)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    used_at = models.DateTimeField()

    class Meta:
        db_table = "answers_use"
        constraints = [models.UniqueConstraint(fields=["answer", "href"], name="answer_use_once")]

    def __str__(self) -> str:
        return self.label


class Synonym(Dated):
    """Another word for something known: ``means`` is "figure:NAME" or "item:KEY". Dated configuration with its source."""

    words = models.CharField(_("也叫"), max_length=60)
    normal = models.CharField(max_length=60)
    means = models.CharField(_("就是"), max_length=60)

    class Meta(Dated.Meta):
        db_table = "answers_synonym"
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["normal", "means", "valid_from"],
                name="synonym_once",
                violation_error_message=_("已经有这个同义说法。"),
            ),
            models.CheckConstraint(condition=~Q(normal=F("means")), name="synonym_means_another"),
        ]

    def __str__(self) -> str:
        return f"{self.words} → {self.means}"
