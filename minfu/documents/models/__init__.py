"""Tables of the room: documents, and the registers their numbers come from."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Unit
from minfu.documents import states
from minfu.papers.official import Kind

KINDS = [(kind.value, kind.label) for kind in Kind]


class Register(models.Model):
    """A register of numbers (发文字号簿) of one unit: 凤政〔2026〕7号, or 2026年第7期 for issues."""

    class Form(models.TextChoices):
        """How a number of it is written."""

        FILE = "file", _("机关代字〔年份〕N号")
        ISSUE = "issue", _("N年第N期")

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    form = models.CharField(_("编号方式"), max_length=8, choices=Form.choices)
    #: The unit's word (凤政); of issues the name of the series.
    word = models.CharField(_("机关代字或刊名"), max_length=20)
    is_open = models.BooleanField(_("在用"), default=True)

    class Meta:
        db_table = "documents_register"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "word"],
                name="register_word_once_per_unit",
                violation_error_message=_("这个单位已经有同样代字的字号簿。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.word}（{self.get_form_display()}）"

    def number(self, year: int, serial: int) -> str:
        """Return a number of this register as it is printed."""
        if self.form == Register.Form.FILE:
            return f"{self.word}〔{year}〕{serial}号"
        return f"{year}年第{serial}期"


class RegisterYear(models.Model):
    """How far a register has come in a year: the row every numbering locks, so that no number is left out or given twice."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="years", db_index=False)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "documents_register_year"
        constraints = [
            models.UniqueConstraint(fields=["register", "year"], name="register_year_once"),
        ]

    def __str__(self) -> str:
        return f"{self.register_id} {self.year}: {self.last}"


class Document(models.Model):
    """A document of a unit. A draft's ``text`` is prose with figures; once submitted ``content`` holds what it says.

    ``area`` and ``period`` say whose figures it speaks of, and when; ``replaces`` is the document it takes the place of.
    ``content`` has blocks and figures (``rules/stored.py``), ``digest`` its SHA-256.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("文种"), max_length=10, choices=KINDS)
    template = models.CharField(_("模板"), max_length=30)
    area = models.CharField(_("辖区"), max_length=12, blank=True)
    period = models.CharField(_("时段"), max_length=24)
    head = models.CharField(_("发文机关标志"), max_length=40)
    title = models.CharField(_("标题"), max_length=150)
    addressees = models.CharField(_("主送"), max_length=200, blank=True)
    copies = models.CharField(_("抄送"), max_length=300, blank=True)
    signer = models.CharField(_("签发人"), max_length=20, blank=True)
    signed_by = models.CharField(_("署名"), max_length=80)
    secrecy = models.CharField(_("密级"), max_length=20, blank=True)
    urgency = models.CharField(_("紧急程度"), max_length=10, blank=True)
    note = models.CharField(_("附注"), max_length=100, blank=True)
    sealed = models.BooleanField(_("盖章"), default=True)
    text = models.TextField(_("正文"))
    state = models.CharField(_("状态"), max_length=12, choices=states.DOCUMENT.choices, default=states.DRAFT)
    content = models.JSONField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    register = models.ForeignKey(
        Register, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    serial = models.PositiveIntegerField(null=True, blank=True)
    number = models.CharField(_("发文字号"), max_length=40, blank=True)
    day = models.DateField(_("成文日期"), null=True, blank=True)
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successors", db_index=False
    )
    #: Who wrote last and who asked for approval: neither approves.
    written_by_user_id = models.BigIntegerField()
    submitted_by_user_id = models.BigIntegerField(null=True, blank=True)
    begun_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "documents_document"
        constraints = [
            models.UniqueConstraint(fields=["register", "year", "serial"], name="document_number_once"),
            models.CheckConstraint(
                condition=Q(serial__isnull=True, issued_at__isnull=True, number="")
                | Q(
                    serial__isnull=False,
                    issued_at__isnull=False,
                    register__isnull=False,
                    year__isnull=False,
                    day__isnull=False,
                )
                & ~Q(number=""),
                name="document_number_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=states.OUT, serial__isnull=False)
                | ~Q(state__in=states.OUT) & Q(serial__isnull=True),
                name="document_out_has_number",
                violation_error_message=_("印发的公文必须有发文字号。"),
            ),
            models.CheckConstraint(
                condition=Q(state__in=(states.DRAFT, states.DROPPED)) | Q(content__isnull=False),
                name="document_submitted_has_content",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="document_unit"),
            models.Index(fields=["state", "-id"], name="document_state"),
        ]
        triggers = [
            states.DOCUMENT.trigger("document_steps"),
            # What was issued says the same for ever.
            pgtrigger.Protect(
                name="document_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=states.OUT)
                & (
                    pgtrigger.Q(old__number__df=pgtrigger.F("new__number"))
                    | pgtrigger.Q(old__content__df=pgtrigger.F("new__content"))
                    | pgtrigger.Q(old__text__df=pgtrigger.F("new__text"))
                    | pgtrigger.Q(old__title__df=pgtrigger.F("new__title"))
                    | pgtrigger.Q(old__day__df=pgtrigger.F("new__day"))
                ),
            ),
            pgtrigger.Protect(
                name="document_number_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=states.OUT),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number or self.title
