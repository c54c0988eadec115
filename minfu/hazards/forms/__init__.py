"""Steps of a hazard as forms: one for each verb, exactly its arguments."""

from minfu.hazards.forms.steps import (
    AcknowledgeForm,
    AddEvidenceForm,
    DismissForm,
    EndAlarmForm,
    GradeForm,
    HazardForm,
    InspectForm,
    MeasureForm,
    RaiseAlarmForm,
    ReportForm,
    SetDateForm,
)

__all__ = ["ALARM_FORMS", "FORMS", "HazardForm"]

#: Every step of a hazard a person takes, by its name; and of an alarm.
FORMS: dict[str, type[HazardForm]] = {
    form.step.name: form
    for form in (
        GradeForm,
        ReportForm,
        InspectForm,
        MeasureForm,
        AddEvidenceForm,
        SetDateForm,
        DismissForm,
        RaiseAlarmForm,
    )
}
ALARM_FORMS: dict[str, type[HazardForm]] = {form.step.name: form for form in (AcknowledgeForm, EndAlarmForm)}
