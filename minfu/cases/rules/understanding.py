"""How well the county's model reads demands: what it suggested when they came in, beside the category they ended with."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from minfu.accounts.actor import Actor
from minfu.cases.models import AutomaticChoice, Case, Reading
from minfu.cases.rules import access, choosing
from minfu.cases.rules import catalog as catalogs
from minfu.cases.rules.catalog import Catalog
from minfu.cases.rules.hints import READ, by_words, folder
from minfu.cases.rules.learning import ENDED
from minfu.language import versions

#: Newest demands that are looked at, so that the page costs the same in a large county.
MOST = 5_000
#: Newest demands that the words of the tree are tried on where no model reads: each is read when the page is asked for.
MOST_BY_WORDS = 200
#: Corrections shown.
CORRECTIONS = 10
#: Lower ends of the groups of "how sure", in percent.
BINS = (0, 50, 70, 80, 90, 95, 98)
#: Fewer demands than this tell nothing.
ENOUGH = 20
#: Months of the trend.
MONTHS = 6


@dataclass(frozen=True)
class Share:
    """``right`` of ``whole``."""

    right: int
    whole: int

    @property
    def percent(self) -> float | None:
        """Return the share in percent; None where there is too little to tell."""
        return 100 * self.right / self.whole if self.whole >= ENOUGH else None


@dataclass(frozen=True)
class Bin:
    """Demands for which the model was about as sure: from ``least`` to under ``below`` percent, ``said`` on average; how often
    it was right.
    """

    least: int
    below: int
    said: float
    share: Share


@dataclass(frozen=True)
class Month:
    """What the demands registered in a month tell: first suggestions that were right, and those chosen by the software."""

    year: int
    month: int
    first: Share
    by_itself: Share


@dataclass(frozen=True)
class Correction:
    """What was suggested first, what it became, how often."""

    suggested: str
    final: str
    times: int


@dataclass(frozen=True)
class Version:
    """A version of the model: what it was learned from, and its share of right answers on demands it had not seen."""

    number: int
    in_use: bool
    learned_at: datetime | None
    learned_from: int
    right: float


@dataclass(frozen=True)
class Understanding:
    """Everything the page shows. ``by_itself``: chosen by the software, of those nobody named a category for."""

    versions: list[Version]
    #: Whether the version in use is missing or broken: until that is mended, the words of the category tree suggest.
    broken: bool
    #: Whether a model reads. Without one the figures tell how well the words of the category tree suggest.
    learned: bool
    precision: float
    possible: bool
    read: int
    first: Share
    among: Share
    by_itself: Share
    chosen: Share
    bins: list[Bin]
    months: list[Month]
    corrections: list[Correction]


@dataclass(frozen=True)
class Read:
    """One demand of those the figures are counted from, in words; ``number`` is empty where the reader may not open it."""

    number: str
    month: datetime
    paths: list[str]
    #: How sure the model was of the first, in percent; None where words of the tree suggested.
    percent: float | None
    by: str
    final: str


@dataclass(frozen=True)
class _Row:
    case_id: int
    codes: tuple[str, ...]
    probability: float
    by: str
    final: str
    registered_at: datetime

    @property
    def right(self) -> bool:
        return self.codes[:1] == (self.final,)


def _newest(known: Catalog) -> tuple[bool, list[_Row]]:
    """Return whether a model reads, and the demands the figures are counted from."""
    learned = versions.current(folder()) is not None
    return learned, _rows() if learned else _by_words(known)


def read_for(actor: Actor) -> list[Read]:
    """Return every demand the figures are counted from, for checking them: as many as the page says."""
    known = catalogs.current()
    learned, rows = _newest(known)
    mine = access.cases_for(actor).filter(pk__in=[row.case_id for row in rows])
    numbers = {case.pk: case.number for case in mine}
    return [
        Read(
            number=numbers.get(row.case_id, ""),
            month=timezone.localtime(row.registered_at),
            paths=[known.path(code) or code for code in row.codes],
            percent=round(100 * row.probability, 1) if learned and row.codes else None,
            by=str(Reading.By(row.by).label) if learned else "",
            final=known.path(row.final) or row.final,
        )
        for row in rows
    ]


def understanding() -> Understanding:
    """Return how well the newest demands whose end was confirmed were read: by the model, or by the words of the tree."""
    known = catalogs.current()
    learned, rows = _newest(known)
    unnamed = [row for row in rows if row.by != Reading.By.PERSON]
    chosen = [row for row in unnamed if row.by == Reading.By.MACHINE]
    return Understanding(
        versions=_versions(),
        broken=bool(versions.trouble(folder())),
        learned=learned,
        precision=100 * known.precision(AutomaticChoice.Matter.CATEGORY),
        possible=choosing.possible(known),
        read=len(rows),
        first=_right(rows),
        among=Share(sum(row.final in row.codes for row in rows), len(rows)),
        by_itself=Share(len(chosen), len(unnamed)),
        chosen=_right(chosen),
        bins=_bins(rows),
        months=_months(rows),
        corrections=_corrections(rows, known),
    )


def _rows() -> list[_Row]:
    """Return the newest readings of ended demands, among the newest of all: the page never walks the whole table."""
    newest = Reading.objects.order_by("-pk").values("pk")[: 4 * MOST]
    found = Reading.objects.filter(
        pk__in=newest, case__state__in=ENDED, case__restricted=False, case__category__isnull=False
    ).values_list("pk", "suggested", "by", "case__category__code", "case__registered_at")
    return [
        _Row(pk, tuple(code for code, _p in suggested), suggested[0][1] if suggested else 0.0, by, final, at)
        for pk, suggested, by, final, at in found[:MOST]
    ]


def _by_words(known: Catalog) -> list[_Row]:
    """Return what the words of the tree say of the newest ended demands; nobody's choice is known of these."""
    ended = Case.objects.filter(closed_at__isnull=False, state__in=ENDED)
    newest = ended.order_by("-closed_at").values("pk")[: 2 * MOST_BY_WORDS]
    found = Case.objects.filter(pk__in=newest, restricted=False, category__isnull=False).order_by(
        "-closed_at"
    )
    told = found.values_list("pk", "description", "category__code", "registered_at")[:MOST_BY_WORDS]
    return [
        _Row(
            pk,
            tuple(one.category.code for one in by_words(text[:READ], known)),
            0.0,
            Reading.By.PERSON,
            final,
            at,
        )
        for pk, text, final, at in told
    ]


def _right(rows: Sequence[_Row]) -> Share:
    return Share(sum(row.right for row in rows), len(rows))


def _bins(rows: Sequence[_Row]) -> list[Bin]:
    told = [row for row in rows if row.codes]
    out = []
    for least, below in zip(BINS, (*BINS[1:], 101), strict=True):
        here = [row for row in told if least <= 100 * row.probability < below]
        said = 100 * sum(row.probability for row in here) / max(len(here), 1)
        out.append(Bin(least, min(below, 100), said, _right(here)))
    return out


def _months(rows: Sequence[_Row]) -> list[Month]:
    """Return the newest months in which demands were registered, oldest first."""
    by_month: dict[tuple[int, int], list[_Row]] = {}
    for row in rows:
        at = timezone.localtime(row.registered_at)
        by_month.setdefault((at.year, at.month), []).append(row)
    found = []
    for year, month in sorted(by_month)[-MONTHS:]:
        here = by_month[year, month]
        unnamed = [row for row in here if row.by != Reading.By.PERSON]
        by_itself = Share(sum(row.by == Reading.By.MACHINE for row in unnamed), len(unnamed))
        found.append(Month(year, month, _right(here), by_itself))
    return found


def _corrections(rows: Sequence[_Row], known: Catalog) -> list[Correction]:
    wrong = Counter((row.codes[0], row.final) for row in rows if row.codes and not row.right)
    return [
        Correction(known.path(told) or told, known.path(final) or final, times)
        for (told, final), times in wrong.most_common(CORRECTIONS)
    ]


def _versions() -> list[Version]:
    from minfu.language import stored  # with NumPy, which only this page and the model need

    used, out = versions.in_use(folder()), []
    for number in reversed(versions.numbers(folder())):
        try:
            about = stored.about(versions.path_of(folder(), number))
        except stored.BrokenModel:
            about = {}
        learned = datetime.fromisoformat(at) if (at := about.get("learned_at")) else None
        right = 100 * about.get("right", 0.0)
        out.append(Version(number, number == used, learned, about.get("from", 0), right))
    return out
