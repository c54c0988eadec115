"""Counts per state that do not grow with the table: deltas written by a trigger, folded by a job."""

import pgtrigger
from django.db import models

#: Writes what a new or moved demand changes in the counts, whoever writes the row. Restricted demands are counted apart: a
#: figure of a village or township must not tell that there is one about it (``rules/counts.py``).
COUNT_CASES = pgtrigger.Trigger(
    name="count_cases",
    when=pgtrigger.After,
    operation=pgtrigger.Insert
    | pgtrigger.UpdateOf(  # type: ignore[no-untyped-call]  # the library has no types
        "holder_id", "township_code", "village_code", "state", "restricted"
    ),
    func="""
        IF TG_OP = 'UPDATE' THEN
            IF (OLD.holder_id, OLD.township_code, OLD.village_code, OLD.state, OLD.restricted)
                = (NEW.holder_id, NEW.township_code, NEW.village_code, NEW.state, NEW.restricted) THEN
                RETURN NULL;
            END IF;
            INSERT INTO cases_tally_delta (holder_id, township_code, village_code, state, restricted, count)
            VALUES (OLD.holder_id, OLD.township_code, OLD.village_code, OLD.state, OLD.restricted, -1);
        END IF;
        INSERT INTO cases_tally_delta (holder_id, township_code, village_code, state, restricted, count)
        VALUES (NEW.holder_id, NEW.township_code, NEW.village_code, NEW.state, NEW.restricted, 1);
        RETURN NULL;
    """,
)


class Tally(models.Model):
    """How many demands a holder unit and a village have in a state, as of the last fold."""

    holder_id = models.BigIntegerField()
    township_code = models.CharField(max_length=12)
    village_code = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    restricted = models.BooleanField()
    count = models.BigIntegerField()

    class Meta:
        db_table = "cases_tally"
        constraints = [
            models.UniqueConstraint(
                fields=["holder_id", "township_code", "village_code", "state", "restricted"],
                name="tally_once",
            ),
        ]
        indexes = [
            models.Index(fields=["township_code", "state"], name="tally_township"),
            models.Index(fields=["village_code", "state"], name="tally_village"),
        ]

    def __str__(self) -> str:
        return f"{self.holder_id} {self.village_code} {self.state} {self.count}"


class TallyDelta(models.Model):
    """A change not folded yet. Writers only append, so that they never wait for each other."""

    holder_id = models.BigIntegerField()
    township_code = models.CharField(max_length=12)
    village_code = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    restricted = models.BooleanField()
    count = models.SmallIntegerField()

    class Meta:
        db_table = "cases_tally_delta"

    def __str__(self) -> str:
        return f"{self.holder_id} {self.state} {self.count:+d}"
