"""``python -m bench.raw``: the first yardstick, two-row transactions without Django; the order comes as JSON."""

import json
import os
import sys
import threading
import time
from typing import Any

import psycopg

CASE = (
    "INSERT INTO bench_case (receipt, kind, mode, urgency, door, description, category_id, details,"
    " personal, address, division_id, township_code, village_code, grid_id,"
    " place_method, place_confidence, place_reason, registered_by_id, restricted,"
    " state, holder_id, desk_id, lead_id, escalated_to, reopened, settled_level, state_before_merge, source, external_id,"
    " language, registered_at, due_at, updated_at, version) VALUES (lpad((random() * 1e12)::bigint::text, 12, '0'), 'request',"
    " 'named', 'normal', 'api', %s, 1, '[]', '[]', %s, '350922204200', '350922204000', '350922204200', 1, 'address', 0.95,"
    " '', 1, false, 'assigned', (random() * 300)::int + 1, 1, (random() * 300)::int + 1, '', 0, '', '', '', '', '', now(), now(),"
    " now(), 1) RETURNING id"
)
EVENT = (
    "INSERT INTO bench_event (subject_type, subject_id, seq, name, at, actor_kind, actor_user_id, actor_post_id,"
    " actor_unit_id, actor_label, door, reason, data, prev_hash, hash) VALUES ('case', %s, 1, 'case.registered', now(),"
    ' \'staff\', 1, 1, 1, %s, \'api\', \'\', \'{"kind": "request", "category": "040101", "mode": "named"}\', %s, %s)'
)


def _client(url: str, bodies: list[dict[str, Any]], until: float, done: list[int]) -> None:
    """Commit two-row transactions until the time is over."""
    count = 0
    with psycopg.connect(url) as connection:
        while time.monotonic() < until:
            body = bodies[count % len(bodies)]
            with connection.transaction():
                cursor = connection.execute(CASE, (body["description"], body["place"].get("address", "")))
                row = cursor.fetchone()
                connection.execute(
                    EVENT, (row and row[0], "民富中心 · 平台值班员", bytes(32), os.urandom(32))
                )
            count += 1
    done.append(count)


def main() -> None:
    """Carry out the order: url, clients, seconds, bodies, cores."""
    order = json.load(sys.stdin)
    if order["cores"]:
        os.sched_setaffinity(0, order["cores"])
    done: list[int] = []
    start = time.monotonic()
    arguments = (order["url"], order["bodies"], start + order["seconds"], done)
    threads = [threading.Thread(target=_client, args=arguments) for _ in range(order["clients"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(done) < len(threads):
        sys.exit("a client failed: what is left is no yardstick")
    json.dump({"per_second": sum(done) / (time.monotonic() - start)}, sys.stdout)


if __name__ == "__main__":
    main()
