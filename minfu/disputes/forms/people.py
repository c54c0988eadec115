"""Who takes part: parties, their consent, mediators."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.accounts.models import Unit
from minfu.disputes import events, states
from minfu.disputes.forms.base import SECRET, STEP, About, WaysForm, pick, radio
from minfu.disputes.models import Party, Recusal
from minfu.disputes.rules import access, actions
from minfu.kernel.step_pages import words
from minfu.kernel.widgets import Combo, offer
from minfu.places import index
from minfu.registry.vault import Contact


class AddPartyForm(About):
    """Enter a party."""

    step, verb, events = STEP("add_party"), actions.add_party, (events.PARTY_ADDED,)
    side = radio(gettext_lazy("哪一方"), Party.Side.choices)
    name = forms.CharField(
        label=gettext_lazy("姓名或名称"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs=SECRET),
    )
    phone = forms.CharField(
        label=gettext_lazy("电话"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={**SECRET, "inputmode": "tel"}),
    )
    id_number = forms.CharField(
        label=gettext_lazy("身份证号"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("只在写书面协议需要时填。"),
        widget=forms.TextInput(attrs=SECRET),
    )
    address = forms.CharField(
        label=gettext_lazy("住址"), required=False, max_length=200, widget=forms.TextInput(attrs=SECRET)
    )
    unit = forms.TypedChoiceField(
        label=gettext_lazy("或者是本县的一个单位"), required=False, coerce=int, empty_value=None, widget=Combo
    )

    def prepare(self) -> None:
        """Offer the county's units, and the side that has nobody yet."""
        known = index.current()
        rows = Unit.objects.filter(is_active=True).order_by("division_id", "kind", "name")
        groups: dict[str, list[tuple[int, str]]] = {}
        for unit in rows:
            groups.setdefault(known.label(unit.division_id), []).append((unit.pk, unit.name))
        offer(self, "unit", [("", _("不是单位")), *groups.items()])
        sides = set(self.row.parties.values_list("side", flat=True))
        self.fields["side"].initial = next((one for one in Party.Side.values if one not in sides), None)

    def arguments(self) -> dict[str, Any]:
        """Put together who it is."""
        told = self.cleaned_data
        contact = Contact(**{name: told[name] for name in ("name", "phone", "id_number", "address")})
        return {"who": actions.Who(told["side"], contact, told["unit"])}


class ConsentForm(About):
    """A party agrees."""

    step, verb, events = STEP("consent"), actions.consent, (events.CONSENTED,)
    party_id = pick(gettext_lazy("哪位当事人同意"))
    asked_by = radio(gettext_lazy("怎样征求的"), Party.Way.choices, initial=Party.Way.IN_PERSON)

    def prepare(self) -> None:
        """Offer who has not said yet."""
        self.offer_parties(unasked=True)


class RemovePartyForm(About):
    """Take out a party entered by mistake."""

    step, verb, events = STEP("remove_party"), actions.remove_party, (events.PARTY_REMOVED,)
    party_id = pick(gettext_lazy("去掉哪一位"))

    def prepare(self) -> None:
        """Offer who has not said yet."""
        self.offer_parties(unasked=True)


class DeclineForm(WaysForm):
    """A party refuses."""

    step, verb, events = STEP("decline"), actions.decline, (events.DECLINED,)
    party_id = pick(gettext_lazy("哪位当事人不同意"))
    asked_by = radio(gettext_lazy("怎样征求的"), Party.Way.choices, initial=Party.Way.IN_PERSON)
    note = words(gettext_lazy("说明"), 2, required=False)
    field_order = ("party_id", "asked_by", "ways", "note")

    def prepare(self) -> None:
        """Offer who has not agreed, and the ways."""
        super().prepare()
        self.offer_parties(unasked=True)


class SeatForm(About):
    """Choose a mediator."""

    step, verb = STEP("seat"), actions.seat
    events = (events.SEAT_ASKED, events.SEATED)
    post_id = forms.TypedChoiceField(label=gettext_lazy("调解员"), coerce=int, widget=Combo)
    declared = forms.BooleanField(
        label=gettext_lazy("选自己时：我不是当事人或其近亲属，不在涉事单位，与纠纷没有利害关系"),
        required=False,
    )

    def prepare(self) -> None:
        """Offer who may sit, by unit."""
        groups: dict[str, list[tuple[int, str]]] = {}
        for post in actions.candidates(self.row):
            groups.setdefault(post.unit.name, []).append(
                (post.pk, f"{post.user.name} · {post.get_role_display()}")
            )
        offer(self, "post_id", [("", _("请选择")), *groups.items()])


class DeclareForm(About):
    """Declare that nothing makes one stand aside."""

    step, verb, events = states.SEAT.step("declare"), actions.declare, (events.SEATED,)
    declared = forms.BooleanField(
        label=gettext_lazy("我不是当事人或其近亲属，不在涉事单位，与纠纷没有利害关系")
    )

    def arguments(self) -> dict[str, Any]:
        """Name the seat."""
        return {"seat_id": self.about.pk}


class RecuseForm(About):
    """Let a mediator stand aside."""

    step, verb, events = STEP("recuse"), actions.recuse, (events.RECUSED,)
    seat_id = pick(gettext_lazy("谁应当回避"))
    ground = radio(gettext_lazy("什么情形"), Recusal.Ground.choices)
    note = forms.CharField(label=gettext_lazy("说明"), required=False, max_length=200)

    def prepare(self) -> None:
        """Offer who sits or was asked to."""
        self.offer_seats(*access.SITTING)


class AskReplacementForm(About):
    """A side asks for another mediator."""

    step, verb, events = STEP("ask_replacement"), actions.ask_replacement, (events.REPLACEMENT_ASKED,)
    side = radio(gettext_lazy("哪一方提出"), Party.Side.choices)
    seat_id = pick(gettext_lazy("要求更换哪位调解员"))
    reason = words(gettext_lazy("当事人说的理由"), 3)

    def prepare(self) -> None:
        """Offer who sits."""
        self.offer_seats("seated")


class DecideForm(About):
    """Decide whether a mediator is replaced."""

    step, verb = states.REPLACEMENT.step("grant"), actions.decide_replacement
    events = (events.REPLACEMENT_GRANTED, events.REPLACEMENT_REFUSED)
    grant = forms.TypedChoiceField(
        label=gettext_lazy("决定"),
        coerce=lambda value: value == "yes",
        choices=[("yes", gettext_lazy("更换")), ("no", gettext_lazy("不更换"))],
        widget=forms.RadioSelect,
    )
    decision = words(gettext_lazy("理由（不更换的必须写）"), 3, required=False)

    def arguments(self) -> dict[str, Any]:
        """Name the request."""
        return {"replacement_id": self.about.pk, **super().arguments()}
