"""A demand with all that hangs on it, its history, and the reporter's contact data for a stated purpose."""

from collections.abc import Iterable
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from pydantic import Field, StringConstraints

from minfu.accounts.actor import actor_of
from minfu.cases import events, rights, states
from minfu.cases.api import detail_schemas as out
from minfu.cases.api.schemas import ROOT, CaseOut, Coded, Id, Named, brief, case_out, steps_out
from minfu.cases.models import Approval, Case, Deadline, TimeLimit
from minfu.cases.rules import access, actions, alike, printing
from minfu.cases.rules import detail as details
from minfu.files import door as files
from minfu.kernel import record
from minfu.kernel.api import In, Out, Room
from minfu.papers import press
from minfu.papers.official import ofd, word
from minfu.registry import rights as registry_rights
from minfu.registry import vault
from minfu.registry.rules.purposes import PURPOSES

room = Room("case", _("一件诉求的全部内容"))


class Look(In):
    """Why the contact data is looked at."""

    purpose: Annotated[str, Field(max_length=20, json_schema_extra={"enum": [one.code for one in PURPOSES]})]
    explanation: Annotated[str, StringConstraints(max_length=1000)]


class ContactOut(Out):
    """The reporter's contact data, and the description without stars (empty where nothing in it is starred)."""

    name: str
    phone: str
    id_number: str
    address: str
    note: str
    description: str


@room.get("/cases/{case_id}", _("一件诉求的全部内容"), right=rights.VIEW, answer=out.CaseDetail)
def show(request: HttpRequest, case_id: Id) -> out.CaseDetail:
    """Show a demand with everything the case page shows: reporter (masked), clocks, work, answers, files, history."""
    actor = actor_of(request)
    case = access.get_case_for(actor, case_id)
    found = details.detail(actor, case)
    return out.CaseDetail(
        **brief(actor, case),
        **_told(case),
        merged_into=found.main.pk if found.main else None,
        split_from=found.whole.pk if found.whole else None,
        reporter=_reporter(found.reporter),
        clocks=[_clock(row) for row in found.clocks],
        helps=_helps(found),
        approvals=[_approval(row, may_decide=row in found.to_decide) for row in found.approvals],
        reports=_rows(out.ReportOut, found.reports),
        objections=_rows(out.ObjectionOut, found.objections),
        attempts=_rows(out.AttemptOut, found.attempts),
        results=_rows(out.ResultOut, found.answers),
        history=_rows(out.HistoryLine, found.history),
        files=_files(case, [row.file_id for row in found.files]),
        related=[_related(row) for row in found.related],
        merged_in=[_related(row) for row in found.merged_in],
        parts=[_related(row) for row in found.parts],
    )


@room.get("/cases/{case_id}/history", _("办理经过"), right=rights.VIEW, answer=list[out.HistoryLine])
def history(request: HttpRequest, case_id: Id) -> Any:
    """Show what was done to a demand: when, who, what and why."""
    actor = actor_of(request)
    case = access.get_case_for(actor, case_id)
    return _rows(out.HistoryLine, details.history(actor, case, record.history((events.SUBJECT, case.pk))))


class SettledBeforeOut(Out):
    """A demand like this one that was settled, and how."""

    case: CaseOut
    how: str
    unit: str
    level: str
    satisfaction: int | None


@room.get(
    "/cases/{case_id}/settled", _("类似的事怎么办成的"), right=rights.VIEW, answer=list[SettledBeforeOut]
)
def settled(request: HttpRequest, case_id: Id) -> list[SettledBeforeOut]:
    """Show up to five demands of the township like this one that were settled: what was done, by whom, at which level."""
    actor = actor_of(request)
    found = alike.settled(actor, access.get_case_for(actor, case_id))
    return [
        SettledBeforeOut(
            case=case_out(actor, one),
            how=how.text,
            unit=how.unit,
            level=how.level,
            satisfaction=how.satisfaction,
        )
        for one, how in zip(found, alike.how(found), strict=True)
    ]


@room.post(
    "/cases/{case_id}/reveal", _("查看联系方式"), right=registry_rights.REVEAL, answer=ContactOut, keeps=False
)
def reveal(request: HttpRequest, case_id: Id, body: Look) -> ContactOut:
    """Show the reporter's contact data, and the description without stars, for a stated purpose.

    Every look is recorded, and the resident can see it.
    """
    purpose = vault.Purpose(body.purpose, body.explanation)
    found = actions.reveal(actor=actor_of(request), case_id=case_id, purpose=purpose)
    contact = found.contact
    return ContactOut(
        name=contact.name,
        phone=contact.phone,
        id_number=contact.id_number,
        address=contact.address,
        note=contact.note,
        description=found.words,
    )


def _rows(model: type[Any], rows: Iterable[Any]) -> list[Any]:
    """Return rows as a model that reads their attributes."""
    return [model.model_validate(row) for row in rows]


@room.get(
    "/cases/{case_id}/dossier.pdf", _("案卷 PDF"), right=rights.VIEW, answer=None, media="application/pdf"
)
def dossier(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Get the case file as PDF: what the case page shows, on numbered pages; contact data stay masked."""
    actor = actor_of(request)
    found = details.detail(actor, access.get_case_for(actor, case_id))
    return press.answer(printing.dossier(actor, found), printing.dossier_name(found.case))


@room.get(
    "/cases/{case_id}/dossier.docx", _("案卷 Word"), right=rights.VIEW, answer=None, media=word.MEDIA_TYPE
)
def dossier_word(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Get the case file as Word, to go on writing; contact data stay masked."""
    return _dossier(request, case_id, "docx")


@room.get("/cases/{case_id}/dossier.ofd", _("案卷 OFD"), right=rights.VIEW, answer=None, media=ofd.MEDIA_TYPE)
def dossier_ofd(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Get the pages of the case file as OFD (GB/T 33190), the format in which finished documents are exchanged."""
    return _dossier(request, case_id, "ofd")


def _dossier(request: HttpRequest, case_id: int, ending: str) -> HttpResponse:
    actor = actor_of(request)
    found = details.detail(actor, access.get_case_for(actor, case_id))
    make, media_type = printing.DOSSIERS[ending]
    return press.keep(make(actor, found), printing.dossier_name(found.case, ending), media_type)


@room.get(
    "/cases/{case_id}/receipt.pdf", _("回执 PDF"), right=rights.REPORT, answer=None, media="application/pdf"
)
def receipt(request: HttpRequest, case_id: Id) -> HttpResponse:
    """Get the resident's receipt as PDF, to print at the counter: for whoever registered the demand, for twelve hours.

    Whoever holds a receipt speaks as the resident; nobody else gets it.
    """
    case = access.get_receipt_for(actor_of(request), case_id)
    follow, form = reverse("cases:follow_case", args=[case.receipt]), reverse("cases:follow")
    made = printing.receipt(case, follow_path=follow, form_path=form)
    return press.answer(made, printing.receipt_name(case))


@room.get("/cases/{case_id}/likely", _("可能是同一件的"), right=rights.DISPATCH, answer=list[CaseOut])
def likely(request: HttpRequest, case_id: Id) -> list[CaseOut]:
    """Show up to five open demands of the last sixty days that this one may repeat, and into which it might be merged.

    Suggestions, never a judgement. Empty while village or category is not known.
    """
    actor = actor_of(request)
    found = alike.likely(actor, access.get_case_for(actor, case_id))
    return [case_out(actor, one) for one in found]


def _told(case: Case) -> dict[str, Any]:
    """Return what was told, and what became of the demand besides its state."""
    complained, diversion = case.complained_unit, case.diversion
    return {
        "description": case.shown_description,
        "answers": [
            out.AnswerOut(question=str(one.get("question", "")), answer=str(one.get("answer", "")))
            for one in case.details
        ],
        "place": out.PlaceOut(
            address=case.address,
            longitude=case.longitude,
            latitude=case.latitude,
            method=case.place_method,
            confidence=case.place_confidence,
            reason=case.place_reason,
        ),
        "complained_unit": Named(id=complained.pk, name=complained.name) if complained else None,
        "restricted": case.restricted,
        "diversion": Coded(code=diversion.code, name=diversion.name) if diversion else None,
        "settled_level": case.settled_level,
        "satisfaction": case.satisfaction,
        "source": case.source,
        "external_id": case.external_id,
        "occurred_at": case.occurred_at,
    }


def _reporter(reporter: details.Reporter) -> out.ReporterOut:
    masked = reporter.masked
    return out.ReporterOut(
        known=reporter.known,
        sentence=reporter.sentence,
        name=masked.name if masked else "",
        phone=masked.phone if masked else "",
        id_number=masked.id_number if masked else "",
        may_reveal=reporter.may_reveal,
    )


def _clock(row: Deadline) -> out.ClockOut:
    return out.ClockOut(
        clock=TimeLimit.Clock(row.clock),
        label=row.get_clock_display(),
        unit=Named(id=row.unit_id, name=row.unit.name),
        state=row.state,
        round=row.round,
        started_at=row.started_at,
        due_at=row.due_at,
        ended_at=row.ended_at,
        extension=row.extension,
    )


def _helps(found: details.Detail) -> list[out.HelpOut]:
    """Return the calls for help, each with the steps the caller may take on it."""
    mine = {row.pk: steps for row, steps in found.help_steps}
    return [
        out.HelpOut(
            id=row.pk,
            unit=Named(id=row.unit_id, name=row.unit.name),
            task=row.task,
            state=row.state,
            state_label=str(states.HELP[row.state].label),
            called_at=row.called_at,
            ended_at=row.ended_at,
            result=row.result,
            next_steps=steps_out(mine.get(row.pk, []), f"/api/v1/helps/{row.pk}/steps"),
        )
        for row in found.helps
    ]


def _approval(row: Approval, *, may_decide: bool) -> out.ApprovalOut:
    decide = [states.APPROVAL.step("grant"), states.APPROVAL.step("refuse")] if may_decide else []
    return out.ApprovalOut(
        id=row.pk,
        matter=Approval.Matter(row.matter),
        ground=row.ground,
        reason=row.reason,
        amount=row.amount,
        until=row.until,
        state=row.state,
        state_label=str(states.APPROVAL[row.state].label),
        unit=Named(id=row.unit_id, name=row.unit.name),
        asked_at=row.asked_at,
        decision=row.decision,
        decided_at=row.decided_at,
        next_steps=steps_out(decide, f"/api/v1/approvals/{row.pk}/steps"),
    )


def _files(case: Case, ids: list[Any]) -> list[out.FileOut]:
    found = files.by_ids(ids)
    return [out.file_out(found[one], case) for one in ids if one in found]


def _related(case: Case) -> out.Related:
    return out.Related(
        id=case.pk,
        number=case.number,
        href=f"{ROOT}/{case.pk}",
        state=case.state,
        state_label=case.state_label,
    )
