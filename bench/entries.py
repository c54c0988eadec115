"""``python -m bench.entries``: makes what the demands of the database of ``DATABASE_URL`` are searched by, quickly.

As the job makes it, but with the index made afterwards.
"""

import os

BATCH = 2_000


def main() -> None:
    """Make every entry, the index, and the county's pairs."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.db import connection

    from minfu.cases.models import Case, SearchProgress
    from minfu.cases.rules import search_entries, search_pairs
    from minfu.kernel import seals

    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'search_keys'")
        definition = cursor.fetchone()[0]
        cursor.execute("DROP INDEX search_keys")
        newest = Case.objects.order_by("-pk").values_list("pk", flat=True)[0]
        for first in range(1, newest + 1, BATCH):
            search_entries.write(range(first, first + BATCH))
        cursor.execute(definition)
        progress = {"upto": seals.settled(), "names": search_entries.digest()}
        SearchProgress.objects.update_or_create(pk=1, defaults=progress)
        search_pairs.learn()
        for table in ("cases_search_entry", "cases_search_pair"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")


if __name__ == "__main__":
    main()
