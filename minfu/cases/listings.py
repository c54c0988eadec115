"""The room's lists as tables: their columns, rows as on the screen, and contact data where it may be opened."""

from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.cases import rights, states
from minfu.cases.models import Case
from minfu.cases.rules import actions, catalog, data_requests, lists, releases, reporters, understanding
from minfu.cases.rules.actions.work import SETTLED_LEVELS
from minfu.kernel.errors import Forbidden, Missing
from minfu.kernel.listings import Asked, Column, Listing, Personal, register
from minfu.registry import rights as registry_rights
from minfu.registry.vault import Purpose

KEYS = (
    "scope", "text", "state", "kind", "category", "township", "village", "urgency", "door", "unit", "level", "settled",
    "overdue",
)  # fmt: skip


def _scope(actor: Actor, asked: Asked) -> str:
    return asked.get("scope") or lists.default_scope(actor)


def _cases(actor: Actor, asked: Asked) -> Any:
    rows = lists.select(actor, _scope(actor, asked), lists.Filters.parse(asked))
    return rows.select_related("category", "division", "grid", "lead", "holder")


def _named(actor: Actor, asked: Asked) -> Any:
    scope = lists.SCOPES.get(_scope(actor, asked))
    return scope.label if scope else ""


def _category(case: Case) -> str:
    return catalog.current().path(case.category.code) if case.category else ""


def _contact(actor: Actor, case: Case, purpose: Purpose) -> list[object]:
    """Open the reporter's contact; what the words hold of others stays starred."""
    if not reporters.may_reveal(actor, case):
        raise Forbidden(_("反映人的身份对您保密，或者这件诉求不由您的单位办理。"))
    if case.reporter_id is None:
        raise Missing(_("没有留下联系人。"))
    found = actions.reveal_for_export(actor=actor, case_id=case.pk, purpose=purpose).contact
    return [found.name, found.phone, found.address]


register(
    Listing(
        name="cases.inbox",
        title=_("诉求"),
        right=rights.EXPORT,
        screen=reverse_lazy("cases:inbox"),
        rows=_cases,
        keys=KEYS,
        named=_named,
        columns=(
            Column(_("编号"), lambda case: case.number),
            Column(_("状态"), lambda case: states.CASE[case.state].label),
            Column(_("诉求类型"), lambda case: case.get_kind_display()),
            Column(_("类别"), _category),
            Column(_("紧急程度"), lambda case: case.get_urgency_display()),
            Column(_("渠道"), lambda case: case.get_door_display()),
            Column(_("反映内容"), lambda case: case.shown_description),
            Column(_("地点描述"), lambda case: case.address),
            Column(_("区划代码"), lambda case: case.division_id),
            Column(_("区划"), lambda case: case.division.name),
            Column(_("网格"), lambda case: case.grid.name if case.grid else ""),
            Column(_("牵头单位"), lambda case: case.lead.name if case.lead else ""),
            Column(_("当前单位"), lambda case: case.holder.name),
            Column(_("登记时间"), lambda case: case.registered_at),
            Column(_("办结时限"), lambda case: case.due_at),
            Column(_("结束时间"), lambda case: case.closed_at),
            Column(_("化解层级"), lambda case: SETTLED_LEVELS.get(case.settled_level, "")),
            Column(_("满意度"), lambda case: case.satisfaction or ""),
            Column(_("重办次数"), lambda case: case.reopened),
        ),
        personal=Personal(registry_rights.REVEAL, (_("姓名"), _("电话"), _("住址")), _contact),
    )
)

register(
    Listing(
        name="cases.releases",
        title=_("公开栏"),
        right=rights.PUBLISH,
        screen=reverse_lazy("cases:releases"),
        rows=lambda actor, _asked: releases.releases_for(actor).order_by("-pk"),
        columns=(
            Column(_("什么事"), lambda row: row.what),
            Column(_("怎么办的"), lambda row: row.done),
            Column(_("地点"), lambda row: releases.place_of(row.township_code, row.village_code)),
            Column(_("公开时间"), lambda row: row.released_at),
            Column(_("撤下时间"), lambda row: row.ended_at),
            Column(_("撤下原因"), lambda row: row.reason),
        ),
    )
)

register(
    Listing(
        name="cases.data_requests",
        title=_("个人信息要求"),
        right=rights.CONTACT,
        screen=reverse_lazy("cases:data_requests"),
        rows=lambda actor, _asked: data_requests.requests_for(actor).order_by("-pk"),
        columns=(
            Column(_("诉求编号"), lambda row: row.case.number),
            Column(_("要求"), lambda row: row.get_wish_display()),
            Column(_("状态"), lambda row: states.DATA_REQUEST[row.state].label),
            Column(_("负责平台"), lambda row: row.desk.name),
            Column(_("提出时间"), lambda row: row.asked_at),
            Column(_("答复期限"), lambda row: row.due_at),
        ),
    )
)

register(
    Listing(
        name="cases.understanding",
        title=_("类别判断核对表"),
        right=rights.CONFIGURE,
        screen=reverse_lazy("cases:understanding"),
        rows=lambda actor, _asked: understanding.read_for(actor),
        columns=(
            Column(_("编号"), lambda row: row.number or _("您无权查看")),
            Column(_("登记的月份"), lambda row: f"{row.month:%Y-%m}"),
            Column(_("第一个提示"), lambda row: row.paths[0] if row.paths else ""),
            Column(_("第二个提示"), lambda row: row.paths[1] if row.paths[1:] else ""),
            Column(_("第三个提示"), lambda row: row.paths[2] if row.paths[2:] else ""),
            Column(_("把握（%）"), lambda row: row.percent),
            Column(_("由谁写类别"), lambda row: row.by),
            Column(_("最后是"), lambda row: row.final),
        ),
    )
)
