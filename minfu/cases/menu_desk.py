"""What desks and handlers find in the navigation, and what the search box finds."""

from django.utils.translation import gettext_lazy as _

from minfu.accounts.actor import Actor
from minfu.cases import rights
from minfu.cases.rules import counts, data_requests
from minfu.kernel.menu import Entry, register, register_finder, register_words, start_page


def _held(actor: Actor) -> int:
    return counts.held(actor.unit_id)


@register_finder
def _find(actor: Actor, text: str) -> str | None:
    from minfu.cases.views.desk import find

    return find(actor, text)


register_words("cases:search", rights.VIEW)
#: Their screens are those of the field (``menu_field.py``).
_IN_THE_FIELD = ("grid_worker",)
register(
    Entry(
        _("待办"),
        "cases:inbox",
        right=rights.VIEW,
        order=10,
        icon="inbox",
        key="i",
        count=_held,
        not_for=_IN_THE_FIELD,
    )
)
register(
    Entry(
        _("登记"),
        "cases:intake",
        right=rights.REPORT,
        order=20,
        icon="plus",
        key="n",
        not_for=_IN_THE_FIELD,
    )
)
register(
    Entry(
        _("个人信息要求"),
        "cases:data_requests",
        right=rights.CONTACT,
        order=45,
        icon="lock",
        waits=data_requests.waits,
    )
)
register(Entry(_("公开栏"), "cases:releases", right=rights.PUBLISH, order=46, icon="check"))
register(Entry(_("调度"), "cases:dispatch", right=rights.DISPATCH, order=30, icon="send", key="d"))
start_page(
    "cases:inbox",
    "village_officer",
    "township_clerk",
    "county_dispatcher",
    "department_handler",
    "mediator",
    "auditor",
)
