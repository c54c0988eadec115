"""Who a person is at the county's identity provider: registered by the administrator, never by whoever comes from there."""

from collections.abc import Mapping
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts import events
from minfu.accounts.actor import Actor
from minfu.accounts.models import User
from minfu.accounts.rules import access
from minfu.kernel import record, validity
from minfu.kernel.errors import Invalid, Refused
from minfu.kernel.record import Stamp

#: What the provider is called in addresses and links; an installation has one.
PROVIDER = "county"


class Unknown(Refused):
    """The identity is nobody's here."""

    status = 403
    code = "identity_unknown"


def number_in(told: Mapping[str, Any]) -> str:
    """Return the employee number among what the provider told (userinfo before ID token), "" without one or its setting."""
    claim = settings.MINFU_OIDC_NUMBER_CLAIM
    for part in (told.get("userinfo"), told.get("id_token")):
        if claim and isinstance(part, Mapping) and part.get(claim):
            return str(part[claim]).strip()
    return ""


def subject_of(user: User) -> str:
    """Return the provider's name (``sub``) for a person, "" while there is none."""
    found = SocialAccount.objects.filter(user=user, provider=PROVIDER).values_list("uid", flat=True)
    return found.first() or ""


def match(subject: str, number: str) -> User:
    """Return the person a new identity is linked to: the one whose employee number the provider vouches for.

    Called in the transaction that makes the link. Raises ``Unknown`` for nobody, for a disabled person, and for a person who
    is linked to another identity already (a number that was given to somebody new).
    """
    found = (
        User.objects.select_for_update().filter(employee_number=number, is_active=True).first()
        if number
        else None
    )
    if found is None:
        raise Unknown(
            _("统一身份认证成功，但这里没有登记您。请把标识“%(subject)s”告诉系统管理员。")
            % {"subject": subject[:80]}
        )
    if subject_of(found):
        raise Unknown(_("这个工号已经对应另一个统一身份，请联系系统管理员核对。"))
    stamp = Stamp(kind="staff", door="screen", label=found.name, user_id=found.pk)
    record.append(("user", found.pk), [record.Fact(events.IDENTITY_MATCHED, {"subject": subject})], stamp)
    return found


@transaction.atomic
def register(user_id: int, *, number: str, subject: str, actor: Actor) -> User:
    """Register a person's employee number and their name at the provider; an empty one removes it. Needs ``accounts.manage``.

    Raises ``Invalid`` by field for what is somebody else's.
    """
    user = access.get_person_for(actor, user_id, lock=True)
    before = {"number": user.employee_number or "", "subject": subject_of(user)}
    after = {"number": number.strip(), "subject": subject.strip()}
    user.employee_number = after["number"] or None
    validity.save(user)
    if after["subject"] != before["subject"]:
        _link(user, after["subject"])
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if changed:
        record.append(("user", user.pk), [record.Fact(events.IDENTITY_SET, changed)], actor.stamp)
    return user


def _link(user: User, subject: str) -> None:
    """Make ``subject`` the person's only identity; none when it is empty."""
    taken = SocialAccount.objects.filter(provider=PROVIDER, uid=subject).exclude(user=user).exists()
    if subject and taken:
        raise Invalid({"subject": [_("这个统一身份已经登记给另一位人员，请核对。")]})
    SocialAccount.objects.filter(user=user, provider=PROVIDER).delete()
    if subject:
        SocialAccount.objects.create(user=user, provider=PROVIDER, uid=subject)
