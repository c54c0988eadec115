"""Units, people and delegations as tables: rows as on the administrator's screens."""

from typing import Any

from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from minfu.accounts import partners, rights
from minfu.accounts.models import System, User
from minfu.accounts.rules import access
from minfu.kernel.listings import Asked, Column, Listing, register


def _word(asked: Asked) -> str:
    return asked.get("q", "").strip()


def _posts(person: User) -> str:
    return "；".join(str(post) for post in person.posts.all() if not post.is_over)


def _account(person: User) -> str:
    if not person.is_active:
        return _now("停用")
    return _now("待设置新密码") if person.must_change_password else _now("启用")


def _active(row: Any) -> str:
    return _now("启用") if row.is_active else _now("停用")


def _keys(row: System) -> str:
    """Return the keys of a system that are good: what each is called and until when, never the key."""
    return "；".join(
        _now("%(name)s（到 %(day)s）")
        % {"name": key.label or _now("密钥"), "day": timezone.localdate(key.expires_at).isoformat()}
        for key in partners.keys_of(row)
    )


register(
    Listing(
        name="accounts.units",
        title=_("单位"),
        right=rights.MANAGE,
        screen=reverse_lazy("accounts:units"),
        rows=lambda actor, asked: access.find_units(actor, _word(asked)),
        keys=("q",),
        columns=(
            Column(_("名称"), lambda row: row.name),
            Column(_("类别"), lambda row: row.get_kind_display()),
            Column(_("层级"), lambda row: row.get_level_display()),
            Column(_("所属区划"), lambda row: row.division.name),
            Column(_("上级单位"), lambda row: row.parent.name if row.parent else ""),
            Column(_("职责"), lambda row: row.duty_name),
            Column(_("值班电话"), lambda row: row.phone),
            Column(_("状态"), _active),
        ),
    )
)
register(
    Listing(
        name="accounts.people",
        title=_("人员"),
        right=rights.MANAGE,
        screen=reverse_lazy("accounts:people"),
        rows=lambda actor, asked: access.find_people(actor, _word(asked)),
        keys=("q",),
        columns=(
            Column(_("姓名"), lambda row: row.name),
            Column(_("用户名"), lambda row: row.username),
            Column(_("岗位"), _posts),
            Column(_("账号"), _account),
        ),
    )
)
register(
    Listing(
        name="accounts.delegations",
        title=_("代理"),
        right=rights.MANAGE,
        screen=reverse_lazy("accounts:delegations"),
        rows=lambda actor, _asked: access.delegations_for(actor),
        columns=(
            Column(_("岗位"), lambda row: str(row.post)),
            Column(_("委托人"), lambda row: row.post.user.name),
            Column(_("代理人"), lambda row: row.to.name),
            Column(_("开始时间"), lambda row: row.starts_at),
            Column(_("结束时间"), lambda row: row.ends_at),
            Column(_("原因"), lambda row: row.reason),
        ),
    )
)
register(
    Listing(
        name="accounts.systems",
        title=_("对接系统"),
        right=rights.MANAGE,
        screen=reverse_lazy("accounts:systems"),
        rows=lambda actor, _asked: partners.systems_for(actor),
        columns=(
            Column(_("名称"), lambda row: row.name),
            Column(_("用途"), lambda row: "；".join(partners.labels(row))),
            Column(_("范围"), lambda row: row.area.name),
            Column(_("所属单位"), lambda row: row.post.unit.name),
            Column(_("每分钟最多调用次数"), lambda row: row.per_minute),
            Column(_("有效的密钥"), _keys),
            Column(_("状态"), lambda row: _now("已停用") if row.post.is_over else _now("启用")),
        ),
    )
)
