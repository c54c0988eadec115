"""Settings of the embedded server, by the memory of the machine.

Sources: PostgreSQL manual, "Resource Consumption" (a quarter of memory for shared buffers on a dedicated server; half of
that here, as web server and worker share the machine) and "WAL Configuration"; measured in ``make bench``.
"""

from pathlib import Path

import psutil

#: Connections: web threads, worker threads, command line, spare.
CONNECTIONS = 60


def memory_mib() -> int:
    """Return the memory in MiB this machine, or the container we run in, may use."""
    total = psutil.virtual_memory().total
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            total = min(total, int(Path(limit).read_text(encoding="ascii")))
        except (OSError, ValueError):  # no such file, or "max"
            continue
    return total // 2**20


def server_settings(run: Path, *, durable: bool = True, mib: int | None = None) -> dict[str, str]:
    """Return the server's settings for ``mib`` MiB of memory (default: this machine's), socket in ``run``, no TCP.

    ``durable=False`` gives up crash safety for speed; only tests ask for it.
    """
    mib = mib or memory_mib()
    chosen = {
        "listen_addresses": "",
        "unix_socket_directories": str(run),
        "unix_socket_permissions": "0700",
        "max_connections": str(CONNECTIONS),
        "shared_buffers": f"{_between(mib // 8, 64, 4096)}MB",
        "effective_cache_size": f"{_between(mib // 2, 256, 65536)}MB",
        "work_mem": f"{_between(mib // 512, 4, 32)}MB",
        "maintenance_work_mem": f"{_between(mib // 32, 32, 512)}MB",
        "max_wal_size": f"{_between(mib // 4, 512, 4096)}MB",
        "checkpoint_timeout": "15min",
        "wal_compression": "pglz",
        "random_page_cost": "1.1",
        "timezone": "UTC",
        "log_timezone": "Asia/Shanghai",
        "logging_collector": "on",
        "log_directory": "log",
        "log_filename": "postgresql-%u.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        # Statements, refused rows and refused values are what residents wrote: the server's log has none of them. What a
        # statement ran into stands, stripped, in the log of who sent it.
        "log_min_messages": "log",
        "log_min_duration_statement": "-1",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "idle_in_transaction_session_timeout": "10min",
    }
    if not durable:
        chosen |= {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "shared_buffers": "256MB",
            "max_connections": "100",
            "wal_level": "minimal",
            "max_wal_senders": "0",
        }
    return chosen


def _between(value: int, low: int, high: int) -> int:
    """Return ``value`` kept within ``low`` and ``high``."""
    return max(low, min(value, high))
