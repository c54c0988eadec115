"""The mediation and its people: parties, mediators, who must stand aside, who is asked to be replaced."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Post, Unit
from minfu.disputes import states
from minfu.places.models import Division, Grid
from minfu.registry.models import Identity


class Mediation(models.Model):
    """The file of a mediation. It hangs on a demand by its id alone: rooms do not know each other's tables.

    ``unit`` is in charge, ``desk`` the desk above it. Confidential: only those who work on it see it.
    """

    case_id = models.BigIntegerField()
    number = models.CharField(_("编号"), max_length=20)
    category = models.CharField(_("纠纷类别"), max_length=60, blank=True)
    facts = models.TextField(_("纠纷主要事实"))
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+", db_index=False)
    grid = models.ForeignKey(
        Grid, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    desk = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    #: The demand is confidential: it counts at no place below the county.
    restricted = models.BooleanField(default=False)
    state = models.CharField(
        _("状态"), max_length=12, choices=states.MEDIATION.choices, default=states.ASKING
    )
    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    #: From which day the parties' identities are no longer kept; None while it is open, or once they are gone.
    identity_until = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "disputes_mediation"
        constraints = [
            models.UniqueConstraint(
                fields=["case_id"],
                condition=Q(state__in=states.BEFORE_AGREEMENT),
                name="one_mediation_at_a_time",
                violation_error_message=_("这件纠纷已经在调解。"),
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, state__in=states.MEDIATION.open_codes)
                | Q(ended_at__isnull=False, state__in=states.MEDIATION.end_codes),
                name="mediation_ended_has_its_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["case_id"], name="mediation_case"),
            models.Index(fields=["unit", "-id"], name="mediation_unit"),
            models.Index(fields=["desk", "-id"], name="mediation_desk"),
            models.Index(
                fields=["identity_until"],
                name="mediation_retention",
                condition=Q(identity_until__isnull=False),
            ),
            models.Index(
                fields=["unit"], name="mediation_to_do", condition=Q(state__in=states.BEFORE_AGREEMENT)
            ),
        ]
        triggers = [states.MEDIATION.trigger("mediation_steps")]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Tell whether work goes on."""
        return states.MEDIATION[self.state].is_open


class Party(models.Model):
    """A party to the dispute: a person or organisation whose identity lies in the vault, or a unit of this county."""

    class Side(models.TextChoices):
        """On which side."""

        A = "a", _("甲方")
        B = "b", _("乙方")

    class Way(models.TextChoices):
        """How it was asked for its consent."""

        IN_PERSON = "in_person", _("当面")
        PHONE = "phone", _("电话")
        WRITTEN = "written", _("书面")

    mediation = models.ForeignKey(Mediation, on_delete=models.PROTECT, related_name="parties")
    side = models.CharField(_("哪一方"), max_length=1, choices=Side.choices)
    identity = models.ForeignKey(
        Identity, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    #: None: not asked yet.
    consents = models.BooleanField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.CharField(max_length=10, choices=Way.choices, blank=True)

    class Meta:
        db_table = "disputes_party"
        constraints = [
            models.CheckConstraint(
                condition=Q(identity__isnull=True) | Q(unit__isnull=True),
                name="party_is_person_or_unit",
                violation_error_message=_("当事人填姓名或选单位，只能填一样。"),
            ),
            models.UniqueConstraint(
                fields=["mediation", "unit"],
                name="unit_is_party_once",
                violation_error_message=_("这个单位已经登记为当事人。"),
            ),
            models.UniqueConstraint(fields=["mediation", "identity"], name="person_is_party_once"),
            models.CheckConstraint(
                condition=Q(consents__isnull=True, asked_at__isnull=True)
                | Q(consents__isnull=False, asked_at__isnull=False),
                name="consent_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mediation_id}:{self.pk}"


class Recusal(models.Model):
    """Why somebody must stand aside in this mediation (回避). It stays: they never come back to it."""

    class Ground(models.TextChoices):
        """What stands between a person and impartiality."""

        PARTY = "party", _("本人是当事人")
        KIN = "kin", _("是当事人的近亲属")
        UNIT = "unit", _("在涉事单位任职")
        INTEREST = "interest", _("与纠纷有利害关系")
        OTHER = "other", _("其他可能影响公正的情形")

    mediation = models.ForeignKey(Mediation, on_delete=models.PROTECT, related_name="recusals")
    user_id = models.BigIntegerField()
    ground = models.CharField(max_length=10, choices=Ground.choices)
    note = models.CharField(max_length=200, blank=True)
    stated_by = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    stated_at = models.DateTimeField()

    class Meta:
        db_table = "disputes_recusal"
        constraints = [models.UniqueConstraint(fields=["mediation", "user_id"], name="recused_once")]
        triggers = [pgtrigger.Protect(name="recusal_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.mediation_id}:{self.user_id}"


#: Nobody who must stand aside sits, whoever writes: a recusal stands against the person, or the unit is a party.
_IMPARTIAL = """
    IF NEW.state IN ('named', 'seated') AND (
        EXISTS (SELECT 1 FROM disputes_recusal r WHERE r.mediation_id = NEW.mediation_id AND r.user_id = NEW.user_id)
        OR EXISTS (SELECT 1 FROM disputes_party p WHERE p.mediation_id = NEW.mediation_id AND p.unit_id = NEW.unit_id)
    ) THEN
        RAISE EXCEPTION 'who must stand aside does not mediate' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Seat(models.Model):
    """Who mediates: a person in a post, once they declared that nothing makes them stand aside."""

    mediation = models.ForeignKey(Mediation, on_delete=models.PROTECT, related_name="seats")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    user_id = models.BigIntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    #: Unit and title of the post as it was; the history and the papers show it.
    label = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=states.SEAT.choices, default="named")
    named_at = models.DateTimeField()
    declared_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "disputes_seat"
        constraints = [
            models.UniqueConstraint(
                fields=["mediation", "user_id"],
                condition=Q(state__in=["named", "seated"]),
                name="one_seat_a_person",
                violation_error_message=_("这个人已经是调解员。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="seated") | Q(declared_at__isnull=False),
                name="seated_after_declaring",
                violation_error_message=_("本人声明没有回避情形后才能担任调解员。"),
            ),
        ]
        triggers = [
            states.SEAT.trigger("seat_steps"),
            pgtrigger.Trigger(
                name="seat_impartial",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_IMPARTIAL,
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Replacement(models.Model):
    """A side asks for another mediator; somebody else than the mediator concerned decides."""

    mediation = models.ForeignKey(Mediation, on_delete=models.PROTECT, related_name="replacements")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=1, choices=Party.Side.choices)
    reason = models.TextField()
    state = models.CharField(max_length=8, choices=states.REPLACEMENT.choices, default="asked")
    #: The mediator whose replacement is asked for.
    mediator_user_id = models.BigIntegerField()
    written_by_user_id = models.BigIntegerField()
    asked_at = models.DateTimeField()
    decided_by_user_id = models.BigIntegerField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(blank=True)

    class Meta:
        db_table = "disputes_replacement"
        constraints = [
            models.UniqueConstraint(
                fields=["seat"], condition=Q(state="asked"), name="one_open_replacement_per_seat"
            ),
            models.CheckConstraint(
                condition=Q(decided_by_user_id__isnull=True)
                | (
                    ~Q(decided_by_user_id=F("mediator_user_id"))
                    & ~Q(decided_by_user_id=F("written_by_user_id"))
                ),
                name="replacement_decided_by_another",
                violation_error_message=_("是否更换须由另一人决定。"),
            ),
        ]
        triggers = [states.REPLACEMENT.trigger("replacement_steps")]

    def __str__(self) -> str:
        return f"{self.mediation_id}:{self.seat_id}"
