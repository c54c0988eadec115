"""``minfu createadmin``: the first account of an installation."""

import typer
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from minfu.accounts.models import Level, Post, Role, Unit, User
from minfu.kernel import clock
from minfu.kernel.pg_account import Trouble
from minfu.places.models import Division


def createadmin(
    username: str = typer.Option(..., prompt="用户名", help="登录用的名字"),
    name: str = typer.Option(..., prompt="姓名", help="显示的姓名"),
    password: str = typer.Option(
        ..., prompt="密码", confirmation_prompt=True, hide_input=True, help="至少 10 个字符"
    ),
) -> None:
    """建立系统管理员账号(管系统,看不到居民信息)。"""
    if User.objects.filter(username=username).exists():
        raise Trouble(f"用户名“{username}”已被使用,请换一个。")
    try:
        validate_password(password, User(username=username, name=name))
    except ValidationError as error:
        raise Trouble("密码不合要求:" + " ".join(error.messages)) from None
    county = _county()
    with transaction.atomic():
        user = User.objects.create_user(username, password, name)
        user.must_change_password = False
        user.save(update_fields=["must_change_password"])
        unit, _made = Unit.objects.get_or_create(
            division=county,
            name=f"{county.name}系统管理",
            defaults={"kind": Unit.Kind.OTHER, "level": Level.COUNTY, "short_name": "系统管理"},
        )
        Post.objects.create(
            user=user, unit=unit, role=Role.ADMINISTRATOR, area=county, period=(clock.now().date(), None)
        )
    typer.echo(f"已建立系统管理员“{username}”。请在登录页用它登录。")


def _county() -> Division:
    """Return the division of the county this installation serves; ``Trouble`` while it is not loaded."""
    found = Division.objects.filter(code__startswith=settings.MINFU_COUNTY).order_by("code").first()
    if found is None:
        raise Trouble(f"还没有县 {settings.MINFU_COUNTY} 的区划。请先运行:minfu places import 文件")
    return found
