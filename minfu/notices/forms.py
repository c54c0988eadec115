"""Forms of notices: they parse; the rules judge."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from minfu.accounts.models import Unit
from minfu.accounts.rights import PEOPLE
from minfu.kernel import widgets
from minfu.kernel.errors import Invalid, Refused
from minfu.kernel.forms import Form, say_plainly
from minfu.notices.kinds import Address, Field, Kind, Widget
from minfu.notices.models import Channel
from minfu.notices.rules.configure import Given, Terms
from minfu.notices.rules.wordings import Said

#: What the names of a kind's own fields begin with.
OWN = "own_"


def show(form: forms.BaseForm, refusal: Refused) -> None:
    """Put a refusal's sentences at the fields they belong to; what fits no field stands above the form."""
    fields = refusal.fields if isinstance(refusal, Invalid) else {refusal.field: [str(refusal.message)]}
    for name, sentences in fields.items():
        place = next((one for one in (name, OWN + name) if one in form.fields), None)
        for sentence in sentences:
            form.add_error(place, sentence)


def _day() -> forms.DateField:
    return forms.DateField(
        label=_("生效日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def _own(one: Field, *, kept: bool) -> forms.Field:
    """Return the form field of a kind's field; a secret that is ``kept`` may be left empty, and never comes back."""
    text = str(one.help)
    if one.secret and kept:
        text = " ".join(filter(None, [text, _now("已保存，留空就不变；要清除请填一个减号“-”。")]))
    common: dict[str, Any] = {"label": one.label, "help_text": text, "required": one.required and not kept}
    if one.widget == Widget.CHOICE:
        return forms.ChoiceField(choices=one.choices, initial=one.default, **common)
    if one.widget == Widget.NUMBER:
        return forms.IntegerField(min_value=0, max_value=99_999_999, initial=one.default, **common)
    attrs = {"autocomplete": "off"} | ({"data-sensitive": ""} if one.secret else {})
    widget: forms.Widget = forms.TextInput(attrs)
    if one.widget == Widget.LINES:
        widget = forms.Textarea({**attrs, "rows": 3})
    elif one.secret:
        widget = forms.PasswordInput({**attrs, "autocomplete": "new-password"}, render_value=False)
    return forms.CharField(max_length=1000, initial=one.default, widget=widget, **common)


class ChannelForm(Form):
    """A channel of one kind: what the kind asks, then who it is for."""

    name = forms.CharField(label=_("名称"), max_length=40, help_text=_("例如：短信平台、县局邮箱。"))
    is_active = forms.BooleanField(label=_("启用"), required=False, initial=True)
    for_residents = forms.BooleanField(label=_("发给居民"), required=False)
    for_staff = forms.BooleanField(label=_("发给工作人员"), required=False)
    unit_id = forms.TypedChoiceField(
        label=_("哪个单位的群"), required=False, coerce=int, empty_value=None,
        help_text=_("只有发给这个单位的通知会发到群里；通知里没有居民的姓名和电话。"),
    )  # fmt: skip
    roles = forms.MultipleChoiceField(
        label=_("哪些角色可以用来接收自己的通知"), required=False, choices=[(role.value, role.label) for role in PEOPLE],
        widget=forms.CheckboxSelectMultiple, help_text=_("都不选就是人人可以。"),
    )  # fmt: skip
    alarms_only = forms.BooleanField(
        label=_("只发紧急通知"),
        required=False,
        help_text=_("例如按条收费的短信，平时用站内通知，有危险时才发。"),
    )
    digest_minutes = forms.IntegerField(
        label=_("合并窗口（分钟）"), min_value=0, max_value=1440, initial=10,
        help_text=_("这段时间里给同一个人的通知合成一条；紧急通知和验证码不等。"),
    )  # fmt: skip
    order = forms.IntegerField(
        label=_("先后"), min_value=1, max_value=9999, initial=100,
        help_text=_("给居民发时从小到大，前一个发不出去才用后一个。"),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: Kind, channel: Channel | None = None, **kwargs: Any):
        """Ask what ``kind`` needs, and who may be reached by it; ``channel`` fills the form."""
        kept = channel is not None and bool(channel.secrets)
        super().__init__(*args, initial=self._first(channel), **kwargs)
        self.kind = kind
        for one in kind.fields:
            own = self.fields[OWN + one.name] = _own(one, kept=one.secret and kept)
            say_plainly(own, str(one.label))
        self._leave_out(kind.address)
        self.order_fields(["name", *(OWN + one.name for one in kind.fields)])

    @staticmethod
    def _first(channel: Channel | None) -> dict[str, Any]:
        if channel is None:
            return {}
        names = ("name", "is_active", "for_residents", "for_staff", "unit_id", "roles", "alarms_only",
                 "digest_minutes", "order", "version")  # fmt: skip
        return {name: getattr(channel, name) for name in names} | {
            OWN + name: value for name, value in channel.settings.items()
        }

    def _leave_out(self, address: Address) -> None:
        """Leave out what makes no sense for where the kind delivers to."""
        if address == Address.GROUP:
            units = Unit.objects.filter(is_active=True).order_by("level", "division_id", "name")
            widgets.offer(self, "unit_id", [("", _now("请选择单位")), *units.values_list("pk", "name")])
        else:
            del self.fields["unit_id"]
        if address in (Address.GROUP, Address.NONE):
            del self.fields["roles"]
        if address not in (Address.PHONE, Address.NONE):
            del self.fields["for_residents"]

    def given(self) -> Given:
        """Return what a valid form says."""
        data = self.cleaned_data
        secret = {one.name for one in self.kind.fields if one.secret}
        own = {one.name: str(data.get(OWN + one.name) or "") for one in self.kind.fields}
        return Given(
            name=data["name"],
            kind=self.kind.code,
            settings={name: value for name, value in own.items() if name not in secret},
            secrets={name: value for name, value in own.items() if name in secret},
            for_residents=data.get("for_residents", False),
            for_staff=data.get("for_staff", False),
            unit_id=data.get("unit_id"),
            roles=tuple(data.get("roles") or ()),
            alarms_only=data["alarms_only"],
            digest_minutes=data["digest_minutes"],
            order=data["order"],
            is_active=data["is_active"],
        )


class TrialForm(Form):
    """Where a test message goes."""

    address = forms.CharField(
        label=_("发到哪里"), max_length=200, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(self, *args: Any, wants: Address, **kwargs: Any):
        """Ask for an address of the wanted sort; a group needs none."""
        super().__init__(*args, auto_id="trial_%s", **kwargs)
        labels = {
            Address.PHONE: _("您的手机号"),
            Address.EMAIL: _("您的邮箱"),
            Address.ACCOUNT: _("您的企业微信账号"),
        }
        if wants in labels:
            self.fields["address"].label = labels[wants]
            self.fields["address"].required = True
        else:
            del self.fields["address"]


class TermsForm(Form):
    """From when something holds, and why."""

    valid_from = _day()
    source = forms.CharField(label=_("依据或原因"), max_length=200)

    def terms(self) -> Terms:
        """Return the terms of a valid form."""
        return Terms(self.cleaned_data["valid_from"], self.cleaned_data["source"])


class WordingForm(TermsForm):
    """The words of a kind of notice."""

    title = forms.CharField(label=_("标题"), max_length=120, help_text=_("短信里不显示标题。"))
    body = forms.CharField(label=_("正文"), max_length=500, widget=forms.Textarea({"rows": 4}))
    spoken = forms.CharField(
        label=_("电话里怎么说"), max_length=500, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("没有渠道可用时，值班员照这段话打电话告知。"),
    )  # fmt: skip
    field_order = ("title", "body", "spoken", "valid_from", "source")

    def __init__(self, *args: Any, to_residents: bool, **kwargs: Any):
        """``to_residents``: ask also for what is said on the telephone."""
        super().__init__(*args, **kwargs)
        if not to_residents:
            del self.fields["spoken"]

    def words(self) -> Said:
        """Return the words of a valid form."""
        data = self.cleaned_data
        return Said(data["title"], data["body"], data.get("spoken", ""))


class ShippedForm(TermsForm):
    """Back to the shipped words."""

    def __init__(self, *args: Any, **kwargs: Any):
        """Stand beside another form."""
        super().__init__(*args, auto_id="shipped_%s", **kwargs)


class QuietForm(TermsForm):
    """The hours in which nobody is disturbed."""

    starts = forms.TimeField(label=_("从"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(
        label=_("到"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"), help_text=_("可以跨过零点。")
    )
    field_order = ("starts", "ends", "valid_from", "source")


class KeepingForm(TermsForm):
    """How long the log of deliveries is kept."""

    months = forms.IntegerField(
        label=_("发送记录保存（月）"),
        min_value=1,
        max_value=120,
        help_text=_("从发出或放弃时算起。还没送到的紧急通知不删。"),
    )
    field_order = ("months", "valid_from", "source")


class ReachForm(Form):
    """Where one wants to be reached by a channel."""

    address = forms.CharField(
        label=_("接收地址"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "data-sensitive": ""}),
    )
    is_on = forms.BooleanField(
        label=_("接收日常通知"), required=False, help_text=_("关掉以后，只有紧急通知会发来。")
    )
    language = forms.ChoiceField(label=_("语言"), choices=lambda: settings.LANGUAGES, required=False)

    def __init__(self, *args: Any, wants: Address, masked: str, **kwargs: Any):
        """Ask for an address of the wanted sort; one given before is shown ``masked``."""
        super().__init__(*args, **kwargs)
        labels = {
            Address.PHONE: _("手机号"),
            Address.EMAIL: _("邮箱"),
            Address.ACCOUNT: _("企业微信账号"),
        }
        self.fields["address"].label = labels.get(wants, _("接收地址"))
        self.fields["address"].required = not masked
        if masked:
            self.fields["address"].help_text = _now("现在是 %(masked)s，留空就不变。") % {"masked": masked}
        if len(settings.LANGUAGES) < 2:  # noqa: PLR2004 - nothing to choose
            del self.fields["language"]


class SentForm(Form):
    """What the list of deliveries is narrowed to."""

    channel = forms.ChoiceField(label=_("渠道"), required=False)
    state = forms.ChoiceField(label=_("情况"), required=False)
