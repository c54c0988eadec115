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

from minfu.kernel.errors import Refused
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

#: Commands that bring their own database and need no Django.
LIGHT = ("up", "demo")
#: Commands that look at the tables as they are, and change none by being run.
AS_IT_IS = ("doctor", "backup", "restore", "upgrade")
#: Commands that need no database at all.
ALONE = ("backup-key", "evaluate")


@app.callback()
def prepare(context: typer.Context) -> None:
    """Make the database available to every command that is not light."""
    if context.invoked_subcommand not in (*LIGHT, *ALONE):
        from minfu.site.cli import database

        database.wanted(migrated=context.invoked_subcommand not in AS_IT_IS)


def main() -> None:
    """Run the command line; every failure that we foresaw ends with one sentence and exit code 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    errors = Console(stderr=True, highlight=False)
    try:
        up_command.settings_or_trouble()
        if next(iter(sys.argv[1:]), "") not in LIGHT:
            _add_commands()
        app(prog_name="minfu")
    except (Trouble, Refused) as trouble:
        errors.print(str(trouble), style="red", markup=False, soft_wrap=True)
        sys.exit(1)


def _add_commands() -> None:
    """Set Django up and add the commands that need it."""
    import django

    django.setup()
    from django.apps import apps

    from minfu.site.cli import (
        backup,
        createadmin,
        doctor,
        evaluate,
        evaluate_topics,
        evaluate_workbooks,
        learn,
        report,
    )

    app.command("createadmin")(createadmin.createadmin)
    app.command("doctor")(doctor.doctor)
    app.command("backup")(backup.backup)
    app.command("backup-key")(backup.backup_key)
    app.command("restore")(backup.restore)
    app.command("upgrade")(backup.upgrade)
    evaluate.app.command("topics")(evaluate_topics.topics)
    evaluate.app.command("workbooks")(evaluate_workbooks.workbooks)
    app.add_typer(evaluate.app)
    app.command("learn")(learn.learn)
    app.add_typer(report.app)
    for room in apps.get_app_configs():
        if (
            room.name.startswith("minfu.")
            and room.label != "site"
            and importlib.util.find_spec(f"{room.name}.cli")
        ):
            commands = importlib.import_module(f"{room.name}.cli").app
            app.add_typer(commands, name=commands.info.name or room.label)
