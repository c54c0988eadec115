"""What demands say and how many people stand behind them, for whoever looks for what they have in common. Never who.

Restricted demands (confidential, wrongdoing) are not told of here at all, and no text without its stars.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Min

from minfu.cases import events
from minfu.cases.models import Case
from minfu.kernel.models import Event


@dataclass(frozen=True)
class Said:
    """What a demand says, stars in place of personal data, where it lies, and when the resident said it."""

    id: int
    text: str
    township_code: str
    village_code: str
    at: datetime


#: People are told apart by the keyed digests of the vault. Who left no number counts once for a village and a day: nobody
#: makes a crowd of themselves by leaving their name out.
_PEOPLE = """
    SELECT m.lot, count(DISTINCT w.who), count(DISTINCT w.who) FILTER (WHERE w.at >= %s)
      FROM unnest(%s::bigint[], %s::bigint[]) AS m (lot, case_id)
      JOIN cases_case c ON c.id = m.case_id
      LEFT JOIN registry_identity i ON i.id = c.reporter_id
     CROSS JOIN LATERAL (
           SELECT coalesce(encode(coalesce(i.phone_index, i.id_index), 'hex'), c.reporter_id::text,
                           c.village_code || c.township_code || (c.registered_at AT TIME ZONE 'Asia/Shanghai')::date) AS who,
                  coalesce(c.occurred_at, c.registered_at) AS at) AS w
     GROUP BY m.lot
"""


def said(case_ids: Collection[int]) -> list[Said]:
    """Return what demands say, in the order of their ids; nothing of those that are restricted."""
    rows = Case.objects.filter(pk__in=case_ids, restricted=False).order_by("pk")
    wanted = rows.only(
        "description", "personal", "township_code", "village_code", "occurred_at", "registered_at"
    )
    return [
        Said(
            one.pk,
            one.shown_description,
            one.township_code,
            one.village_code,
            one.occurred_at or one.registered_at,
        )
        for one in wanted
    ]


def people(lots: Mapping[int, Iterable[int]], since: datetime) -> dict[int, tuple[int, int]]:
    """Return by lot how many different people stand behind its demands: ever, and ``since``. One statement; only numbers."""
    pairs = [(lot, case_id) for lot, case_ids in lots.items() for case_id in case_ids]
    if not pairs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [since, [lot for lot, _id in pairs], [case_id for _lot, case_id in pairs]])
        return {lot: (ever, lately) for lot, ever, lately in cursor.fetchall()}


def before_newest(number: int) -> int:
    """Return the number of the history after which lie the registrations of the newest ``number`` demands; 0: of all."""
    first = Case.objects.order_by("-pk").values_list("pk", flat=True)[number : number + 1].first()
    if first is None:
        return 0
    found = Event.objects.filter(subject_type=events.SUBJECT, subject_id=first).aggregate(first=Min("pk"))
    return int(found["first"] or 0)
