"""The ``minfu`` command.

``up`` and ``demo`` run without Django (the supervisor stays small). Every other command runs with Django set up and the
database reachable. A room adds its own by shipping ``cli.py`` with ``app``, a typer application, mounted under the room's name.
"""

import importlib
import importlib.util
import os
import sys

import typer
from rich.console import Console

from minfu.kernel.pg_account import Trouble
from minfu.site.cli import up as up_command

app = typer.Typer(
    name="minfu",
    help="民富:县乡村三级贯通的便民服务系统",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("up")(up_command.up)
app.command("demo")(up_command.demo)

#: Rooms whose commands are mounted when they ship ``cli.py``.
ROOMS = ("places", "cases", "accounts", "kernel", "language")


def main() -> None:
    """Run the command line; every failure that we foresaw ends with one sentence and exit code 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    errors = Console(stderr=True, highlight=False)
    try:
        up_command.settings_or_trouble()
        if sys.argv[1:2] not in (["up"], ["demo"]):
            _add_commands()
        app()
    except Trouble as trouble:
        errors.print(str(trouble), style="red", markup=False, soft_wrap=True)
        sys.exit(1)


def _add_commands() -> None:
    """Set Django up and add the commands that need it."""
    import django

    django.setup()
    from minfu.site.cli import createadmin, database, doctor

    app.command("createadmin")(database.needed(createadmin.createadmin))
    app.command("doctor")(database.needed(doctor.doctor))
    for room in ROOMS:
        if importlib.util.find_spec(f"minfu.{room}.cli"):
            module = importlib.import_module(f"minfu.{room}.cli")
            app.add_typer(module.app, name=room, callback=database.wanted)
