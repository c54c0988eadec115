"""``minfu accounts …``: what only somebody at the server may do."""

from typing import Annotated

import typer
from django.utils.translation import gettext as _
from rich.console import Console

app = typer.Typer(name="accounts", help="人员账号：重置二次验证。", no_args_is_help=True)


@app.callback()
def accounts() -> None:
    """Keep the group's name in the command, also while it has one command only."""


@app.command("forget-factors")
def forget_factors(
    username: Annotated[str, typer.Argument(help="用户名")],
    reason: Annotated[str, typer.Option(help="原因，记入历史")],
) -> None:
    """重置一个人的二次验证：唯一的系统管理员丢了手机和备用码时用。"""
    from minfu.accounts.rules import second_factor

    user = second_factor.reset_from_server(username, reason=reason)
    Console().print(_("已重置“%(name)s”的二次验证，下次登录只用密码。") % {"name": user.name}, markup=False)
