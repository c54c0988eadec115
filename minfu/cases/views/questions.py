"""The questions of a resident's report: what each asks and what its answer does to the report."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext as _

from minfu.cases.forms import resident as forms
from minfu.cases.models import Mode
from minfu.cases.rules import catalog, choosing, hints
from minfu.cases.views import public
from minfu.cases.views.draft import Draft
from minfu.kernel.forms import Form
from minfu.places import index


class Question:
    """One page of the report: a form, and what its answer means."""

    name: ClassVar[str]
    template: ClassVar[str] = "cases/resident/question.html"
    #: Questions that must be asked again when this answer changes.
    reopens: ClassVar[tuple[str, ...]] = ()

    def __init__(self, draft: Draft, request: HttpRequest):
        """Prepare the form, filled in with what was told before."""
        self.draft, self.request = draft, request
        self.form = self.make(request.POST if request.method == "POST" else None)
        self.form.initial.update(draft.typed.get(self.name, {}))

    def make(self, data: Any) -> Form:
        """Return the form."""
        raise NotImplementedError

    def keep(self, told: dict[str, Any]) -> dict[str, list[str]]:
        """Put the answer into the report; return the rules' sentences against it."""
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        """Return what else the page shows."""
        return {}

    def take(self) -> bool:
        """Keep the answer if it is good; otherwise its sentences stand at the fields, and what was typed is kept."""
        typed = {name: str(self.form.data[name]) for name in self.form.fields if name in self.form.data}
        self.draft.keep_typed(self.name, typed)
        if not self.form.is_valid():
            return False
        problems = self.keep(self.form.cleaned_data)
        shown = {name: said for name, said in problems.items() if name in self.form.fields}
        if shown:
            public.show(self.form, shown)
            return False
        self.draft.answer(self.name, *self.reopens)
        return True


class KindQuestion(Question):
    """What kind of matter."""

    name = "kind"
    reopens = ("about",)

    def make(self, data: Any) -> Form:
        """Return the form."""
        return forms.KindForm(data, initial={"kind": self.draft.kind})

    def keep(self, told: dict[str, Any]) -> dict[str, list[str]]:
        """Keep the kind."""
        self.draft.kind = told["kind"]
        return {}


class DangerQuestion(Question):
    """Words of an emergency: the numbers to call, large, before anything else."""

    name = "danger"
    template = "cases/resident/danger.html"

    def make(self, data: Any) -> Form:
        """Return the form."""
        initial = {"urgent": "yes" if self.draft.urgent else ""}
        return forms.DangerForm(data, initial=initial)

    def keep(self, told: dict[str, Any]) -> dict[str, list[str]]:
        """Danger makes it urgent."""
        self.draft.urgent = told["urgent"] == "yes"
        return {}

    def context(self) -> dict[str, Any]:
        """Return the numbers."""
        return {"emergencies": [row for row in self.draft.channels() if row.emergency]}


#: What the page of topics sends where a person shall choose.
BY_PERSON = "person"


class TopicQuestion(Question):
    """Which category: those the text suggests, all others by group, or "I do not know"."""

    name = "topic"
    template = "cases/resident/topic.html"
    reopens = ("questions", "same")

    def make(self, data: Any) -> Form:
        """Return the form."""
        return forms.TopicForm(data, initial={"topic": self.draft.topic})

    def keep(self, told: dict[str, Any]) -> dict[str, list[str]]:
        """Keep the category; an unknown one is none, and so is one that a person shall choose."""
        code = told["topic"]
        self.draft.by_person = code == BY_PERSON
        self.draft.topic = code if code in catalog.current().categories else ""
        return {}

    def context(self) -> dict[str, Any]:
        """Return the suggested categories and the groups."""
        known = catalog.current()
        suggested = [one.category for one in hints.categories(self.draft.description, known)]
        groups = [
            (row.name, [one for one in known.categories.values() if one.depth == 2 and one.code[:2] == code])  # noqa: PLR2004 - levels of the tree
            for code, row in known.categories.items()
            if row.depth == 1
        ]
        chosen = self.draft.topic if "topic" in self.draft.done else None
        listed = {row.code for row in suggested} | {one.code for _name, rows in groups for one in rows}
        if chosen and chosen not in listed:
            suggested = [known.categories[chosen], *suggested]
        return {
            "suggested": [(row.code, row.name, known.path(row.code[:-2])) for row in suggested],
            "groups": [
                (name, rows, any(row.code == chosen for row in rows)) for name, rows in groups if rows
            ],
            "chosen": chosen,
            "automatic": choosing.possible(known),
            "by_person": self.draft.by_person,
        }


class CategoryQuestions(Question):
    """The category's own questions."""

    name = "questions"
    template = "cases/resident/questions.html"

    def make(self, data: Any) -> Form:
        """Return the form."""
        initial = {f"q_{key}": answer for key, answer in self.draft.answers.items()}
        return forms.QuestionsForm(data, category=self.draft.category(), initial=initial)

    def keep(self, told: dict[str, Any]) -> dict[str, list[str]]:
        """Keep the answers."""
        self.draft.answers = {name.removeprefix("q_"): text for name, text in told.items() if text}
        return self.draft.problems()


class WhereQuestion(Question):
    """Where it is."""

    name = "where"
    template = "cases/resident/where.html"
    reopens = ("place", "same", "about")

    def make(self, data: Any) -> Form:
        """Return the form; "not here" lets go of the poster's grid."""
        place = self.draft.suggested_place()
        initial = {
            "address": self.draft.address,
            "village": place.village_code if place else self.draft.village,
        }
        at_grid = bool(self.draft.token) and not (data and "elsewhere" in data)
        return forms.WhereForm(data, villages=public.villages(), at_grid=at_grid, initial=initial)

    def keep(self, told: dict[str, Any]) -> dict[str, list[str]]:
        """Keep words and village; something must be told unless the poster tells it."""
        if "elsewhere" in self.request.POST:
            self.draft.token, self.draft.address = "", told["address"]
            return {}
        address, village = told["address"].strip(), told.get("village", "")
        if not (address or village or self.draft.token):
            return {
                "address": [_("请写村名和地点，或者在下面选一个村。说不清也可以选“请工作人员帮我确定”。")]
            }
        problems = self.draft.problems(address=address).get("address")
        if problems:
            return {"address": problems}
        self.draft.address, self.draft.village = address, village
        return {}

    def context(self) -> dict[str, Any]:
        """Return the village that was chosen by what the resident wrote before."""
        place = self.draft.suggested_place()
        label = index.current().label(place.village_code) if place else ""
        return {"suggested": label, "words": _("、").join(place.words) if place else ""}

    def take(self) -> bool:
        """Keep the answer; "not here" only lets go of the grid, and asks again."""
        good = super().take()
        if good and "elsewhere" in self.request.POST:
            self.draft.done.remove("where")
        return good


class PlaceQuestion(Question):
    """Whether the place was understood."""

    name = "place"
    template = "cases/resident/place.html"
    reopens = ("same", "about")

    def make(self, data: Any) -> Form:
        """Return the form: what was understood, then the candidates."""
        location, known = self.draft.location(), index.current()
        codes = [location.village_code] if location.sure else []
        codes += [one.code for one in location.candidates if one.code not in codes]
        places = [(code, known.label(code)) for code in codes]
        initial = {"place": self.draft.village or (places[0][0] if location.sure else "")}
        if not places:
            initial = {"place": "other"}
        return forms.PlaceForm(data, places=places, villages=public.villages(), initial=initial)

    def keep(self, told: dict[str, Any]) -> dict[str, list[str]]:
        """Keep the place the resident means; one chosen by hand lets go of the poster."""
        chosen = told["village"] if told["place"] == "other" else told["place"]
        self.draft.village = chosen
        known = index.current()
        grid = known.grids.get(known.by_qr.get(self.draft.token, 0))
        if grid and grid.village != chosen:
            self.draft.token = ""
        return {}

    def context(self) -> dict[str, Any]:
        """Return what was understood and why."""
        return {"location": self.draft.location()}


class SameQuestion(Question):
    """Whether somebody reported the same: then it is handled together, and the resident is asked and told as well."""

    name = "same"

    def make(self, data: Any) -> Form:
        """Return the form: what others reported, in words that tell nothing of anybody."""
        rows = [
            (
                str(one.case_id),
                f"{one.place} · {one.title}",
                _("%(day)s 反映，%(standing)s") % {"day": one.day, "standing": one.standing},
            )
            for one in self.draft.repeated()
        ]
        chosen = self.draft.joins or ("none" if "same" in self.draft.done else "")
        return forms.SameForm(data, rows=rows, initial={"same": chosen})

    def keep(self, told: dict[str, Any]) -> dict[str, list[str]]:
        """Keep which one it is, or that it is none."""
        self.draft.joins = told["same"] if told["same"] != "none" else ""
        return {}


class AboutQuestion(Question):
    """Which unit a complaint is about."""

    name = "about"
    template = "cases/resident/about.html"

    def make(self, data: Any) -> Form:
        """Return the form."""
        known, location = catalog.current(), self.draft.location()
        near = public.near_units(known, location.village_code, location.township_code)
        is_near = self.draft.unit in [value for value, _label in near]
        asked = "about" in self.draft.done
        unit = self.draft.unit if is_near else "other" if self.draft.unit else "none" if asked else ""
        initial = {"unit": unit, "other": self.draft.unit}
        return forms.AboutForm(data, near=near, units=public.units(known), initial=initial)

    def keep(self, told: dict[str, Any]) -> dict[str, list[str]]:
        """Keep the unit."""
        unit = told["other"] if told["unit"] == "other" else told["unit"]
        self.draft.unit = unit if unit != "none" else ""
        return {}


class WhoQuestion(Question):
    """How far the resident wants to be known."""

    name = "who"
    template = "cases/resident/who.html"
    reopens = ("contact",)

    def make(self, data: Any) -> Form:
        """Return the form."""
        return forms.WhoForm(data, initial={"mode": self.draft.mode})

    def keep(self, told: dict[str, Any]) -> dict[str, list[str]]:
        """Keep the mode; what is not to be known is dropped at once."""
        self.draft.mode = told["mode"]
        if self.draft.mode == Mode.ANONYMOUS:
            self.draft.name = self.draft.phone = ""
            self.draft.typed.pop("contact", None)
        return {}


class ContactQuestion(Question):
    """Name and number."""

    name = "contact"
    template = "cases/resident/contact.html"

    def make(self, data: Any) -> Form:
        """Return the form."""
        return forms.ContactForm(data, initial={"name": self.draft.name, "phone": self.draft.phone})

    def keep(self, told: dict[str, Any]) -> dict[str, list[str]]:
        """Keep them if the rules take them."""
        problems = self.draft.problems(name=told["name"], phone=told["phone"])
        if not problems.keys() & {"name", "phone"}:
            self.draft.name, self.draft.phone = told["name"], told["phone"]
        return problems


STEPS: dict[str, type[Question]] = {
    one.name: one
    for one in (
        KindQuestion, DangerQuestion, TopicQuestion, CategoryQuestions, WhereQuestion, PlaceQuestion,
        SameQuestion, AboutQuestion,
        WhoQuestion, ContactQuestion,
    )
}  # fmt: skip
