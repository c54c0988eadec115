"""Processes that never outlive the one that started them."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int | None = None) -> None:
    """Have Linux end this process (SIGTERM) when the process that started it ends, even by ``kill -9``.

    ``parent`` is the expected parent's number; when it is gone already, this process ends at once. Elsewhere than on Linux
    nothing happens, and the next start clears what was left.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        sys.exit(0)
