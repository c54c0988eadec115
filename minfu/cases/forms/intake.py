"""The clerk's form for the telephone, the counter and people without a telephone: one page, in the order of a call."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from minfu.cases.forms import pickers, questions
from minfu.cases.models import Door, Kind, Mode, Urgency
from minfu.cases.rules import catalog
from minfu.cases.rules.intake import MAX_ADDRESS, MAX_NAME, Intake, Person, Spot, check
from minfu.files.forms import FilesField
from minfu.kernel import widgets
from minfu.kernel.errors import Invalid
from minfu.kernel.forms import Form

#: What the desk's own forms are named by in ``Case.source``: the pair with the form's id makes a second click add nothing.
SOURCE = "desk"
DOORS = [(Door.PHONE, _("电话")), (Door.COUNTER, _("窗口")), (Door.PROXY, _("代办")), (Door.VISIT, _("走访"))]
_SECRET = {"data-sensitive": "", "autocomplete": "off"}


class IntakeForm(Form):
    """Everything a caller may tell. The rules check it (``rules/intake.py``); their sentences stand at the fields."""

    once = forms.UUIDField(widget=forms.HiddenInput)
    kept = forms.CharField(widget=forms.HiddenInput, required=False, max_length=400)
    #: The demand the caller says is the same: chosen among those that are likely.
    joins = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    door = forms.ChoiceField(
        label=_("渠道"), choices=DOORS, widget=forms.RadioSelect, help_text=_("替没有手机的人登记选“代办”。")
    )
    description = forms.CharField(
        label=_("反映内容"), strip=False, widget=forms.Textarea(attrs={"rows": 5, "autofocus": True})
    )
    kind = forms.ChoiceField(label=_("诉求类型"), choices=Kind.choices)
    urgency = forms.ChoiceField(label=_("紧急程度"), choices=Urgency.choices, widget=forms.RadioSelect)
    category = forms.ChoiceField(label=_("类别"), required=False, widget=widgets.Combo)
    address = forms.CharField(
        label=_("地点（怎么说就怎么记）"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    village = forms.ChoiceField(label=_("村（社区）"), required=False, widget=pickers.Villages)
    grid = forms.TypedChoiceField(label=_("网格"), required=False, coerce=int, empty_value=None)
    mode = forms.ChoiceField(label=_("身份方式"), choices=Mode.choices, widget=forms.RadioSelect)
    phone = forms.CharField(
        label=_("电话"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", **_SECRET}),
    )
    name = forms.CharField(
        label=_("姓名"), required=False, max_length=MAX_NAME, widget=forms.TextInput(attrs=_SECRET)
    )
    complained_unit = forms.TypedChoiceField(
        label=_("被反映的单位"), required=False, coerce=int, empty_value=None, widget=widgets.Combo
    )
    photos = FilesField(label=_("照片或材料"), required=False)
    diversion = forms.ChoiceField(
        label=_("告知其他渠道"),
        required=False,
        widget=widgets.Combo,
        help_text=_("依法应走其他渠道的才选。登记后即告知办结，不再派单。"),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        """Offer today's categories, channels, places and units; ask what the chosen category asks."""
        super().__init__(*args, **kwargs)
        now = catalog.current()
        widgets.offer(self, "category", *pickers.categories(now))
        widgets.offer(self, "village", pickers.villages(), pickers.village_words())
        widgets.offer(self, "grid", pickers.grids(str(self.data.get("village") or "")))
        widgets.offer(self, "complained_unit", pickers.any_unit(now))
        channels = [("", _("不用告知，登记办理")), *((row.code, row.name) for row in now.diversions.values())]
        words = {row.code: row.keywords for row in now.diversions.values()}
        widgets.offer(self, "diversion", channels, words)
        self.fields["address"].widget.attrs["maxlength"] = MAX_ADDRESS
        chosen = now.categories.get(str(self.data.get("category") or ""))
        self.asked = questions.ask(self, chosen)

    @property
    def questions(self) -> list[forms.BoundField]:
        """Return the fields of the category's own questions."""
        return [self[name] for name in self.asked]

    def keep(self, stored: list[UUID]) -> None:
        """Remember uploads that were taken in, so that a form sent again has them still."""
        self.data = {**{name: self.data.get(name) for name in self.data}, "kept": ",".join(map(str, stored))}

    def kept_ids(self) -> list[UUID]:
        """Return the uploads an earlier sending of this form brought; what is no id is left out."""
        found = []
        for text in str(self.data.get("kept") or "").split(","):
            try:
                found.append(UUID(text))
            except ValueError:
                continue
        return found

    def intake(self) -> Intake:
        """Return the demand as told."""
        data = self.cleaned_data
        return Intake(
            door=data["door"],
            description=data["description"],
            kind=data["kind"],
            mode=data["mode"],
            urgency=data["urgency"],
            category_code=data["category"],
            spot=Spot(address=data["address"], village_code=data["village"], grid_id=data["grid"]),
            person=Person(name=data["name"], phone=data["phone"]),
            answers=questions.answers(data),
            complained_unit_id=data["complained_unit"],
            diversion_code=data["diversion"],
            file_ids=self.kept_ids(),
            source=SOURCE,
            external_id=str(data["once"]),
        )

    def say(self, problems: Mapping[str, list[str]]) -> None:
        """Put the rules' sentences at the fields they belong to; what fits no field stands above the form."""
        for name, sentences in problems.items():
            field = "photos" if name == "files" else name
            for sentence in sentences:
                self.add_error(field if field in self.fields else None, sentence)

    def clean(self) -> dict[str, Any]:
        """Let the rules look at all of it at once."""
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                check(self.intake(), catalog.current())
            except Invalid as refused:
                self.say(refused.fields)
        return cleaned
