"""The embedded PostgreSQL server that minfu owns."""

from pathlib import Path
from urllib.parse import quote


def socket_dir(home: Path) -> Path:
    """Return the folder of the server's Unix socket (0700, owned by the server's user)."""
    return home / "pg" / "run"


def embedded_url(home: Path) -> str:
    """Return the connection address of the embedded server whose data lives under ``home``."""
    return f"postgresql://minfu@{quote(str(socket_dir(home)), safe='')}:5432/minfu"
