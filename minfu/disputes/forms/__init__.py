"""Steps of a mediation as forms: one for each verb, exactly its arguments."""

from minfu.disputes.forms.base import About
from minfu.disputes.forms.people import (
    AddPartyForm,
    AskReplacementForm,
    ConsentForm,
    DecideForm,
    DeclareForm,
    DeclineForm,
    RecuseForm,
    RemovePartyForm,
    SeatForm,
)
from minfu.disputes.forms.sittings import (
    AgreeForm,
    ApplyForm,
    BeginForm,
    CancelForm,
    CourtForm,
    FailForm,
    HoldForm,
    PlanForm,
    ReconsiderForm,
    SettleForm,
    SignForm,
    VisitForm,
)

__all__ = ["FORMS", "CancelForm", "DecideForm", "DeclareForm", "HoldForm"]

#: Every step of a mediation a person takes, by its name.
FORMS: dict[str, type[About]] = {
    form.step.name: form
    for form in (
        AddPartyForm, ConsentForm, RemovePartyForm, DeclineForm, SeatForm, RecuseForm, AskReplacementForm, BeginForm,
        PlanForm, HoldForm, AgreeForm, SignForm, ReconsiderForm, SettleForm, FailForm, VisitForm, ApplyForm, CourtForm,
    )
}  # fmt: skip
