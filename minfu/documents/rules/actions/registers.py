"""Registers of numbers: set one up, close one."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.accounts.models import Unit
from minfu.documents import events, rights
from minfu.documents.models import Register
from minfu.documents.rules.actions import _base
from minfu.kernel import gate, record
from minfu.kernel.errors import Invalid, Missing
from minfu.kernel.record import Fact

MOST_WORD = 10


@transaction.atomic
def set_register(*, actor: Actor, unit_id: int, form: str, word: str) -> Register:
    """Set up a register of a unit; ``Invalid`` for a word that is taken or holds a number."""
    gate.check(actor, rights.CONFIGURE)
    word = _base.line(word, "word", MOST_WORD, _("请填写机关代字或刊名。"))
    if any(sign.isdecimal() or sign in "〔〕第号期" or sign.isspace() for sign in word):
        raise Invalid({"word": [_("代字里不写数字、括号和“第”“号”“期”，例如：凤政。")]})
    if form not in Register.Form.values:
        raise Invalid({"form": [_("请选择编号方式。")]})
    if not Unit.objects.filter(pk=unit_id, is_active=True).exists():
        raise Invalid({"unit_id": [_("请选择一个在用的单位。")]})
    try:
        with transaction.atomic():
            row = Register.objects.create(unit_id=unit_id, form=form, word=word)
    except IntegrityError:
        raise Invalid({"word": [_("这个单位已经有同样代字的字号簿。")]}) from None
    record.alone(events.CONFIGURATION, Fact(events.REGISTER_SET, {"label": str(row)}), actor.stamp)
    return row


@transaction.atomic
def close_register(*, actor: Actor, pk: int) -> Register:
    """Close a register: its numbers stay, no more are given."""
    gate.check(actor, rights.CONFIGURE)
    row = Register.objects.select_for_update(of=("self",)).filter(pk=pk, is_open=True).first()
    if row is None:
        raise Missing(_("没有找到这本字号簿，可能已经停用。"))
    row.is_open = False
    row.save(update_fields=["is_open"])
    record.alone(events.CONFIGURATION, Fact(events.REGISTER_CLOSED, {"label": str(row)}), actor.stamp)
    return row
