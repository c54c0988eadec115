"""Solved matters told to everyone: released by a person, in words of their own, until withdrawn or objected to."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Post, Unit
from minfu.cases import states
from minfu.cases.models.case import Case, Kind

#: Kinds that are never released: who complained of wrongdoing, and what neighbours quarrel about, stays between them.
UNRELEASED_KINDS = (Kind.WRONGDOING, Kind.DISPUTE)

#: A second lock behind the verb: whoever writes, only a solved demand that may be told is released.
_ONLY_WHAT_MAY_BE_TOLD = """
    IF NEW.state = 'released' AND NOT EXISTS (
        SELECT 1 FROM cases_case c WHERE c.id = NEW.case_id AND c.state = 'solved' AND NOT c.restricted
        AND c.complained_unit_id IS NULL AND c.mode <> 'confidential'
        AND c.kind NOT IN ('wrongdoing', 'dispute')
    ) THEN
        RAISE EXCEPTION 'case % may not be released', NEW.case_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Release(models.Model):
    """A demand on the public board, or its resident's wish that it never stand there.

    Texts and outline are fixed once written: a correction is a withdrawal and a new release. The outline is kept here so that
    the public list reads one table.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=states.RELEASE.choices)
    kind = models.CharField(_("类型"), max_length=12, choices=Kind.choices)
    category_code = models.CharField(max_length=6, blank=True)
    category_name = models.CharField(max_length=60, blank=True)
    township_code = models.CharField(max_length=12, blank=True)
    #: Empty where the village is so small that naming it would name the resident.
    village_code = models.CharField(max_length=12, blank=True)
    #: First day of the month in which it was solved; never the day.
    month = models.DateField(null=True)
    what = models.CharField(_("是什么事"), max_length=300, blank=True)
    done = models.CharField(_("怎么办的"), max_length=600, blank=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(_("撤下的原因"), max_length=300, blank=True)

    class Meta:
        db_table = "cases_release"
        indexes = [
            models.Index(fields=["-id"], name="release_public", condition=Q(state="released")),
            models.Index(
                fields=["township_code", "-id"], name="release_township", condition=Q(state="released")
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state__in=("released", "objected")),
                name="release_once",
                violation_error_message=_("这件事已经公开，或者居民不同意公开。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="released") | (~Q(what="") & ~Q(done="") & Q(released_by__isnull=False)),
                name="released_by_a_person_in_words",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=UNRELEASED_KINDS) | ~Q(state="released"), name="never_of_people"
            ),
        ]
        triggers = [
            states.RELEASE.trigger("release_steps"),
            pgtrigger.Trigger(
                name="release_guard",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_ONLY_WHAT_MAY_BE_TOLD,
            ),
            pgtrigger.ReadOnly(name="release_fixed", fields=["case", "what", "done", "released_by"]),
        ]

    def __str__(self) -> str:
        return f"{self.category_name} {self.case_id}"
