"""The door: what other rooms and storeys may ask of topics."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from minfu.accounts.actor import Actor
from minfu.kernel import prepared
from minfu.kernel.beside import Note
from minfu.language.heat import FEWEST
from minfu.topics import rights, states
from minfu.topics.models import Topic
from minfu.topics.rules import access, following

__all__ = ["follow", "notes", "visible_to"]

#: The topic of a demand that is worth a word; most demands have none.
_OF_CASE = """
    SELECT t.id FROM topics_membership m JOIN topics_topic t ON t.id = m.topic_id
     WHERE m.case_id = %s AND t.people >= %s AND t.state <> %s
"""


def visible_to(actor: Actor) -> QuerySet[Topic]:
    """Return what the actor may see."""
    return access.visible_to(actor)


def follow() -> int:
    """Read on in the history, for some seconds; return how many demands were read. Only where nothing else waits for it."""
    return following.follow()


def notes(actor: Actor, case_id: int) -> list[Note]:
    """Return the topic a demand belongs to, to be shown beside it, when the actor sees it and several people told of it."""
    if not actor.may(rights.VIEW):
        return []
    found = prepared.rows(_OF_CASE, [case_id, FEWEST, states.DISMISSED])
    if not found:
        return []
    rows = access.visible_to(actor).filter(pk=found[0][0])
    return [
        Note(
            _("同类反映"),
            states.TOPIC[row.state],
            _("%(people)s 人 · %(title)s") % {"people": row.people, "title": row.title},
            reverse("topics:topic", args=[row.pk]),
        )
        for row in rows
    ]
