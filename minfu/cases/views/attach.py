"""Adding photos and files to a demand, at the desk and in the field."""

import secrets
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from minfu.accounts.actor import Actor, actor_of
from minfu.cases import rights
from minfu.cases.forms.attach import AttachForm
from minfu.cases.models import Case
from minfu.cases.rules import access, actions
from minfu.cases.views import common, public, queued
from minfu.kernel import gate, kept
from minfu.kernel.errors import Forbidden, Invalid, Missing, Refused
from minfu.places import index


@gate.needs(rights.REPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Add photos or files to an open demand one has a part in; the same form sent again adds nothing."""
    actor = actor_of(request)
    case = access.get_case_for(actor, pk)
    status = 200
    if request.method != "POST":
        access.demand_files(actor, case)
        return _page(request, case, AttachForm(initial={"token": secrets.token_urlsafe(12)}), status)
    form = AttachForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise Invalid({})
        return kept.once(
            form.cleaned_data["token"],
            who=f"attach:{actor.post_id}",
            request=request,
            act=lambda: _attach(request, actor, case, form),
        )
    except (Missing, Forbidden):
        raise
    except Refused as refusal:
        status = queued.refused(form, refusal, {"files": "photos"})
    return queued.problems(form, status) if queued.wants_json(request) else _page(request, case, form, status)


def _attach(request: HttpRequest, actor: Actor, case: Case, form: AttachForm) -> HttpResponse:
    """Take the files in and add them, all or none."""
    access.demand_files(actor, case)
    stored = public.receive(request, form.cleaned_data["photos"], form, "photos", actor)
    if form.errors:
        raise Invalid({})
    actions.add_files(actor=actor, case_id=case.pk, file_ids=[UUID(file_id) for file_id, _name in stored])
    said = ngettext(
        "已添加 %(count)d 个附件，检查后即可查看。", "已添加 %(count)d 个附件，检查后即可查看。", len(stored)
    )
    return queued.sent(request, common.case_url(request, case.pk), said % {"count": len(stored)})


def _page(request: HttpRequest, case: Case, form: AttachForm, status: int) -> HttpResponse:
    context = {
        "form": form,
        "case": case,
        "title": common.title(case),
        "where": common.where(case, index.current()),
        "case_url": common.case_url(request, case.pk),
        "label": _("添加照片或文件"),
        "submit": _("添加"),
        "draft": "",
        "queue": request.GET.get("back") == common.FIELD,
    }
    return render(request, "cases/step.html", context, status=status)
