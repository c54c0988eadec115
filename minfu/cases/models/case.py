"""The demand itself."""

from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Level, Post, Unit
from minfu.cases import states
from minfu.cases.models.config import Category
from minfu.cases.models.tally import COUNT_CASES
from minfu.files.models import StoredFile
from minfu.kernel import clock
from minfu.language import personal
from minfu.places.models import Division, Grid
from minfu.registry.models import Identity


class Kind(models.TextChoices):
    """What sort of demand it is (12345: five kinds; DB12/T 1438-2025 adds praise; §2 adds hazard and dispute)."""

    CONSULTATION = "consultation", _("咨询")
    REQUEST = "request", _("求助")
    COMPLAINT = "complaint", _("投诉")
    WRONGDOING = "wrongdoing", _("举报")
    SUGGESTION = "suggestion", _("建议")
    PRAISE = "praise", _("表扬")
    HAZARD = "hazard", _("隐患")
    DISPUTE = "dispute", _("矛盾纠纷")


class Mode(models.TextChoices):
    """How far the reporter wants to be known."""

    NAMED = "named", _("实名")
    ANONYMOUS = "anonymous", _("匿名")
    CONFIDENTIAL = "confidential", _("要求保密")


class Urgency(models.TextChoices):
    """How fast it must be looked at."""

    NORMAL = "normal", _("一般")
    URGENT = "urgent", _("紧急")


class Door(models.TextChoices):
    """By which door the demand came in."""

    WEB = "web", _("网页")
    QR = "qr", _("网格二维码")
    PHONE = "phone", _("电话")
    COUNTER = "counter", _("窗口")
    PROXY = "proxy", _("代办")
    VISIT = "visit", _("网格走访")
    IMPORT = "import", _("批量导入")
    API = "api", _("接口")
    OPEN311 = "open311", _("Open311")


class Case(models.Model):
    """A resident's demand, from the first word to the confirmed close.

    ``holder`` is the unit that has the next step to take; ``desk`` the desk above the lead that verifies and decides;
    ``lead`` the unit in charge (首接负责). Its public number is made of the day and the id (``number``).
    """

    receipt = models.CharField(max_length=12)
    kind = models.CharField(_("类型"), max_length=12, choices=Kind.choices)
    mode = models.CharField(_("身份方式"), max_length=12, choices=Mode.choices, default=Mode.NAMED)
    urgency = models.CharField(_("紧急程度"), max_length=8, choices=Urgency.choices, default=Urgency.NORMAL)
    door = models.CharField(_("渠道"), max_length=8, choices=Door.choices)
    description = models.TextField(_("反映内容"))
    #: Where personal data stand in the description, as found when it was taken in: [[start, end, what], …].
    personal = models.JSONField(default=list)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    #: Answers to the category's own questions, as asked at the time: [{"question": …, "answer": …}].
    details = models.JSONField(default=list)

    address = models.CharField(_("地点描述"), max_length=200, blank=True)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+", db_index=False)
    township_code = models.CharField(max_length=12, blank=True)
    village_code = models.CharField(max_length=12, blank=True)
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, null=True, related_name="+")
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    place_method = models.CharField(max_length=12, blank=True)
    place_confidence = models.FloatField(default=0)
    place_reason = models.CharField(max_length=200, blank=True)

    reporter = models.ForeignKey(
        Identity, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    registered_by = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    #: The unit the demand complains about: it never sees who complained, and never leads.
    complained_unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    #: Seen only by the units that work on it (confidential, wrongdoing, or a confidential category).
    restricted = models.BooleanField(default=False)

    state = models.CharField(_("状态"), max_length=12, choices=states.CASE.choices)
    is_open = models.GeneratedField(
        expression=ExpressionWrapper(Q(state__in=states.CASE.open_codes), output_field=models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    holder = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    #: Level of the desk that an overdue clock has been brought to ("" = none yet).
    escalated_to = models.CharField(max_length=10, choices=Level.choices, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    settled_level = models.CharField(_("化解层级"), max_length=12, blank=True)
    satisfaction = models.PositiveSmallIntegerField(null=True)
    diversion = models.ForeignKey(
        "cases.Diversion", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged_cases", db_index=False
    )
    state_before_merge = models.CharField(max_length=12, blank=True)
    split_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="split_cases", db_index=False
    )

    #: Where an imported demand comes from; the pair makes a second import add nothing.
    source = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=80, blank=True)
    #: The language the resident reported in, and is written to (a code of ``LANGUAGES``); empty: the county's.
    language = models.CharField(max_length=10, blank=True)
    #: When the resident said it, if earlier than the registration (imports).
    occurred_at = models.DateTimeField(null=True)
    registered_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    #: The day from which the reporter's identity is no longer kept; empty while the demand is open, and once it is erased.
    identity_until = models.DateField(null=True)
    #: Grows with every step; a form that carries an older one is stale.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "cases_case"
        # Each index costs every registration. A foreign key has one of its own only where lists or checks look through it,
        # and none beside an index below that begins with it.
        constraints = [
            models.UniqueConstraint(fields=["receipt"], name="case_receipt_once"),
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~Q(external_id=""),
                name="case_once_per_source",
                violation_error_message=_("这一条已经导入过。"),
            ),
            models.CheckConstraint(
                condition=~Q(mode=Mode.ANONYMOUS) | Q(reporter__isnull=True),
                name="anonymous_has_no_reporter",
                violation_error_message=_("匿名反映不保存联系人。"),
            ),
            models.CheckConstraint(
                condition=Q(complained_unit__isnull=True)
                | Q(lead__isnull=True)
                | ~Q(lead=models.F("complained_unit")),
                name="complained_unit_never_leads",
                violation_error_message=_("被反映的单位不能办理这件诉求。"),
            ),
            models.CheckConstraint(
                condition=~Q(state=states.MERGED) | Q(merged_into__isnull=False), name="merged_names_its_case"
            ),
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True) | Q(satisfaction__range=(1, 5)),
                name="satisfaction_of_five",
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=False) | ~Q(state__in=states.CASE.open_codes),
                name="open_has_a_due_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[states.ASSIGNED, states.OBJECTED, states.HANDLING])
                | Q(lead__isnull=False),
                name="worked_on_by_a_lead",
            ),
        ]
        indexes = [
            # The parts of what a unit may see: an index each, so that the OR of them is read from indexes; the state
            # in them so that the few in one state are found without reading all.
            models.Index(
                fields=["holder", "due_at", "id", "state"], name="case_inbox", condition=Q(is_open=True)
            ),
            models.Index(
                fields=["desk", "due_at", "id", "state"], name="case_desk_open", condition=Q(is_open=True)
            ),
            models.Index(
                fields=["lead", "due_at", "id", "state"], name="case_lead_open", condition=Q(is_open=True)
            ),
            models.Index(
                fields=["township_code", "due_at", "id", "state"],
                name="case_township_open",
                condition=Q(is_open=True),
            ),
            models.Index(
                fields=["village_code", "due_at", "id", "state"],
                name="case_village_open",
                condition=Q(is_open=True),
            ),
            models.Index(fields=["grid", "due_at", "id"], name="case_grid_open", condition=Q(is_open=True)),
            models.Index(fields=["due_at", "id"], name="case_county_open", condition=Q(is_open=True)),
            models.Index(fields=["state", "due_at", "id"], name="case_state_open", condition=Q(is_open=True)),
            models.Index(fields=["lead", "-id"], name="case_lead"),
            models.Index(fields=["township_code", "-id"], name="case_township"),
            models.Index(fields=["village_code", "-id"], name="case_village"),
            models.Index(fields=["reporter"], name="case_reporter", condition=Q(reporter__isnull=False)),
            models.Index(
                fields=["registered_by", "-id"],
                name="case_registrar",
                condition=Q(registered_by__isnull=False),
            ),
            models.Index(
                fields=["merged_into"], name="case_merged_into", condition=Q(merged_into__isnull=False)
            ),
            models.Index(
                fields=["split_from"], name="case_split_from", condition=Q(split_from__isnull=False)
            ),
            models.Index(
                fields=["escalated_to", "due_at"],
                name="case_escalated",
                condition=Q(is_open=True) & ~Q(escalated_to=""),
            ),
            models.Index(
                fields=["due_at", "id"], name="case_reopened", condition=Q(is_open=True, reopened__gt=0)
            ),
            models.Index(
                fields=["identity_until", "id"],
                name="case_identity_until",
                condition=Q(identity_until__isnull=False),
            ),
            # The leader's page counts days: by registration, and by end without touching the rows.
            models.Index(fields=["registered_at"], name="case_registered"),
            # The leader's figures: the few that tallies know at no place.
            models.Index(
                fields=["township_code", "village_code"],
                name="case_restricted_open",
                condition=Q(is_open=True, restricted=True),
            ),
            # Those of them that complain of a unit: what the leader's figures of the county leave out for its own people.
            models.Index(
                fields=["complained_unit"],
                name="case_complained_of",
                condition=Q(restricted=True, complained_unit__isnull=False),
            ),
            # What other systems ask for: what has changed since they asked last.
            models.Index(fields=["updated_at", "id"], name="case_updated"),
            models.Index(
                fields=["township_code", "closed_at"],
                name="case_township_closed",
                condition=Q(closed_at__isnull=False),
                include=["state", "village_code", "settled_level", "restricted"],
            ),
            models.Index(
                fields=["closed_at"],
                name="case_closed",
                condition=Q(closed_at__isnull=False),
                include=["state", "township_code", "village_code", "settled_level"],
            ),
        ]
        triggers = [states.CASE.trigger("case_steps"), COUNT_CASES]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return the number people use: the day of registration and the id."""
        from minfu.kernel.codes import case_number

        return case_number(self.pk, clock.day(self.registered_at))

    @property
    def shown_description(self) -> str:
        """Return the description as screens, tables, papers and other systems show it: stars in place of personal data."""
        return personal.masked(self.description, [personal.Span(*one) for one in self.personal])

    @property
    def state_label(self) -> str:
        """Return the state's name in the user's language."""
        return str(states.CASE[self.state].label)


class CaseFile(models.Model):
    """A photo or document that belongs to a demand; ``what`` says at which point it came."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=12, default="intake")
    added_at = models.DateTimeField()

    class Meta:
        db_table = "cases_file"
        constraints = [models.UniqueConstraint(fields=["case", "file"], name="file_once_per_case")]

    def __str__(self) -> str:
        return f"{self.case_id}:{self.file_id}"


class CaseLink(models.Model):
    """Two related demands; stored once, the smaller id first."""

    one = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        db_table = "cases_link"
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="linked_once"),
            models.CheckConstraint(condition=Q(one__lt=models.F("other")), name="link_smaller_first"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id}–{self.other_id}"
