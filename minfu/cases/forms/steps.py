"""Every step that has a form, by its name."""

from minfu.cases.forms import close_steps as close
from minfu.cases.forms import desk_steps as desk
from minfu.cases.forms import work_steps as work
from minfu.cases.forms.split import SplitForm
from minfu.cases.forms.step import StepForm

FORMS: dict[str, type[StepForm]] = {
    form.step_name: form
    for form in (
        desk.AssignForm,
        desk.ReassignForm,
        desk.AnswerForm,
        desk.PlaceForm,
        desk.ClassifyForm,
        desk.UpholdForm,
        desk.OverruleForm,
        desk.DivertForm,
        desk.MergeForm,
        desk.UnmergeForm,
        desk.LinkForm,
        work.AcceptForm,
        work.ObjectForm,
        work.ReportForm,
        work.CallHelpForm,
        work.NoteForm,
        work.RemarkForm,
        work.AskExtensionForm,
        work.AskPauseForm,
        work.AskDeferralForm,
        work.ResumeForm,
        close.VerifyForm,
        close.SendBackForm,
        close.ConfirmForm,
        close.ConfirmMergedForm,
        close.CloseUnconfirmedForm,
        close.WithdrawForm,
        close.AttemptForm,
        SplitForm,
    )
}
