"""Processes that never outlive the one that started them."""

import ctypes
import os
import signal
import sys
import threading
import time

PR_SET_PDEATHSIG = 1
#: Seconds a process gets to end in order once the one that started it is gone; more than web requests and jobs under way take.
ORPHAN_SECONDS = 20.0


def die_with_parent(parent: int | None = None, *, grace: float = ORPHAN_SECONDS) -> None:
    """Have Linux end this process (SIGTERM) when the process that started it ends, even by ``kill -9``.

    ``parent`` is the expected parent's number; when it is gone already, this process ends at once, and when it goes later, this
    process and its group are killed after ``grace`` seconds however they hang: no supervisor is left to do it. Elsewhere than on
    Linux nothing happens, and the next start clears what was left.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if parent is None:
        return
    if os.getppid() != parent:
        sys.exit(0)
    if os.getpgrp() == os.getpid():  # the group is ours: the supervisor gives each child its own
        threading.Thread(target=_kill_when_orphaned, args=(parent, grace), daemon=True, name="orphan").start()


def _kill_when_orphaned(parent: int, grace: float) -> None:
    """Wait for the end of ``parent``, then ``grace`` seconds, and kill this process's group."""
    while os.getppid() == parent:
        time.sleep(1)
    time.sleep(grace)
    os.killpg(0, signal.SIGKILL)
