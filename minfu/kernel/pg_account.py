"""The account that runs PostgreSQL, which refuses to run as root."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


class Trouble(Exception):  # noqa: N818 - a sentence for the operator, not an error of ours
    """Starting or checking the installation failed; the message is a Chinese sentence that says what to do."""


@dataclass(frozen=True)
class Account:
    """An operating-system account; ``switches`` tells that we are root and become it for its programs."""

    name: str
    uid: int
    gid: int
    switches: bool

    def run(
        self, command: Sequence[str], *, seconds: float = 60, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as this account, with its own group only, for at most ``seconds``."""
        try:
            return subprocess.run(
                command,
                env=dict(env) if env is not None else None,
                cwd="/",
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=seconds,
                check=False,
                user=self.uid if self.switches else None,
                group=self.gid if self.switches else None,
                extra_groups=[] if self.switches else None,
                start_new_session=True,  # Ctrl-C in the terminal is for the supervisor alone
            )
        except subprocess.TimeoutExpired:
            raise Trouble(
                f"{Path(command[0]).name} 在 {seconds:.0f} 秒内没有完成。请检查磁盘与负载后再试。"
            ) from None
        except PermissionError:
            return subprocess.CompletedProcess(list(command), 126, "", "permission denied")

    def own(self, path: Path) -> None:
        """Give ``path`` to this account when we are root."""
        if self.switches:
            os.chown(path, self.uid, self.gid)

    def reaches(self, path: Path) -> bool:
        """Tell whether this account can enter the folder, or execute the program, at ``path``."""
        if not self.switches:
            return os.access(path, os.X_OK)
        return self.run(["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]).returncode == 0


def choose_account(data: Path) -> Account:
    """Return the account for the cluster in ``data``: its owner, or for a new one ourselves, or when root ``minfu``.

    The system account ``minfu`` is made where ``useradd`` exists; elsewhere ``nobody`` serves. Raises ``Trouble`` when the
    data belongs to somebody else.
    """
    me = os.geteuid()
    owner = data.stat().st_uid if data.exists() else None
    if me:
        if owner not in {None, me}:
            raise Trouble(f"{data} 属于另一个账号。请用启动它的账号(或 root)运行,或另设 MINFU_HOME。")
        return Account(_name_of(me), me, os.getegid(), switches=False)
    if owner:
        return Account(_name_of(owner), owner, data.stat().st_gid, switches=True)
    entry = _system_account()
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switches=True)


def _name_of(uid: int) -> str:
    """Return the login name of ``uid``, or its number when it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _system_account() -> pwd.struct_passwd:
    """Return the system account ``minfu``, making it when possible, else ``nobody``."""
    for attempt in ("find", "make"):
        if attempt == "make" and (useradd := shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin")):
            subprocess.run(
                [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
                 "--shell", "/usr/sbin/nologin", "minfu"],
                check=False, capture_output=True,
            )  # fmt: skip
        try:
            return pwd.getpwnam("minfu")
        except KeyError:
            continue
    return pwd.getpwnam("nobody")
