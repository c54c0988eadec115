"""The county's own category model: learned from what residents confirmed, replaced only by one that is no worse."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from minfu.accounts.models import Post, Role
from minfu.cases import events, states
from minfu.cases.models import Case
from minfu.cases.rules import catalog as catalogs
from minfu.cases.rules.catalog import Catalog
from minfu.cases.rules.hints import by_words, folder
from minfu.kernel import clock
from minfu.language import versions
from minfu.notices import outbox

if TYPE_CHECKING:
    from minfu.language.category import CategoryModel

#: Newest demands that are learned from at most; a category needs so many, and all together so many.
MOST, LEAST_OF_ONE, LEAST = 50_000, 8, 200
#: One demand in ten is never learned from, by any version: on these, versions are compared. So many are needed.
TESTED, LEAST_TESTED = 10, 20
#: States in which a demand is confirmed, or settled and explained: nobody moves it to another category any more.
ENDED = (states.SOLVED, states.PARTLY, states.EXPLAINED)


@dataclass(frozen=True)
class Learned:
    """What learning did. ``version`` is 0 where there was too little to learn from; ``tested`` demands neither model had seen,
    of which the new one read ``right``, and what was in use before it ``before`` (shares).
    """

    learned_from: int
    categories: int
    version: int = 0
    used: bool = False
    tested: int = 0
    right: float = 0.0
    before: float = 0.0


def learn() -> Learned:
    """Learn a model from confirmed demands, and take it into use unless it reads unseen demands worse than what is in use.

    What is in use is the version before, or, where there is none, the words of the category tree.
    """
    config = catalogs.current()
    told = _confirmed(config)
    known = [one for one in told if one[0] % TESTED]
    often = Counter(code for _id, _text, code in known)
    known = [one for one in known if often[one[2]] >= LEAST_OF_ONE]
    names = {code for _id, _text, code in known}
    tested = [one for one in told if one[0] % TESTED == 0]
    if len(known) < LEAST or len(names) < 2 or len(tested) < LEAST_TESTED:  # noqa: PLR2004 - as many as tell two things apart
        return Learned(len(known), len(names), tested=len(tested))
    from minfu.language import training  # with NumPy, which only the job that learns needs

    model = training.learned([text for _id, text, _code in known], [code for _id, _text, code in known])
    right = _share([_first(model, text) == code for _id, text, code in tested])
    before = _share([_read_before(text, config) == code for _id, text, code in tested])
    about = {
        "learned_at": clock.now().isoformat(),
        "from": len(known),
        "tested": len(tested),
        "right": right,
        "familiar": _least_familiar([model.familiarity(text) for _id, text, _code in tested]),
    }
    version = versions.add(folder(), replace(model, about=about))
    if right >= before:
        versions.use(folder(), version)
    return Learned(len(known), len(names), version, right >= before, len(tested), right, before)


def go_back() -> int | None:
    """Take the version before the one in use back into use; return its number, None if there is none."""
    now = versions.in_use(folder())
    earlier = [one for one in versions.numbers(folder()) if now is not None and one < now]
    if not earlier:
        return None
    versions.use(folder(), earlier[-1])
    return earlier[-1]


def tell_of_trouble() -> int:
    """Tell the administrators that the version in use is missing or broken; return how many were told, 0 when all is well."""
    if not versions.trouble(folder()):
        return 0
    held = Post.objects.filter(
        role=Role.ADMINISTRATOR, period__contains=clock.today(), user__is_active=True, unit__is_active=True
    )
    told = sorted(set(held.values_list("user_id", flat=True)))
    notices = [
        outbox.build(outbox.To(user_id=user), events.MODEL_BROKEN, {}, subject=(events.MODEL, 0))
        for user in told
    ]
    outbox.send(notices)
    return len(notices)


def _confirmed(config: Catalog) -> list[tuple[int, str, str]]:
    """Return id, text and category of the newest demands whose end was confirmed; nothing that is kept confidential."""
    rows = (
        Case.objects.filter(state__in=ENDED, restricted=False, category__isnull=False)
        .order_by("-pk")
        .values_list("pk", "description", "category__code")[:MOST]
    )
    return [(pk, text, code) for pk, text, code in rows.iterator() if code in config.categories]


def _least_familiar(shares: list[float]) -> float:
    """Return how familiar a text must be to be read: nearly as much as all but the strangest of those the model had not seen.

    Poems, songs and other languages share half as many pairs with demands as demands do with each other.
    """
    strangest = sorted(shares)[len(shares) // 100]
    return min(_FAMILIAR_AT_MOST, _NEARLY * strangest)


_FAMILIAR_AT_MOST, _NEARLY = 0.5, 0.9


def _share(right: list[bool]) -> float:
    return sum(right) / len(right)


def _first(model: "CategoryModel", text: str) -> str:
    suggestions = model.read(text, most=1).suggestions
    return suggestions[0].label if suggestions else ""


def _read_before(text: str, config: Catalog) -> str:
    """Return what the version in use reads; without one, what the words of the tree say."""
    model = versions.current(folder())
    if model is not None:
        return _first(model, text)
    found = by_words(text, config)
    return found[0].category.code if found else ""
