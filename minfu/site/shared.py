"""The folder in which the web server's processes share what they count. No Django: the supervisor makes it."""

import os
import shutil
import tempfile
from hashlib import sha256
from pathlib import Path

#: Where processes share their counts: memory, never the disk. A mapped file on a full disk would kill the process that writes.
SHARED = "PROMETHEUS_MULTIPROC_DIR"
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own in it, readable by us only


def share(home: Path) -> dict[str, str]:
    """Make an empty folder for the counts of this installation's processes and return the variable that names it.

    Nothing when the machine has no memory file system: each process then shows its own counts.
    """
    if not os.access(MEMORY, os.W_OK):
        return {}
    folder = MEMORY / f"minfu-{os.getuid()}-{sha256(os.fsencode(home)).hexdigest()[:12]}"
    try:
        if folder.exists() and folder.stat().st_uid == os.getuid():
            shutil.rmtree(folder)
        folder.mkdir(mode=0o700)
    except OSError:  # somebody else's
        folder = Path(tempfile.mkdtemp(prefix="minfu-", dir=MEMORY))
    return {SHARED: str(folder)}


def unshare(shared: dict[str, str]) -> None:
    """Remove the folder."""
    for folder in shared.values():
        shutil.rmtree(folder, ignore_errors=True)
