"""What the forms share: a step about one of several, and choices."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from minfu.disputes import states
from minfu.disputes.rules import detail, terms
from minfu.kernel import dated
from minfu.kernel.step_pages import StepForm
from minfu.kernel.widgets import offer

STEP = states.MEDIATION.step
SECRET = {"data-sensitive": True, "autocomplete": "off"}


def radio(label: Any, choices: Any, **more: Any) -> forms.ChoiceField:
    """Return a choice shown as radio buttons."""
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **more)


class About(StepForm):
    """A step about one of several: a party, a seat, a sitting; ``about`` is fetched by the view."""

    def __init__(self, *args: Any, about: Any = None, **kwargs: Any):
        """Keep what it is about."""
        self.about = about
        super().__init__(*args, **kwargs)

    def offer_parties(self, *, unasked: bool = False, name: str = "party_id") -> None:
        """Offer the parties, masked."""
        lines = detail.parties(self.actor, self.row)
        rows = [(one.party.pk, one.label) for one in lines if not unasked or one.party.consents is None]
        offer(self, name, rows)
        if len(rows) == 1:
            self.fields[name].initial = rows[0][0]

    def offer_seats(self, *wanted: str, name: str = "seat_id") -> None:
        """Offer the mediators in given states."""
        seats = self.row.seats.filter(state__in=wanted).order_by("pk")
        rows = [(one.pk, one.label) for one in seats]
        offer(self, name, rows)
        if len(rows) == 1:
            self.fields[name].initial = rows[0][0]


def pick(label: Any) -> forms.TypedChoiceField:
    """Return a choice of one among ids."""
    return forms.TypedChoiceField(label=label, coerce=int, widget=forms.RadioSelect)


def picks(label: Any) -> forms.TypedMultipleChoiceField:
    """Return a choice of several among ids."""
    return forms.TypedMultipleChoiceField(label=label, coerce=int, widget=forms.CheckboxSelectMultiple)


class WaysForm(About):
    """A step with which the parties are told of other ways."""

    ways = forms.MultipleChoiceField(
        label=gettext_lazy("已告知当事人的其他途径"), widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        """Offer the ways open today."""
        offer(self, "ways", [(way.code, f"{way.name}: {way.advice}") for way in terms.ways(dated.today())])
