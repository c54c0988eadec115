"""``minfu createadmin``: the first account of an installation."""

import typer
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from minfu.accounts import rights
from minfu.accounts.actor import Actor
from minfu.accounts.models import Role, Unit
from minfu.accounts.rules import actions, posts
from minfu.kernel import clock
from minfu.kernel.errors import Invalid
from minfu.kernel.pg_account import Trouble
from minfu.places.models import Division


def createadmin(
    username: str = typer.Option(..., prompt="用户名", help="登录用的名字"),
    name: str = typer.Option(..., prompt="姓名", help="显示的姓名"),
) -> None:
    """建立系统管理员账号(管系统,看不到居民信息),并显示一次性密码。"""
    county = _county()
    actor = Actor(
        kind="system",
        door="command",
        label="命令行",
        area=settings.MINFU_COUNTY,
        rights=frozenset({rights.MANAGE}),
    )
    try:
        with transaction.atomic():
            user, password = actions.create_person(username, name, actor=actor)
            terms = posts.PostTerms(
                unit_id=_unit(county, actor).pk,
                role=Role.ADMINISTRATOR,
                area=county.code,
                starts_on=timezone.localdate(clock.now()),
            )
            posts.give_post(user.pk, terms, actor=actor)
    except Invalid as refusal:
        sentences = [sentence for field in refusal.fields.values() for sentence in field]
        raise Trouble(" ".join(map(str, sentences))) from None
    typer.echo(f"已建立系统管理员“{user.username}”。一次性密码(只显示这一次):{password}")
    typer.echo("首次登录须改密码。")


def _county() -> Division:
    """Return the division of the county this installation serves; ``Trouble`` while it is not loaded."""
    found = Division.objects.filter(code=f"{settings.MINFU_COUNTY}000000", valid_to=None).first()
    if found is None:
        raise Trouble(f"还没有县 {settings.MINFU_COUNTY} 的区划。请先运行:minfu places import 文件")
    return found


def _unit(county: Division, actor: Actor) -> Unit:
    """Return the unit in which the system is administered, making it for the first administrator."""
    name = f"{county.name}系统管理"
    held = Unit.objects.filter(division=county, name=name).first()
    terms = actions.UnitTerms(name=name, short_name="系统管理", kind=Unit.Kind.OTHER, division=county.code)
    return held or actions.create_unit(terms, actor=actor)
