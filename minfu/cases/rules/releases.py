"""The public board: who may release what, what everyone reads of it, and with what a release begins."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.cases import events, rights, states
from minfu.cases.models import Case, Mode, Release
from minfu.cases.models.release import UNRELEASED_KINDS
from minfu.cases.rules import access, asking, catalog, disclosure
from minfu.kernel import record
from minfu.kernel.errors import Forbidden, Missing, Refused
from minfu.places import index
from minfu.places.codes import place_name
from minfu.registry import vault

#: Rows in which a demand stands, or must not stand, on the board now.
STANDING = ("released", "objected")
_MAY_BE_TOLD = (
    Q(state=states.SOLVED, restricted=False, complained_unit__isnull=True)
    & ~Q(kind__in=UNRELEASED_KINDS)
    & ~Q(mode=Mode.CONFIDENTIAL)
)


class Gone(Refused):
    """It stood on the board and was withdrawn."""

    status = 410
    code = "withdrawn"


def never(case: Case) -> str:
    """Return the sentence why a demand is never released, whatever its state; "" if it may be."""
    if case.restricted or case.mode == Mode.CONFIDENTIAL or case.kind == "wrongdoing":
        return _("要求保密的和举报的事情，任何时候都不能公开。")
    if case.complained_unit_id is not None:
        return _("反映单位或工作人员问题的事情，不能公开，免得反映的人被认出来。")
    if case.kind in UNRELEASED_KINDS:
        return _("矛盾纠纷是人与人之间的事，不能公开。")
    return ""


def check(actor: Actor, case: Case) -> None:
    """Raise the refusal if the actor may not release this demand now."""
    if sentence := never(case):
        raise Refused(sentence, code="never_public")
    if case.state != states.SOLVED:
        raise Refused(_("居民确认已解决的事情才能公开。"), code="not_solved")
    _check_actor(actor, case)
    row = Release.objects.filter(case=case, state__in=STANDING).first()
    if row is not None and row.state == "objected":
        raise Refused(_("居民不同意公开这件事。"), code="objected")
    if row is not None:
        raise Refused(_("这件事已经在公开栏上。要改，请先撤下，再重新公开。"), code="released_before")


def _check_actor(actor: Actor, case: Case) -> None:
    if not in_area(actor, case):
        raise Forbidden(_("只能公开本辖区的事情。"))
    did = asking.person_behind(case, events.REPORTED, events.ANSWERED)
    if actor.unit_id in asking.workers(case) or (did is not None and did == actor.user_id):
        raise Forbidden(_("这件事是本单位办的，不能由自己公开，请由上级平台公开。"))


def in_area(actor: Actor, case: Case) -> bool:
    """Tell whether the demand lies in the actor's area; a demand without a township is the county's."""
    if not access.area(actor):  # the whole county: no need to ask
        return True
    return Case.objects.filter(access.area(actor), pk=case.pk).exists()


def may_release(actor: Actor, case: Case) -> bool:
    """Tell whether the actor finds a button to release this demand."""
    if not actor.may(rights.PUBLISH):
        return False
    try:
        check(actor, case)
    except Refused:
        return False
    return True


def candidates(actor: Actor) -> QuerySet[Case]:
    """Return solved demands that may be released and stand nowhere yet, those solved last first."""
    stands = Release.objects.filter(case=OuterRef("pk"), state__in=STANDING)
    rows = access.cases_for(actor).filter(_MAY_BE_TOLD, access.area(actor)).exclude(lead_id=actor.unit_id)
    rows = rows.exclude(lead__isnull=True, desk_id=actor.unit_id)  # answered at once, by that desk itself
    return rows.filter(~Exists(stands)).select_related("category").order_by("-closed_at", "-pk")


def releases_for(actor: Actor) -> QuerySet[Release]:
    """Return what was released, withdrawn or objected to in the actor's area."""
    rows = Release.objects.filter(case__in=access.cases_for(actor).filter(access.area(actor)))
    return rows.select_related("case", "unit")


def get_release_for(actor: Actor, pk: int, *, lock: bool = False) -> Release:
    """Return one release; ``Missing`` whether it is absent or not for this actor."""
    rows = releases_for(actor)
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Missing(_("没有找到这条公开的事，或您无权查看。"))
    return found


def standing(case: Case) -> Release | None:
    """Return the row by which a demand stands on the board, or must not; None for neither."""
    return Release.objects.filter(case=case, state__in=STANDING).first()


# --- what is written ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outline:
    """What a release says besides its words: never grid, address or day."""

    kind: str
    category_code: str
    category_name: str
    township_code: str
    village_code: str
    month: date

    @property
    def place(self) -> str:
        """Return township and village as words."""
        return place_of(self.township_code, self.village_code)


def outline(case: Case, *, village: bool = True) -> Outline:
    """Return the outline of a demand; without its village if naming it would tell who it was."""
    ended = timezone.localdate(case.closed_at or case.updated_at)
    return Outline(
        kind=case.kind,
        category_code=case.category.code if case.category else "",
        category_name=case.category.name if case.category else "",
        township_code=case.township_code,
        village_code=case.village_code if village else "",
        month=ended.replace(day=1),
    )


def place_of(township: str, village: str) -> str:
    """Return the names of a township and a village of it; "" for what is not known."""
    known = index.current().divisions
    return " ".join(place_name(known[code].name) for code in (township, village) if code in known)


def refusals(case: Case, text: str) -> list[str]:
    """Return a sentence for everything in ``text`` that must not be told to everyone."""
    said = disclosure.refusals(text)
    people = [case.reporter, *(one.reporter for one in _merged(case))]
    if any(person is not None and vault.is_named_in(person, text) for person in people):
        said.append(_("文字里有反映人的姓名、电话或住址，请删去。"))
    if quoted := disclosure.quotes(text, _own_words(case)):
        said.append(_("“%(words)s”是居民的原话，请用自己的话写。") % {"words": quoted})
    return said


def _merged(case: Case) -> list[Case]:
    return list(case.merged_cases.select_related("reporter"))


def _own_words(case: Case) -> list[str]:
    """Return everything residents said about a demand."""
    cases = [case, *_merged(case)]
    said = [one.description for one in cases] + [one.address for one in cases]
    said += [str(answer.get("answer", "")) for one in cases for answer in one.details]
    for one in cases:
        said += list(one.answers.values_list("remark", flat=True))
        rows = record.history((events.SUBJECT, one.pk))
        said += [row.reason for row in rows if row.name == events.WORDS_ADDED]
    return said


# --- what everyone reads -----------------------------------------------------------------------------------------


def public(*, township: str = "", category: str = "") -> QuerySet[Release]:
    """Return what stands on the board, in a township, of a category of the first level or below.

    Looked at anew each time: what became confidential or is not solved any more stands there no longer.
    """
    told = Q(**{f"case__{name}": value for name, value in _TOLD_OF.items()})
    rows = Release.objects.filter(told, state="released").exclude(case__kind__in=UNRELEASED_KINDS)
    if township:
        rows = rows.filter(township_code=township)
    if category:
        rows = rows.filter(category_code__startswith=category)
    return rows


_TOLD_OF = {"state": states.SOLVED, "restricted": False, "complained_unit__isnull": True}


def get_public(pk: int) -> Release:
    """Return what stands on the board under a number; ``Gone`` (410) for what was withdrawn, ``Missing`` else."""
    row = public().filter(pk=pk).first()
    if row is not None:
        return row
    if Release.objects.filter(pk=pk, released_at__isnull=False).exists():
        raise Gone(_("这件事已从公开栏撤下。"))
    raise Missing(_("公开栏上没有这件事。"))


def withdrawn_count() -> int:
    """Return how many releases were withdrawn: the board does not hide that there were."""
    return Release.objects.filter(released_at__isnull=False).exclude(state="released").count()


def townships() -> list[tuple[str, str]]:
    """Return the townships of the county with their names, for the filter."""
    rows = sorted(index.current().divisions.items())
    return [(code, place_name(one.name)) for code, one in rows if one.level == "township" and not one.ended]


def categories() -> list[tuple[str, str]]:
    """Return the categories of the first level with their names, for the filter."""
    return [(code, row.name) for code, row in sorted(catalog.current().categories.items()) if row.depth == 1]
