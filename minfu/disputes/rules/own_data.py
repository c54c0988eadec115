"""What mediation holds of a person, for that person: their own side of it, never who the other side is or what it said."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from minfu.disputes import states
from minfu.disputes.models import Agreement, Mediation, Party
from minfu.disputes.rules import access
from minfu.registry import vault
from minfu.registry.held import Person
from minfu.registry.models import Identity
from minfu.registry.rules.purposes import purpose


def own(person: Person) -> Iterator[dict[str, Any]]:
    """Yield each mediation the person is a party to: consent, sittings they came to, what was agreed, who looked."""
    rows = Party.objects.filter(identity__in=person.identities)
    if person.reader is not None:
        rows = rows.filter(mediation__in=access.visible_to(person.reader))
    for party in rows.select_related("mediation", "identity").order_by("pk"):
        if party.identity is not None:
            contact = _contact(party.identity) if person.reader is None else {}
            yield {**_all_of(party, party.identity), **contact}


def _contact(identity: Identity) -> dict[str, str]:
    contact = vault.own_contact(identity)
    return {
        _("姓名"): contact.name,
        _("电话"): contact.phone,
        _("身份证号"): contact.id_number,
        _("住址"): contact.address,
    }


def _all_of(party: Party, identity: Identity) -> dict[str, Any]:
    row = party.mediation
    return {
        _("编号"): row.number,
        _("类型"): _("人民调解"),
        _("类别"): row.category,
        _("状态"): str(states.MEDIATION[row.state].label),
        _("登记时间"): row.opened_at.isoformat(),
        _("您是哪一方"): party.get_side_display(),
        _("您是否同意调解"): _consent(party),
        _("您参加过的调解"): _sittings(party),
        _("协议"): [_agreement(one) for one in row.agreements.filter(stands=True).order_by("pk")],
        _("回访"): _visits(row),
        _("身份保存到"): row.identity_until.isoformat() if row.identity_until else "",
        _("谁看过您的联系方式"): _looks(identity),
    }


def _consent(party: Party) -> dict[str, str]:
    if party.asked_at is None:
        return {}
    said = _("同意") if party.consents else _("不同意")
    return {
        _("结果"): said,
        _("时间"): party.asked_at.isoformat(),
        _("怎样问的"): party.get_asked_by_display(),
    }


def _sittings(party: Party) -> list[dict[str, str]]:
    held = party.mediation.sessions.filter(state="held", parties__contains=party.pk).order_by("starts_at")
    return [{_("时间"): one.starts_at.isoformat(), _("地点"): one.place} for one in held]


def _agreement(one: Agreement) -> dict[str, str]:
    return {
        _("形式"): one.get_form_display(),
        _("协议内容"): one.content,
        _("履行方式"): one.performance,
        _("达成日期"): one.agreed_on.isoformat(),
        _("履行期限"): one.due_on.isoformat() if one.due_on else "",
        _("司法确认"): str(states.CONFIRMATION[one.confirmation].label),
    }


def _visits(row: Mediation) -> list[dict[str, str]]:
    made = row.visits.filter(made_at__isnull=False).order_by("made_at")
    return [
        {_("时间"): one.made_at.isoformat(), _("结果"): one.get_finding_display()}
        for one in made
        if one.made_at
    ]


def _looks(identity: Identity) -> list[dict[str, str]]:
    return [
        {
            _("时间"): row.at.isoformat(),
            _("谁"): row.actor_label,
            _("用途"): str(known.label) if (known := purpose(row.purpose)) else row.purpose,
            _("说明"): row.explanation,
        }
        for row in vault.reveals(identity)
    ]
