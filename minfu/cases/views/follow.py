"""A resident follows their demand by its receipt: how it stands, how it went, something to add, taking it back."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from minfu.accounts.actor import Actor, resident
from minfu.accounts.models import Unit
from minfu.cases import events, states
from minfu.cases.forms.resident import AnswerForm, CodeForm, ContestForm, FollowForm, WithdrawForm, WordsForm
from minfu.cases.models import Answer, Case
from minfu.cases.rules import access, actions, asking, catalog, follow
from minfu.cases.rules.follow import Followed
from minfu.cases.rules.standing import day, promised
from minfu.cases.texts import ONE_TIME_CODE
from minfu.cases.views import common, public
from minfu.files import door as files
from minfu.kernel import clock, codes, gate, limits, record
from minfu.kernel.errors import Forbidden, Invalid, Missing, Refused
from minfu.notices import outbox
from minfu.places import index
from minfu.registry import one_time, vault

#: Session keys: receipts whose holder proved the number, with the moment the proof ends; receipts whose holder came by the link
#: of a message, with the asking it was sent for.
PROVED, CAME_BY_LINK = "receipts_proved", "receipts_by_link"
PROOF_LASTS = timedelta(minutes=30)
WORDS_AN_HOUR = 10
PAPERS_AN_HOUR = 12
MOST_LINKS = 10  # links one browser remembers


@never_cache
@gate.open_to_all("residents follow their demand by its receipt")
@require_http_methods(["GET", "HEAD", "POST"])
def follow_form(request: HttpRequest) -> HttpResponse:
    """Ask for the receipt code; spaces, dashes and Chinese numerals are fine."""
    form = FollowForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            receipt = codes.parse_receipt(form.cleaned_data["code"], field="code")
            case_of(request, receipt)
            return redirect("cases:follow_case", receipt)
        except Refused as refusal:
            public.show(form, {"code": [str(refusal.message)]})
            status = refusal.status
    status = max(status, 422) if form.errors else status
    return render(request, "cases/resident/follow_form.html", {"form": form}, status=status)


def case_of(request: HttpRequest, receipt: str) -> Case:
    """Return the demand of a receipt in an address; tries at guessing are counted, per address and per receipt."""
    try:
        case = access.get_case_by_receipt(codes.parse_receipt(receipt))
    except Invalid as refusal:
        raise Missing(str(refusal.message)) from refusal
    except Missing:
        public.limit(request, "receipt", public.WRONG_RECEIPTS_AN_HOUR)
        raise
    limits.hit(f"opened:{case.receipt}", limit=public.OPENINGS_AN_HOUR, seconds=public.HOUR)
    return case


def actor_of(request: HttpRequest, case: Case) -> Actor:
    """Return the resident with what they showed of who they are."""
    return resident(case_id=case.pk, proof=_proof(request, case))


def _proof(request: HttpRequest, case: Case) -> asking.Proof:
    if asking.left_number(case) and opened(request, case):
        return asking.Proof.CODE
    asked = asking.asked_about(case)
    came_for = request.session.get(CAME_BY_LINK, {}).get(case.receipt)
    return asking.Proof.LINK if asked is not None and came_for == asked.pk else asking.Proof.RECEIPT


@never_cache
@gate.open_to_all("whoever holds the receipt may follow the demand")
@require_safe
def follow_case(request: HttpRequest, receipt: str) -> HttpResponse:
    """Show how a demand stands. Full text, photos and contact only to whoever proved the number, if one was left."""
    case = case_of(request, receipt)
    return _page(request, follow.followed(case))


@never_cache
@gate.open_to_all("whoever holds the receipt may print it")
@require_safe
def receipt_pdf(request: HttpRequest, receipt: str) -> HttpResponse:
    """Hand out the receipt as PDF; how many one receipt may ask for is bounded, for each takes work."""
    case = case_of(request, receipt)
    limits.hit(f"receipt_pdf:{case.receipt}", limit=PAPERS_AN_HOUR, seconds=public.HOUR)
    return common.receipt_pdf(case)


def _page(
    request: HttpRequest, shown: Followed, form: AnswerForm | ContestForm | None = None, status: int = 200
) -> HttpResponse:
    case = shown.case
    speaks = shown.asked or "contest" in shown.steps
    proven = asking.is_proven(case, _proof(request, case), "confirm") if speaks else False
    all_shown = opened(request, case)
    known = index.current()
    contact = vault.masked(case.reporter) if all_shown and case.reporter else None
    context = {
        "shown": shown,
        "case": case,
        "opened": all_shown,
        "contact": contact,
        "place": known.label(case.division_id) if case.village_code or case.township_code else "",
        "form": form or (AnswerForm(initial={"version": case.version}) if shown.asked else ContestForm()),
        "asks": shown.asked,
        "promised": _promised(shown),
        "contests": "contest" in shown.steps,
        "proven": proven,
        "asker": _asker(shown) if shown.wanted == asking.Wanted.CLERK else None,
        "helped": shown.standing.by and states.CASE[case.state].is_open,
    }
    return render(request, "cases/resident/follow.html", context, status=status)


def _promised(shown: Followed) -> str:
    """Return until when it was promised to be settled, while that is still to come from those who work on it."""
    main = shown.main or shown.case
    due = promised(main)
    return day(due) if due and main.state != states.ASKING else ""


def _asker(shown: Followed) -> Unit | None:
    """Return the desk that writes down what a resident says who cannot show here who they are."""
    return Unit.objects.filter(pk=asking.desk_that_asks(shown.case, catalog.current())).first()


# --- proof of the number -------------------------------------------------------------------------------------------


def opened(request: HttpRequest, case: Case) -> bool:
    """Tell whether this browser may see all of the demand: no number was left, or it was proved less than half an hour ago."""
    if not asking.left_number(case):
        return True
    until = request.session.get(PROVED, {}).get(case.receipt, "")
    return bool(until) and datetime.fromisoformat(until) > clock.now()


def _keep_proof(request: HttpRequest, case: Case) -> None:
    """Remember the proof in a session with a new id."""
    request.session.cycle_key()
    until = (clock.now() + PROOF_LASTS).isoformat()
    request.session[PROVED] = {**request.session.get(PROVED, {}), case.receipt: until}


@never_cache
@gate.open_to_all("the link in the message that asks a resident")
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Open the demand a message asks about; whoever holds the link may answer this one asking.

    Nothing is answered by opening it: telephones open links by themselves to show what is behind them.
    """
    try:
        case, asking_id = asking.read_link(token)
    except Missing:
        public.limit(request, "receipt", public.WRONG_RECEIPTS_AN_HOUR)
        raise
    asked = asking.asked_about(case)
    if asked is not None and asked.pk == asking_id:
        request.session.cycle_key()
        came = {**request.session.get(CAME_BY_LINK, {}), case.receipt: asking_id}
        request.session[CAME_BY_LINK] = dict(list(came.items())[-MOST_LINKS:])
    else:
        messages.info(request, _("这个链接是上一次询问用的，已经失效。现在的进度在下面。"))
    return redirect("cases:follow_case", case.receipt)


@never_cache
@gate.open_to_all("whoever holds the receipt may prove the number they left")
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest, receipt: str) -> HttpResponse:
    """Send a one-time code to the number that was left, and take it."""
    case = case_of(request, receipt)
    if opened(request, case) or case.reporter is None:
        return redirect("cases:follow_case", receipt)
    form = CodeForm(request.POST if "code" in request.POST else None)
    status = 200
    if "send" in request.POST:
        try:
            _send_code(case)
            messages.success(request, _("验证码已发出，请留意电话或短信。"))
            return redirect("cases:follow_prove", receipt)
        except Refused as refusal:
            messages.error(request, str(refusal.message))
            status = refusal.status
    elif form.is_bound and form.is_valid():
        if one_time.check_code(case.reporter, form.cleaned_data["code"]):
            _keep_proof(request, case)
            return redirect("cases:follow_case", receipt)
        form.add_error("code", _("验证码不对，或者已经过期。请核对，或重新发一个。"))
    status = 422 if form.errors else status
    context = {"case": case, "form": form, "phone": vault.masked(case.reporter).phone}
    return render(request, "cases/resident/prove.html", context, status=status)


def _send_code(case: Case) -> None:
    """Issue a code and hand it to the outbox; where no message leaves the house the desk reads it out by phone."""
    if case.reporter is None:
        return
    code = one_time.issue_code(case.reporter)
    outbox.queue(
        # Not to a desk that did the work: with the code it could answer for the resident.
        outbox.To(identity_id=case.reporter.pk, desk_id=asking.desk_that_asks(case, catalog.current())),
        ONE_TIME_CODE,
        {"code": code},
        subject=(events.SUBJECT, case.pk),
    )


# --- steps ---------------------------------------------------------------------------------------------------------


@never_cache
@gate.open_to_all("residents say themselves whether it was solved")
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, receipt: str) -> HttpResponse:
    """Take the resident's word on the result; a second tap changes nothing and shows the same thanks."""
    case = case_of(request, receipt)
    if request.method != "POST":
        return redirect("cases:follow_case", receipt)
    form = AnswerForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid({})
        _say(actor_of(request, case), case, form.cleaned_data)
    except Invalid as refusal:
        public.show(form, refusal.fields)
        return _page(request, follow.followed(case), form, 422)
    except Forbidden as refusal:
        public.show(form, {"": [str(refusal.message)]})
        return _page(request, follow.followed(case), form, refusal.status)
    except Refused as refusal:
        if not _said_before(case, form.cleaned_data["outcome"]):
            messages.error(request, str(refusal.message))
    return redirect("cases:follow_case", receipt)


def _say(actor: Actor, case: Case, told: dict[str, Any]) -> None:
    given = {name: told[name] for name in ("outcome", "satisfaction", "remark")}
    if case.state == states.MERGED:
        actions.confirm_merged(actor=actor, case_id=case.pk, **given)
    else:
        actions.confirm(actor=actor, case_id=case.pk, version=told["version"], **given)


def _said_before(case: Case, outcome: str) -> bool:
    """Tell whether the last answer is this one: the first tap of two."""
    last = case.answers.order_by("-pk").first()
    return last is not None and last.by_resident and last.outcome == outcome


@never_cache
@gate.open_to_all("residents say that what was noted of them is not so")
@require_http_methods(["GET", "HEAD", "POST"])
def contest(request: HttpRequest, receipt: str) -> HttpResponse:
    """Take the resident's word that it is not solved, against what a clerk wrote down."""
    case = case_of(request, receipt)
    if request.method != "POST":
        return redirect("cases:follow_case", receipt)
    form = ContestForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid({})
        actions.contest(actor=actor_of(request, case), case_id=case.pk, remark=form.cleaned_data["remark"])
    except (Invalid, Forbidden) as refusal:
        sentences = refusal.fields if isinstance(refusal, Invalid) else {"": [str(refusal.message)]}
        public.show(form, sentences)
        return _page(request, follow.followed(case), form, refusal.status)
    except Refused as refusal:
        if not _said_before(case, Answer.Outcome.NOT_SOLVED):
            messages.error(request, str(refusal.message))
    return redirect("cases:follow_case", receipt)


@never_cache
@gate.open_to_all("residents add to their own demand")
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, receipt: str) -> HttpResponse:
    """Add words and photos while the demand runs."""
    case = case_of(request, receipt)
    if follow.may(case, "add_words") is None:
        messages.error(request, _("这件事已经办结，不能再补充。有新情况请重新反映。"))
        return redirect("cases:follow_case", receipt)
    form = WordsForm(request.POST or None, request.FILES or None, initial={"seen": _additions(case)})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            _add(request, case, form)
            return redirect("cases:follow_case", receipt)
        except Refused as refusal:
            problems = refusal.fields if isinstance(refusal, Invalid) else {"": [str(refusal.message)]}
            problems = {"photos" if name == "files" else name: said for name, said in problems.items()}
            public.show(form, problems)
            status = refusal.status
    status = max(status, 422) if form.errors else status
    return render(request, "cases/resident/add.html", {"form": form, "case": case}, status=status)


def _add(request: HttpRequest, case: Case, form: WordsForm) -> None:
    """Add what was told, once: a second tap finds that there is one addition more than its page knew."""
    told = form.cleaned_data
    if told["seen"] is not None and told["seen"] < _additions(case):
        last = record.history((events.SUBJECT, case.pk))
        if any(event.name == events.WORDS_ADDED and event.reason == told["text"].strip() for event in last):
            return
    limits.hit(f"words:{case.receipt}", limit=WORDS_AN_HOUR, seconds=public.HOUR)
    kept = public.receive(request, told["photos"], form, "photos")
    if form.errors:
        raise Invalid({})
    ids = [UUID(file_id) for file_id, _name in kept]
    actions.add_words(actor=actor_of(request, case), case_id=case.pk, what=told["text"], file_ids=ids)
    messages.success(request, _("已补充，办这件事的人会收到提醒。"))


def _additions(case: Case) -> int:
    return sum(event.name == events.WORDS_ADDED for event in record.history((events.SUBJECT, case.pk)))


@never_cache
@gate.open_to_all("residents take back their own demand")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, receipt: str) -> HttpResponse:
    """Take the demand back, with a reason; only whoever proved the number, if one was left."""
    case = case_of(request, receipt)
    if follow.may(case, "withdraw") is None:
        return redirect("cases:follow_case", receipt)
    if not opened(request, case):
        messages.info(request, _("撤回前要先用验证码确认是您本人。"))
        return redirect("cases:follow_prove", receipt)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                actions.withdraw(
                    actor=actor_of(request, case), case_id=case.pk, reason=form.cleaned_data["reason"]
                )
            return redirect("cases:follow_case", receipt)
        except Invalid as refusal:
            public.show(form, refusal.fields)
    status = 422 if form.errors else 200
    return render(request, "cases/resident/withdraw.html", {"form": form, "case": case}, status=status)


@gate.open_to_all("residents see the photos they sent themselves")
@require_safe
def photo(request: HttpRequest, receipt: str, file_id: UUID) -> HttpResponseBase:
    """Hand out a photo of the demand to whoever may see all of it."""
    case = case_of(request, receipt)
    row = case.files.select_related("file").filter(file_id=file_id).first()
    if row is None or not opened(request, case):
        raise Missing(_("没有这个附件。"))
    return files.response(row.file, thumbnail=request.GET.get("small") == "1")
