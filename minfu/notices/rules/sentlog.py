"""The log of deliveries: which notice went to whom by what, and what became of it; never where to, never what it said."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.notices import texts
from minfu.notices.models import Delivery, Notice
from minfu.notices.rules import configure


def deliveries(
    actor: Actor, *, channel_id: str | int | None = None, state: str | None = None
) -> QuerySet[Delivery]:
    """Return deliveries to whoever configures notices, narrowed to a channel or a state."""
    configure.permit(actor)
    rows = Delivery.objects.select_related("notice", "channel", "user", "unit", "notice__unit")
    if channel_id:
        rows = rows.filter(channel_id=int(channel_id))
    return rows.filter(state=state) if state else rows


def title_of(row: Delivery) -> str:
    """Return the kind of notice of a delivery in words."""
    return title(row.notice)


def title(notice: Notice) -> str:
    """Return the kind of notice in words, without what stands in its placeholders."""
    text = texts.registered().get(notice.template)
    if text is None:
        return notice.template
    labels = {name: f"〔{texts.placeholder(name).label}〕" for name in text.names}
    return str(text.title).format_map(labels)


def reader_of(row: Delivery) -> str:
    """Say who it was for; a resident stays unnamed."""
    if row.notice.identity_id:
        return _("居民")
    return str(row.user or row.unit or row.notice.unit or "")
