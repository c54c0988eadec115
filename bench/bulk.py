"""``python -m bench.bulk N [--all-open]``: fills the database of ``DATABASE_URL`` with N demands, quickly.

Rows are made by PostgreSQL itself, past triggers and with the indexes off, and are as the verbs would leave them but for one
thing: the hashes of the history are random, since nobody reads them here. The contacts of every tenth demand are really
sealed. The busiest village has about six times as many demands as the median one
and is that of the demo's village officer, whose list then fills a page at either size. Two of three demands of the last eight per
cent are open, with the older ones long closed; with ``--all-open`` every one is open.
"""

import argparse
import os
from typing import Any

BUSY = 2  # exponent: how unevenly the demands lie over the villages
MOST_IDENTITIES = 20_000

_PLACES = """
    CREATE TEMP TABLE place AS
    SELECT row_number() OVER (ORDER BY u.id IN (SELECT p.unit_id FROM accounts_post p JOIN accounts_user o ON o.id = p.user_id
               WHERE o.username = 'cun') DESC, md5(v.code)) - 1 AS place, v.code AS village, t.code AS township,
           u.id AS unit, d.id AS desk, (SELECT min(id) FROM places_grid g WHERE g.village_id = v.code) AS grid
      FROM places_division v JOIN places_division t ON t.code = v.parent_id
      JOIN accounts_unit u ON u.division_id = v.code AND u.kind = 'village'
      JOIN accounts_unit d ON d.division_id = t.code AND d.kind = 'desk'
"""
_CASES = """
    INSERT INTO cases_case (id, receipt, kind, mode, urgency, door, description, category_id, details, personal,
        address, division_id, township_code,
        village_code, grid_id, place_method, place_confidence, place_reason, reporter_id, registered_by_id,
        restricted, state, holder_id, desk_id, lead_id, escalated_to, reopened, settled_level, state_before_merge, source,
        external_id, language, registered_at, due_at, updated_at, closed_at, version)
    SELECT n, lpad(n::text, 12, '0'), (ARRAY['request','complaint','consultation','suggestion','hazard'])[1 + n %% 5],
        'named', CASE WHEN n %% 40 = 0 THEN 'urgent' ELSE 'normal' END, (ARRAY['web','phone','counter','visit'])[1 + n %% 4],
        repeat('村口的路面坏了很久,下雨天积水,老人和孩子出门不方便,希望尽快派人来看一看。', 1 + (n %% 5)::int),
        kinds[1 + n %% cardinality(kinds)], '[]', '[]', '村部旁', p.village, p.township, p.village, p.grid, 'address', 0.95,
        '文中写有村名。', CASE WHEN n %% 3 > 0 THEN people[1 + n %% cardinality(people)] END, NULL, n %% 50 = 0, s.state,
        CASE WHEN s.state IN ('waiting', 'reported', 'asking') THEN p.desk ELSE p.unit END, p.desk,
        CASE WHEN s.state <> 'waiting' THEN p.unit END, '', 0, '', '', '', '', '',
        %(now)s - (%(rows)s - n) * (interval '3 years' / %(rows)s),
        CASE WHEN s.open THEN %(now)s + interval '1 hour' + (r.c * interval '20 days')
             ELSE %(now)s - (%(rows)s - n) * (interval '3 years' / %(rows)s) + interval '5 days' END,
        %(now)s, CASE WHEN NOT s.open THEN %(now)s - (%(rows)s - n) * (interval '3 years' / %(rows)s) END, 5
      FROM generate_series(1, %(rows)s) AS n
      CROSS JOIN LATERAL (SELECT random() + n * 0 AS a, random() + n * 0 AS b, random() + n * 0 AS c) AS r
      CROSS JOIN LATERAL (SELECT %(all_open)s OR (n > %(rows)s * 0.92 AND r.a < 0.667) AS open) AS o
      CROSS JOIN LATERAL (SELECT o.open, CASE WHEN o.open
            THEN (ARRAY['waiting','assigned','handling','handling','handling','paused','reported','asking'])[1 + floor(r.b * 8)]
            ELSE (ARRAY['solved','solved','solved','solved','partly','explained','unconfirmed','withdrawn'])[1 + floor(r.b * 8)]
            END AS state) AS s
      JOIN place p ON p.place = floor(power(r.c * 7919 - floor(r.c * 7919), %(busy)s) * %(places)s)
      CROSS JOIN (SELECT array_agg(id ORDER BY id) AS kinds FROM cases_category WHERE depth = 3) AS k
      CROSS JOIN (SELECT array_agg(id ORDER BY id) AS people FROM registry_identity) AS i
"""
_CLOCKS = """
    INSERT INTO cases_deadline (case_id, clock, unit_id, round, amount, measure, remind_percent, started_at, due_at,
        calendar_version, extension, shifted, state, ended_at, alarm_at, stage)
    SELECT id, 'resolve', coalesce(lead_id, desk_id), 1, 5, 'workdays', 20, registered_at, greatest(due_at, registered_at), 1,
        0, 0, CASE WHEN is_open THEN 'running' ELSE 'met' END, closed_at,
        CASE WHEN is_open THEN greatest(due_at, now() + interval '1 day') END, 0
      FROM cases_case
"""
_EVENTS = """
    INSERT INTO record_event (subject_type, subject_id, seq, name, at, actor_kind, actor_label, door, reason, data,
        prev_hash, hash)
    SELECT 'case', c.id, e.seq, e.name, c.registered_at, 'staff', '凤埔乡民富中心 · 平台值班员', 'screen', '',
        jsonb_build_object('unit', c.lead_id, 'unit_name', '苏墩村', 'rule', NULL) || CASE WHEN e.counts IS NULL THEN '{}'
            ELSE jsonb_build_object('counts', e.counts, 'of', jsonb_build_array(coalesce(c.lead_id, c.desk_id), c.village_code,
                lpad((1 + c.id %% 10)::text, 2, '0') || '0101', c.kind, c.door, c.restricted::int)) END,
        sha256((c.id - 1)::text::bytea), sha256(c.id::text::bytea)
      FROM cases_case c
      CROSS JOIN LATERAL (SELECT (ARRAY['grid', 'village', 'village', 'township', 'county'])[1 + c.id * 7919 %% 5] AS level,
          CASE WHEN c.id * 104729 %% 8 = 0 THEN 'missed' ELSE 'met' END AS kept,
          power(c.id * 15485863 %% 997 / 110.0, 3)::int AS hours,
          (ARRAY['solved', 'solved', 'solved', 'partly', 'explained', 'not_solved'])[1 + c.id * 1299709 %% 6] AS outcome,
          (ARRAY['5', '4', '4', '3', '1'])[1 + c.id * 611953 %% 5] AS stars) AS d
      CROSS JOIN LATERAL (VALUES (1, 'cases.registered', '{"registered": [], "assigned": []}'::jsonb, false),
          (2, 'cases.assigned', NULL, false), (3, 'cases.accepted', NULL, false),
          (4, 'cases.verified', jsonb_build_object('contact', jsonb_build_array(d.kept),
              'handled', jsonb_build_array(d.kept, d.level), 'done', jsonb_build_array('', d.level, d.hours),
              'verified', '["passed"]'::jsonb), true),
          (5, 'cases.confirmed', jsonb_build_object('answered', jsonb_build_array(d.outcome, d.level),
              'rated', jsonb_build_array(d.stars, d.level), 'ended', jsonb_build_array(c.state)), true))
          AS e (seq, name, counts, closed)
     WHERE NOT e.closed OR NOT c.is_open
"""
_NOTICES = """
    INSERT INTO notices_notice (unit_id, event, template, context, urgency, planned, why, state, subject_type,
        subject_id, created_at, not_before, done_by_label)
    SELECT coalesce(lead_id, desk_id), 'cases.assigned', 'cases.assigned', jsonb_build_object('number', id, 'what', '路面'),
        0, true, '', CASE WHEN is_open THEN 'pending' ELSE 'read' END, 'case', id, registered_at, registered_at, ''
      FROM cases_case
"""
_TABLES = ("cases_case", "cases_deadline", "record_event", "notices_notice")


def main() -> None:
    """Read the order from the command line and fill the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", type=int)
    parser.add_argument("--all-open", action="store_true")
    order = parser.parse_args()
    import django

    django.setup()
    from django.db import connection

    from minfu.cases.rules import counts

    _people(min(MOST_IDENTITIES, order.rows // 10))
    with connection.cursor() as cursor:
        _fill(cursor, order.rows, all_open=order.all_open)
    counts.rebuild()
    connection.close()
    with connection.cursor() as cursor:
        for table in (*_TABLES, "cases_tally", "registry_identity"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")


def _people(count: int) -> None:
    """Seal invented contacts."""
    from minfu.registry import vault
    from minfu.registry.models import Identity

    contacts = (vault.Contact(name="林小满", phone=f"138{number:08d}") for number in range(count))
    Identity.objects.bulk_create((vault.seal(one) for one in contacts), batch_size=2000)


def _fill(cursor: Any, rows: int, *, all_open: bool) -> None:
    """Make the rows; indexes that no constraint needs are made again afterwards."""
    cursor.execute("SET synchronous_commit = off")
    cursor.execute("SET maintenance_work_mem = '512MB'")
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes i WHERE tablename = ANY (%s) AND NOT EXISTS"
        " (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)",
        [list(_TABLES)],
    )
    indexes = cursor.fetchall()
    for table in _TABLES:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    for name, _definition in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    cursor.execute(_PLACES)
    cursor.execute("SELECT count(*), now() FROM place")
    places, now = cursor.fetchone()
    values = {"rows": rows, "now": now, "all_open": all_open, "busy": BUSY, "places": places}
    cursor.execute(_CASES, values)
    for statement in (_CLOCKS, _EVENTS, _NOTICES):
        cursor.execute(statement, {})
    cursor.execute("SELECT setval(pg_get_serial_sequence('cases_case', 'id'), %s)", [rows])
    for _name, definition in indexes:
        cursor.execute(definition)
    for table in _TABLES:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")


if __name__ == "__main__":
    main()
