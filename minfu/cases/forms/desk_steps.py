"""Steps of the desk: one form for each, exactly the arguments of its verb."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.cases import events
from minfu.cases.forms import pickers
from minfu.cases.forms.step import StepForm, words
from minfu.cases.models import Case, Kind, Urgency
from minfu.cases.rules import actions, alike, catalog, hints
from minfu.kernel import codes, widgets
from minfu.kernel.errors import Invalid
from minfu.places.locate import locate


class AssignForm(StepForm):
    """Give a waiting demand to a lead."""

    step_name, verb, event, said = "assign", actions.assign, events.ASSIGNED, "reason"
    same: ClassVar[Mapping[str, str]] = {"unit": "unit_id"}
    unit = forms.TypedChoiceField(label=gettext_lazy("责任单位"), coerce=int, widget=widgets.Combo)
    reason = words(gettext_lazy("交办说明"), 2, required=False)

    def prepare(self) -> None:
        """Offer the units that may lead, the suggested one chosen."""
        now = catalog.current()
        field = self.fields["unit"]
        without = 0 if self.is_bound else self.case.lead_id
        widgets.offer(self, "unit", pickers.leads(self.actor, self.case, now, without=without))
        route = pickers.suggestion(self.case, now)
        if route and route.lead and route.lead.id != self.case.lead_id:
            field.initial = route.lead.id
            field.help_text = _("建议：%(unit)s。%(why)s") % {"unit": route.lead.name, "why": route.reason}
        elif route:
            field.help_text = route.reason

    def arguments(self) -> dict[str, Any]:
        """Name the unit as the verb does."""
        return {"unit_id": self.cleaned_data["unit"], "reason": self.cleaned_data["reason"]}


class ReassignForm(AssignForm):
    """Give a demand to another lead."""

    step_name, event = "reassign", events.REASSIGNED
    verb: Callable[..., Any] = actions.reassign
    reason = words(gettext_lazy("改派原因"), 3)


class AnswerForm(StepForm):
    """Answer at the desk."""

    step_name, verb, event, said = "answer", actions.answer, events.ANSWERED, "text"
    text = words(gettext_lazy("答复内容"), 6)

    def arguments(self) -> dict[str, Any]:
        """Name the text as the verb does."""
        return {"answer_text": self.cleaned_data["text"]}


class PlaceForm(StepForm):
    """Say where it is."""

    step_name, verb, event = "place", actions.place, events.PLACED
    same: ClassVar[Mapping[str, str]] = {"place": "village_code", "grid": "grid_id"}
    village = forms.ChoiceField(label=gettext_lazy("村（社区）"), widget=pickers.Villages)
    grid = forms.TypedChoiceField(label=gettext_lazy("网格"), coerce=int, empty_value=None, required=False)

    def prepare(self) -> None:
        """Offer the villages, the likely ones first, and the grids of the chosen one."""
        case = self.case
        place = locate(address=case.address, text=case.description, near=case.township_code)
        village = self.fields["village"]
        widgets.offer(self, "village", pickers.villages(place.candidates), pickers.village_words())
        village.initial = case.village_code or (place.candidates[0].code if place.candidates else "")
        village.help_text = case.place_reason or place.reason
        chosen = str(self.data.get("village") or self.initial.get("village") or village.initial or "")
        widgets.offer(self, "grid", pickers.grids(chosen))
        self.fields["grid"].initial = case.grid_id

    def arguments(self) -> dict[str, Any]:
        """Name the place as the verb does."""
        return {"village_code": self.cleaned_data["village"], "grid_id": self.cleaned_data["grid"]}


def _suggested(one: hints.Suggested) -> str:
    """Say which category a text may be about, how sure that is and by which words."""
    words = "".join(f"“{word}”" for word in one.words)
    facts = [
        _("把握 %(percent)s%%") % {"percent": one.percent} if one.percent is not None else "",
        _("依据%(words)s") % {"words": words} if words else "",
    ]
    told = _("，").join(filter(None, facts))
    return (
        _("%(name)s（%(told)s）") % {"name": one.category.name, "told": told} if told else one.category.name
    )


class ClassifyForm(StepForm):
    """Correct the category."""

    step_name, verb, event = "classify", actions.classify, events.CLASSIFIED
    same: ClassVar[Mapping[str, str]] = {"category": "category_code", "kind": "kind", "urgency": "urgency"}
    category = forms.ChoiceField(label=gettext_lazy("类别"), widget=widgets.Combo)
    kind = forms.ChoiceField(label=gettext_lazy("诉求类型"), choices=Kind.choices)
    urgency = forms.ChoiceField(
        label=gettext_lazy("紧急程度"), choices=Urgency.choices, widget=forms.RadioSelect
    )

    def prepare(self) -> None:
        """Offer today's categories; what the demand has is chosen, without one the likeliest. What speaks for it is said."""
        field, now = self.fields["category"], catalog.current()
        likely = hints.categories_of(self.case, now)
        widgets.offer(self, "category", *pickers.categories(now))
        field.initial = (
            self.case.category.code if self.case.category else likely[0].category.code if likely else ""
        )
        if likely:
            said = _("、").join(map(_suggested, likely))
            field.help_text = _("文字里说的可能是：%(said)s。") % {"said": said}
        self.fields["kind"].initial, self.fields["urgency"].initial = self.case.kind, self.case.urgency

    def arguments(self) -> dict[str, Any]:
        """Name the category as the verb does."""
        data = self.cleaned_data
        return {"category_code": data["category"], "kind": data["kind"], "urgency": data["urgency"]}


class UpholdForm(StepForm):
    """Agree with an objection."""

    step_name, verb, event, said = "uphold", actions.uphold, events.OBJECTION_UPHELD, "decision"
    decision = words(gettext_lazy("裁定理由"), 3)


class OverruleForm(UpholdForm):
    """Reject an objection."""

    step_name, verb, event = "overrule", actions.overrule, events.OBJECTION_OVERRULED


class DivertForm(StepForm):
    """Tell where the matter belongs."""

    step_name, verb, event, said = "divert", actions.divert, events.DIVERTED, "note"
    same: ClassVar[Mapping[str, str]] = {"to": "diversion_code"}
    diversion = forms.ChoiceField(label=gettext_lazy("应走的渠道"), widget=widgets.Combo)
    note = words(gettext_lazy("补充说明"), 2, required=False)

    def prepare(self) -> None:
        """Offer today's channels."""
        rows = catalog.current().diversions.values()
        choices = [("", _("请选择")), *((row.code, row.name) for row in rows)]
        widgets.offer(self, "diversion", choices, {row.code: row.keywords for row in rows})

    def arguments(self) -> dict[str, Any]:
        """Name the channel as the verb does."""
        return {"diversion_code": self.cleaned_data["diversion"], "note": self.cleaned_data["note"]}


class _NumberForm(StepForm):
    """A step that names another demand by its number."""

    def number(self, name: str) -> int:
        """Return the id a number says."""
        return codes.parse_case_number(self.cleaned_data[name], field=name).id


#: Chosen when none of the likely ones is the same.
_OTHER = "other"


def _line(case: Case) -> str:
    """Say in a line which demand it is: number, day, grid, state and the beginning of its text."""
    parts = [
        case.number,
        date_format(timezone.localtime(case.registered_at), "n月j日"),
        case.grid.name if case.grid else "",
        case.state_label,
        Truncator(case.description).chars(40),
    ]
    return " · ".join(part for part in parts if part)


class MergeForm(_NumberForm):
    """Join a duplicate to another demand; the other one is shown before."""

    step_name, verb, event, said = "merge", actions.merge, events.MERGED, "reason"
    same: ClassVar[Mapping[str, str]] = {"into": "into_id"}
    likely = forms.ChoiceField(label=gettext_lazy("可能是同一件的"), widget=forms.RadioSelect, required=False)
    into = forms.CharField(
        label=gettext_lazy("并入哪一单"),
        max_length=30,
        help_text=gettext_lazy("填对方的编号，如 20261122-0000123。"),
    )
    reason = words(gettext_lazy("为什么是同一件事"), 2, required=False)
    shown = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def prepare(self) -> None:
        """Offer the open demands it is likely to repeat; another is named by its number."""
        found = alike.likely(self.actor, self.case)
        if not found:
            del self.fields["likely"]
            return
        rows: list[Any] = [(one.number, _line(one)) for one in found]
        widgets.offer(self, "likely", [*rows, (_OTHER, _("都不是，填编号"))])
        self.fields["likely"].initial = _OTHER
        self.fields["into"].required = False
        self.fields["into"].label = _("或者填编号")

    def clean_into(self) -> str:
        """Return the number typed, else the one chosen; check its form."""
        chosen = str(self.cleaned_data.get("likely") or "")
        text = str(self.cleaned_data["into"]) or ("" if chosen == _OTHER else chosen)
        if not text:
            raise forms.ValidationError(_("请选一单，或填对方的编号。"))
        try:
            codes.parse_case_number(text, field="into")
        except Invalid as refused:
            raise forms.ValidationError(refused.fields["into"]) from refused
        return text

    @property
    def into_id(self) -> int:
        """Return the id of the demand to merge into."""
        return self.number("into")

    def arguments(self) -> dict[str, Any]:
        """Name the other demand as the verb does."""
        return {"into_id": self.into_id, "reason": self.cleaned_data["reason"]}


class UnmergeForm(StepForm):
    """Undo a merge."""

    step_name, verb, event, said = "unmerge", actions.unmerge, events.UNMERGED, "reason"
    reason = words(gettext_lazy("为什么撤销并单"), 3)


class LinkForm(_NumberForm):
    """Link a related demand."""

    step_name, verb, event = "link", actions.link, events.LINKED
    same: ClassVar[Mapping[str, str]] = {"other": "other_id"}
    versioned = False
    other = forms.CharField(
        label=gettext_lazy("关联哪一单"),
        max_length=30,
        help_text=gettext_lazy("填对方的编号，如 20261122-0000123。"),
    )

    def clean_other(self) -> str:
        """Check the number's form."""
        text = str(self.cleaned_data["other"])
        try:
            codes.parse_case_number(text, field="other")
        except Invalid as refused:
            raise forms.ValidationError(refused.fields["other"]) from refused
        return text

    def arguments(self) -> dict[str, Any]:
        """Name the other demand as the verb does."""
        return {"other_id": self.number("other")}
