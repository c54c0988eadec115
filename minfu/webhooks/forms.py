"""Forms of the administrator about addresses changes are sent to: they parse; the rules judge."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minfu.accounts import partners
from minfu.accounts.actor import Actor
from minfu.cases import door
from minfu.kernel import widgets
from minfu.kernel.forms import Form
from minfu.webhooks.rules.endpoints import MOST_HOURS, Terms


class EndpointForm(Form):
    """An address: whose, where, and which events it is told."""

    system_id = forms.TypedChoiceField(label=_("对接系统"), coerce=int)
    label = forms.CharField(label=_("名称"), max_length=60, help_text=_("例如“大数据平台正式环境”。"))
    url = forms.CharField(
        label=_("地址"),
        max_length=2000,
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
        help_text=_("对方接收的网址，最好是 https://。内部网络的地址，只有系统设置里列出的网段可以。"),
    )
    kinds = forms.MultipleChoiceField(
        label=_("推送哪些事"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("都不选就是全部，以后增加的也推送。"),
    )

    def __init__(self, *args: Any, actor: Actor, fixed: bool = False, **kwargs: Any):
        """Offer the systems of the administrator's area; ``fixed``: whose it is stays."""
        super().__init__(*args, **kwargs)
        widgets.offer(self, "kinds", list(door.change_kinds().items()))
        if fixed:
            del self.fields["system_id"]
        else:
            systems = [one for one in partners.systems_for(actor) if not one.post.is_over]
            widgets.offer(self, "system_id", [(one.pk, one.name) for one in systems])

    def terms(self) -> Terms:
        """Return what was entered."""
        data = self.cleaned_data
        return Terms(label=data["label"], url=data["url"], kinds=tuple(data["kinds"]))


class RenewForm(Form):
    """How long the former secret signs beside the new one."""

    hours = forms.IntegerField(
        label=_("新旧密钥并用几小时"),
        min_value=0,
        max_value=MOST_HOURS,
        initial=24,
        help_text=_("这段时间里每条推送带新旧两个签名，对方什么时候换都收得到。泄露了的填 0。"),
    )


class SinceForm(Form):
    """From which moment on is sent again."""

    since = forms.DateTimeField(
        label=_("从什么时候起"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )
