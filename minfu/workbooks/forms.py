"""Forms of the room: the upload, what one cell asks for, and the steps that have a page of their own."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.accounts.actor import Actor
from minfu.figures import door as figures
from minfu.figures.door import Area
from minfu.kernel import clock
from minfu.kernel.errors import Refused
from minfu.kernel.forms import Form
from minfu.kernel.step_pages import StepForm
from minfu.kernel.widgets import Combo, offer
from minfu.workbooks import events, states
from minfu.workbooks.models import Workbook
from minfu.workbooks.rules import actions, asking, marks
from minfu.workbooks.rules.reading import Cell

STEP = states.WORKBOOK.step
#: How many periods of each kind, this one among them, are offered.
OFFERED = (("month", 7), ("quarter", 5), ("half", 4), ("year", 3), ("week", 6))
SHIFTS = (
    ("", gettext_lazy("和整张表一样")),
    ("month", gettext_lazy("这一时段的最后一个月")),
    ("year", gettext_lazy("从年初到这一时段末（累计）")),
    ("before", gettext_lazy("上一时段")),
    ("a_year_before", gettext_lazy("上年同期")),
    (marks.AS_READ, gettext_lazy("照这一格自己写的时段")),
)


class UploadForm(Form):
    """The form somebody was told to fill in."""

    file = forms.FileField(
        label=gettext_lazy("要填的表（xlsx）"),
        help_text=gettext_lazy("上级发来的空表。旧版 .xls 请先用 Excel 或 WPS 另存为 xlsx。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls"}),
        allow_empty_file=True,
    )


class CellForm(Form):
    """What one cell asks for."""

    indicator = forms.ChoiceField(
        label=gettext_lazy("这一格要什么数"),
        required=False,
        widget=Combo,
        help_text=gettext_lazy("系统里没有的，选“自己填”。"),
    )
    split = forms.ChoiceField(label=gettext_lazy("只要其中一类"), required=False, widget=Combo)
    area = forms.ChoiceField(label=gettext_lazy("哪里的数"), required=False, widget=Combo)
    shift = forms.ChoiceField(label=gettext_lazy("哪一段时间"), required=False, choices=SHIFTS)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, actor: Actor, row: Workbook, cell: Cell, **kwargs: Any):
        """Offer the indicators, the values of splits and the places; what the cell is taken for is chosen."""
        self.actor, self.row, self.cell = actor, row, cell
        found = cell.match.meaning
        kwargs.setdefault("initial", {"version": row.version, "shift": ""})
        if found is not None:
            kept = marks.of(found, row.area, marks.period_of(row.period))
            kwargs["initial"] |= {
                "indicator": found.indicator + (f".{found.part}" if found.part else ""),
                "split": found.split,
                "area": kept["area"],
                "shift": kept["shift"],
            }
        super().__init__(*args, **kwargs)
        offer(self, "indicator", [("", _("自己填，不用系统的数")), *asking.indicators()])
        offer(self, "split", [("", _("不分类")), *asking.splits()])
        offer(self, "area", _places(actor, row.area, kwargs["initial"].get("area", "")))

    def take(self) -> Workbook:
        """Say what the cell asks for; raises what the verb refuses with."""
        told = self.cleaned_data
        name, _dot, part = told["indicator"].partition(".")
        meaning = (
            {
                "indicator": name,
                "part": part,
                "split": told["split"],
                "area": told["area"],
                "shift": told["shift"],
            }
            if name
            else dict(marks.OWN)
        )
        return actions.mark(
            actor=self.actor, pk=self.row.pk, key=self.cell.slot.key, meaning=meaning, version=told["version"]
        )


def _places(actor: Actor, area: str, chosen: str) -> list[tuple[str, Any]]:
    """Return the place of the form, those below it, and the one that is chosen already."""
    found: list[tuple[str, Any]] = [("", _("和整张表一样"))]
    try:
        whole = figures.area_for(actor, area)
        found += [(one.key, one.name) for one in _below(whole)]
        if chosen and chosen not in dict(found):
            found.append((chosen, figures.area_for(actor, chosen).name))
    except Refused:
        pass
    return found


def _below(area: Area) -> list[Area]:
    return [] if area.unit_id is not None else figures.areas_below(area)


class WorkbookForm(StepForm):
    """A step of a form from above."""


class SettleForm(WorkbookForm):
    """Choose place and period."""

    step, verb, events = STEP("settle"), actions.settle, (events.SETTLED,)
    area = forms.ChoiceField(label=gettext_lazy("填哪里的数"), widget=Combo)
    period = forms.ChoiceField(label=gettext_lazy("填哪一段时间"), widget=Combo)
    until_today = forms.BooleanField(
        label=gettext_lazy("时段没有结束的，填截至今天的数"),
        required=False,
        help_text=gettext_lazy("不勾选时，没有结束的时段不填。"),
    )
    with_comments = forms.BooleanField(
        label=gettext_lazy("在单元格批注里写明来源"),
        required=False,
        help_text=gettext_lazy("批注不改格式，打印时不出现。"),
    )

    def prepare(self) -> None:
        """Offer the places of the actor's area, and the periods of late."""
        own = figures.own_area(self.actor)
        places = [(one.key, one.name) for one in (own, *_below(own))]
        if self.row.area not in dict(places):
            places.append((self.row.area, self.row.area))
        offer(self, "area", places)
        offer(self, "period", asking.periods(clock.today(), self.row.period, OFFERED))
        for name in ("area", "period", "until_today", "with_comments"):
            self.fields[name].initial = getattr(self.row, name)


class FinishForm(WorkbookForm):
    """Write the numbers down."""

    step, verb, events = STEP("finish"), actions.finish, (events.FINISHED,)


class ReopenForm(WorkbookForm):
    """Take a finished form back."""

    step, verb, events = STEP("reopen"), actions.reopen, (events.REOPENED,)


class DropForm(WorkbookForm):
    """Give a form up."""

    step, verb, events = STEP("drop"), actions.drop, (events.DROPPED,)


#: Every step that has a page of its own, by its name.
FORMS: dict[str, type[WorkbookForm]] = {
    form.step.name: form for form in (SettleForm, FinishForm, ReopenForm, DropForm)
}
