"""The county's own pairs of characters: how often each stands in its demands, and how it is said.

Learned from the newest entries, which hold pairs as numbers; no text is read. Pinyin and initials are turned into these pairs, so
that they mean what people of this county write about.
"""

from itertools import product

from django.db import connection, transaction

from minfu.cases.models import Case, SearchPair, SearchProgress
from minfu.language import sounds
from minfu.language.pairs import MARKS, written

#: Newest demands that are counted, and pairs that are kept: the most frequent ones.
MOST_COUNTED, MOST_KEPT = 50_000, 60_000
#: Ways to say a pair that are kept.
MOST_SAID = 4
_COUNT = """
    SELECT key, count(*) FROM (SELECT keys FROM cases_search_entry ORDER BY case_id DESC LIMIT %s) AS e, unnest(e.keys) AS key
     WHERE key NOT BETWEEN 0 AND %s GROUP BY key ORDER BY count(*) DESC, key LIMIT %s
"""


def are_few() -> bool:
    """Tell whether there are twice as many demands as when pairs were last learned, and not yet enough of them."""
    row = SearchProgress.objects.filter(pk=1).first()
    return row is not None and row.texts < MOST_COUNTED and _newest() > 2 * row.learned


def _newest() -> int:
    return Case.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


@transaction.atomic
def learn() -> int:
    """Learn the pairs anew and return how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [MOST_COUNTED, MARKS - 1, MOST_KEPT])
        counted = cursor.fetchall()
        cursor.execute("SELECT count(*) FROM (SELECT FROM cases_search_entry LIMIT %s) AS e", [MOST_COUNTED])
        texts = cursor.fetchone()[0]
        rows = [row for number, seen in counted for row in _rows(written(number), seen)]
        cursor.execute("DELETE FROM cases_search_pair")
    SearchPair.objects.bulk_create(rows, batch_size=5_000)
    SearchProgress.objects.update_or_create(pk=1, defaults={"texts": texts, "learned": _newest()})
    return len(counted)


def _rows(name: str, seen: int) -> list[SearchPair]:
    """Return a pair by each way to say it; by none where it is no pair of Chinese characters: then it is only counted."""
    if "\x00" in name or not name.isprintable():
        return []
    said = list(product(*(sounds.readings(one) for one in name)))[:MOST_SAID] or [("", "")]
    return [
        SearchPair(
            pair=name, sound=" ".join(way).strip(), initials="".join(one[:1] for one in way), seen=seen
        )
        for way in said
    ]
