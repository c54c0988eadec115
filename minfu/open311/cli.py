"""``minfu open311``: keys for the systems of others."""

import typer
from django.conf import settings

from minfu.accounts import partners, rights
from minfu.accounts.actor import Actor
from minfu.kernel.errors import Invalid
from minfu.kernel.pg_account import Trouble

app = typer.Typer(name="open311", help="Open311 对接", no_args_is_help=True)


@app.command()
def key(
    name: str = typer.Argument(..., help="对接系统的名称,例如“随手拍小程序”"),
    days: int = typer.Option(365, help="有效天数"),
) -> None:
    """给一个对接系统发密钥(只显示这一次);同名的系统再发一个。"""
    try:
        raw = partners.connect(name, days=days, actor=_actor())
    except Invalid as refusal:
        raise _trouble(refusal) from None
    typer.echo(f"open311 key: {raw}")
    typer.echo(f"{days} 天内有效,请妥善保管。接口地址:{settings.MINFU_PUBLIC_URL}/open311/v2/discovery.json")


@app.command()
def end(
    name: str = typer.Argument(..., help="对接系统的名称"),
    reason: str = typer.Option(..., prompt="原因", help="为什么停用"),
) -> None:
    """停用一个对接系统,它的密钥立即失效;已提交的诉求照常办理。"""
    try:
        partners.disconnect(name, reason=reason, actor=_actor())
    except Invalid as refusal:
        raise _trouble(refusal) from None
    typer.echo(f"已停用“{name}”。")


def _actor() -> Actor:
    """Return whoever sits at the command line, as an administrator of the county."""
    return Actor(
        kind="system",
        door="command",
        label="命令行",
        area=settings.MINFU_COUNTY,
        rights=frozenset({rights.MANAGE}),
    )


def _trouble(refusal: Invalid) -> Trouble:
    return Trouble(" ".join(str(one) for sentences in refusal.fields.values() for one in sentences))
