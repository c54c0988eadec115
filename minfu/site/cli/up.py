"""``minfu up`` and ``minfu demo``: start everything, say where it is, keep it running."""

import http.client
import json
import os
import re
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import typer
from environs import EnvError
from rich.console import Console
from rich.table import Table

from minfu.kernel import postgres
from minfu.kernel.pg_account import Trouble
from minfu.site import shared, supervisor

#: Seconds after which a start that did not answer is given up.
ANSWER_SECONDS = 60
#: Left by a restore that was not finished (minfu/site/backups/restoring.py, which this module must not import: it needs Django).
UNFINISHED = "restore-unfinished"
#: Seconds a port that was just given up by a killed server may still be taken.
PORT_SECONDS = 5


def up() -> None:
    """启动网站与后台任务(不装演示数据)。"""
    run(demo=False)


def demo() -> None:
    """启动并装入演示县的数据,打印每种角色的登录账号。"""
    run(demo=True)


def run(*, demo: bool) -> None:
    """Start the database, prepare it, start web server and worker, and tend them until told to stop."""
    if demo:
        os.environ["MINFU_DEMO"] = "1"
    settings = settings_or_trouble()
    address = f"http://{_shown_host(settings.MINFU_HOST)}:{settings.MINFU_PORT}/"
    try:
        lock = supervisor.hold(settings.MINFU_HOME)
    except supervisor.AlreadyRunning as running:
        typer.echo(f"民富已在运行:{running or address}")
        return
    if (settings.MINFU_HOME / UNFINISHED).exists():
        raise Trouble("上一次恢复备份没有做完,数据不全,没有启动。请再运行一次 minfu restore。")
    _check_port(settings.MINFU_HOST, settings.MINFU_PORT)
    embedded = not settings.DATABASE_URL
    voice = supervisor.Voice()
    counts = shared.share(settings.MINFU_HOME)
    keeper = supervisor.Supervisor(
        [
            supervisor.Child("网站服务", supervisor.python("minfu.site.serving", "web")),
            supervisor.Child("后台任务", supervisor.python("minfu.site.serving", "jobs")),
        ],
        supervisor.environment(**counts),
        voice,
    )
    keeper.catch_signals()
    try:
        if embedded:
            postgres.start(settings.MINFU_HOME)
            keeper.tend_database = lambda: _tend(settings.MINFU_HOME)
        prepared = _prepare(keeper)
        if not keeper.stopping:
            supervisor.note(lock, address)
            _serve(keeper, settings, address, prepared)
    except Trouble as trouble:
        voice.err.say(str(trouble))
        raise typer.Exit(1) from None
    finally:
        keeper.stop()
        if embedded:
            postgres.stop(settings.MINFU_HOME)
        voice.close()
        shared.unshare(counts)
        lock.close()


def settings_or_trouble() -> ModuleType:
    """Return the settings; ``Trouble`` that names the wrong one and says what it must be."""
    try:
        from config import settings
    except EnvError as error:
        name = next(iter(re.findall(r'"([A-Z_]+)"', str(error))), "?")
        raise Trouble(_about(name)) from None
    except OSError as error:
        raise Trouble(f"不能写入 MINFU_HOME({error})。请改正权限,或用 MINFU_HOME 另设目录。") from None
    except ValueError as error:
        raise Trouble(f"设置有误:{error}。各项设置的说明见 docs/operations/settings.md。") from None
    return settings


def _about(name: str) -> str:
    """Return the sentence about a wrong setting, with its row of the settings' page."""
    page = Path(__file__).resolve().parents[3] / "docs" / "operations" / "settings.md"
    meaning = ""
    if page.exists():
        rows = re.findall(
            rf"^\| `{re.escape(name)}` \|[^|]*\| *(.*?) *\|$", page.read_text("utf-8"), re.MULTILINE
        )
        meaning = rows[0] if rows else ""
    value = os.environ.get(name, "")
    return f"环境变量 {name} 的值“{value}”不正确。{meaning}(各项设置见 docs/operations/settings.md)"


def _check_port(host: str, port: int) -> None:
    """Refuse a port that somebody listens on; a server that was just killed gets a moment to let it go."""
    until = time.monotonic() + PORT_SECONDS
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if time.monotonic() > until:
                    raise Trouble(
                        f"不能使用 {host} 的端口 {port}({error.strerror})。请关闭占用它的程序,或用 MINFU_PORT 另选端口。"
                    ) from None
            else:
                return
        time.sleep(0.25)


@dataclass(frozen=True)
class Prepared:
    """What the preparation wants shown: a row per login of the demo, and further lines."""

    logins: list[list[str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def _prepare(keeper: supervisor.Supervisor) -> Prepared:
    """Run the preparation in its own process and return what it wants shown."""
    with subprocess.Popen(
        supervisor.python("minfu.site.serving", "prepare"),
        env=dict(keeper.env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=keeper.voice.err.pipe,
    ) as process:
        output, _ = process.communicate()
    if process.returncode and not keeper.stopping:
        raise Trouble("准备数据库时出错,没有启动。原因见上。")
    return Prepared(**json.loads(output)) if output else Prepared()


def _serve(keeper: supervisor.Supervisor, settings: ModuleType, address: str, prepared: Prepared) -> None:
    """Start the children, say where the site is once it answers, and tend them."""
    keeper.start()
    target = (_shown_host(settings.MINFU_HOST), settings.MINFU_PORT)
    if not keeper.wait_until(lambda: _status(*target) is not None, ANSWER_SECONDS):
        if not keeper.stopping:
            raise Trouble("网站没有启动成功,原因见上。")
        return
    keeper.wait_until(lambda: _status(*target) == http.client.OK, 15)
    root = settings.MINFU_HOME / "pg"
    elsewhere = root.resolve() if root.is_symlink() else None
    well = _status(*target) == http.client.OK
    keeper.voice.out.say(_announcement(address, prepared, well=well, elsewhere=elsewhere))
    supervisor.tell_service_manager("READY=1")
    keeper.run()


def _status(host: str, port: int) -> int | None:
    """Return the status code of ``/healthz``, or None when nobody answers."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _announcement(address: str, prepared: Prepared, *, well: bool, elsewhere: Path | None) -> str:
    """Return the address, a login per role, how to stop, and where the database is when it is not under its home."""
    console = Console(highlight=False)
    with console.capture() as written:
        if prepared.logins:
            table = Table("角色", "用户名", "密码", "首页", title="演示账号")
            for row in prepared.logins:
                table.add_row(*row)
            console.print(table)
        for line in prepared.lines:
            console.print(line, markup=False)
        console.print(f"民富已启动:[bold]{address}[/bold]   按 Ctrl-C 停止")
        if elsewhere:
            console.print(f"数据库文件在 {elsewhere}(MINFU_HOME 只有 root 能进入);备份时请一并备份。")
        if not well:
            console.print(f"有一部分还没有就绪,详见 {address}healthz")
    return written.get().rstrip("\n")


def _shown_host(host: str) -> str:
    """Return the host under which this machine reaches a server bound to ``host``."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


def _tend(home: Path) -> None:
    """Start the embedded server again when it does not run."""
    postgres.start(home)
