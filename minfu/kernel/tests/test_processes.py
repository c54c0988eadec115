"""Nobody outlives the supervisor: not even who is deaf to being told."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil

PATIENCE = 60.0

PARENT = """
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", sys.argv[1], str(os.getpid())], process_group=0)
time.sleep(600)
"""
CHILD = """
import os, signal, sys, time
from minfu.kernel.processes import die_with_parent
signal.signal(signal.SIGTERM, signal.{answer})
die_with_parent(int(sys.argv[1]), grace={grace})
grandchild = os.fork()
if grandchild:
    print(os.getpid(), grandchild, flush=True)
time.sleep(600)
"""


@contextlib.contextmanager
def orphans(answer: str, grace: float) -> Iterator[list[psutil.Process]]:
    """Yield a child and a grandchild whose parent was just killed as the out-of-memory killer would."""
    command = [sys.executable, "-c", PARENT, CHILD.format(answer=answer, grace=grace)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        family = [psutil.Process(int(number)) for number in parent.stdout.readline().split()]
        parent.kill()
        parent.wait()
        try:
            yield family
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(family[0].pid, signal.SIGKILL)


def test_who_does_not_listen_is_killed_with_all_it_started() -> None:
    with orphans("SIG_IGN", grace=1) as family:
        assert psutil.wait_procs(family, timeout=PATIENCE)[1] == []


def test_before_the_grace_is_over_nobody_is_killed() -> None:
    """The control: nothing else ends them."""
    with orphans("SIG_IGN", grace=600) as family:
        time.sleep(3)
        assert all(process.is_running() for process in family)


def test_who_listens_ends_long_before_the_grace() -> None:
    with orphans("SIG_DFL", grace=600) as (child, _grandchild):
        assert psutil.wait_procs([child], timeout=PATIENCE)[1] == []
