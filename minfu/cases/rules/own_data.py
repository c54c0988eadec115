"""What is held of a resident, for the resident."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.cases.models import Case, DataRequest
from minfu.cases.rules import catalog, same_person
from minfu.cases.rules.detail import history_for_resident
from minfu.cases.rules.follow import Look, looks
from minfu.registry import held, vault


@dataclass(frozen=True)
class Own:
    """What a resident sees of what is held of them with one demand."""

    contact: vault.MaskedContact | None
    months: int
    until: date | None
    looks: list[Look]
    requests: list[DataRequest]


def own(case: Case) -> Own:
    """Return what is held, until when, who looked, and what was asked about it."""
    category = case.category.code if case.category else ""
    return Own(
        contact=vault.masked(case.reporter) if case.reporter else None,
        months=catalog.current().months_kept(category=category, kind=case.kind),
        until=case.identity_until,
        looks=looks(case),
        requests=list(DataRequest.objects.filter(case=case).order_by("-pk")),
    )


def bundle(case: Case) -> Iterator[dict[str, Any]]:
    """Yield everything held about the person who reported ``case``, a matter at a time, readable (第四十五条: 查阅、复制).

    First their demands, then what other rooms hold (mediations they are a party to, hazards they told of). The caller has
    made sure that it is asked for by that person. Words of colleagues about each other are not theirs.
    """
    demands = list(same_person.demands(case).select_related("category", "division", "reporter"))
    return _told(demands, same_person.identities(case), None)


def bundle_for(actor: Actor, case: Case) -> Iterator[dict[str, Any]]:
    """Yield what a desk may hand to the person who reported ``case``: of all that is held, what the desk sees and may reveal.

    What is confidential, or another unit's, the person takes themselves by the receipt code: a desk must not learn of it.
    """
    return _told(same_person.shown_to(actor, case), same_person.identities(case), actor)


def _told(demands: list[Case], identities: frozenset[UUID], reader: Actor | None) -> Iterator[dict[str, Any]]:
    yield from (_all_of(one) for one in demands)
    yield from held.told(held.Person(identities, frozenset(one.pk for one in demands), reader))


def _all_of(case: Case) -> dict[str, Any]:
    contact = vault.own_contact(case.reporter) if case.reporter else None
    return {
        _("编号"): case.number,
        _("登记时间"): case.registered_at.isoformat(),
        _("类型"): case.get_kind_display(),
        _("类别"): case.category.name if case.category else "",
        _("状态"): case.get_state_display(),
        _("内容"): case.description,
        _("补充问题的回答"): case.details,
        _("地点"): f"{case.division.name} {case.address}".strip(),
        _("姓名"): contact.name if contact else "",
        _("电话"): contact.phone if contact else "",
        _("身份证号"): contact.id_number if contact else "",
        _("住址"): contact.address if contact else "",
        _("附件"): [row.file.name for row in case.files.select_related("file").order_by("pk")],
        _("您的评价"): [
            {_("结果"): row.get_outcome_display(), _("说明"): row.remark} for row in case.answers.order_by("pk")
        ],
        _("经过"): [
            {_("时间"): line.at.isoformat(), _("谁"): line.who, _("什么"): line.what, _("说明"): line.reason}
            for line in history_for_resident(case)
        ],
        _("谁看过您的联系方式"): [
            {_("时间"): look.row.at.isoformat(), _("谁"): look.row.actor_label, _("用途"): look.purpose,
             _("说明"): look.row.explanation}
            for look in looks(case)
        ],
    }  # fmt: skip
