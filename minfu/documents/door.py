"""The door: what others may ask of documents."""

from django.db.models import QuerySet

from minfu.accounts.actor import Actor
from minfu.documents.models import Document
from minfu.documents.rules import access

__all__ = ["visible_to"]


def visible_to(actor: Actor) -> QuerySet[Document]:
    """Return the documents the actor may see."""
    return access.visible_to(actor)
