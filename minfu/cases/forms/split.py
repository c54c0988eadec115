"""Splitting: two to ten parts, each a demand of its own."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minfu.cases import events
from minfu.cases.forms import pickers, questions
from minfu.cases.forms.step import StepForm
from minfu.cases.models import Case, Kind
from minfu.cases.rules import actions, catalog
from minfu.cases.rules.intake import Intake, Spot, check
from minfu.kernel import widgets
from minfu.kernel.errors import Invalid
from minfu.kernel.forms import Form

FEWEST, MOST = 2, 10


class PartForm(Form):
    """One part of a demand that is split."""

    description = forms.CharField(label=_("反映内容"), widget=forms.Textarea(attrs={"rows": 3}))
    category = forms.ChoiceField(label=_("类别"), required=False, widget=widgets.Combo)
    kind = forms.ChoiceField(label=_("诉求类型"), choices=Kind.choices)

    def __init__(self, *args: Any, case: Case, **kwargs: Any):
        """Offer today's categories; ask what the chosen one asks."""
        super().__init__(*args, **kwargs)
        self.case = case
        now = catalog.current()
        widgets.offer(self, "category", *pickers.categories(now))
        self.fields["kind"].initial = case.kind
        questions.ask(self, now.categories.get(str(self.data.get(self.add_prefix("category")) or "")))

    def intake(self) -> Intake:
        """Return the part as a demand told at the original's door and place."""
        data, case = self.cleaned_data, self.case
        return Intake(
            door=case.door,
            description=data["description"],
            kind=data["kind"],
            urgency=case.urgency,
            category_code=data["category"],
            spot=Spot(village_code=case.village_code, grid_id=case.grid_id, address=case.address),
            answers=questions.answers(data),
        )

    def clean(self) -> dict[str, Any]:
        """Let the rules look at the part, so that their sentences stand at its fields."""
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                check(self.intake(), catalog.current())
            except Invalid as refused:
                for name, sentences in refused.fields.items():
                    self.add_error(name if name in self.fields else None, sentences)
        return cleaned


class SplitForm(StepForm):
    """Make several demands of one; the parts are forms of their own."""

    step_name, event, said = "split", events.SPLIT, "reason"
    verb = actions.split
    reason = forms.CharField(label=_("为什么拆开"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def prepare(self) -> None:
        """Make as many parts as were sent, two at first, one more when asked for."""
        sent = str(self.data.get("count") or "")
        count = int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= 2 else FEWEST  # noqa: PLR2004 - two digits
        count += "more" in self.data
        self.count = min(max(count, FEWEST), MOST)
        bound = self.data if self.is_bound else None
        self.parts = [PartForm(bound, case=self.case, prefix=f"p{number}") for number in range(self.count)]

    def is_valid(self) -> bool:
        """Tell whether the reason and every part can be used."""
        return all([super().is_valid(), *(part.is_valid() for part in self.parts)])

    def arguments(self) -> dict[str, Any]:
        """Return the parts as the verb takes them."""
        return {"parts": [part.intake() for part in self.parts], "reason": self.cleaned_data["reason"]}
