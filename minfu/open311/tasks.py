"""The job of Open311: fetching the files other systems named, outside of any request and any transaction."""

import contextlib
import hashlib
import io
from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from minfu.accounts.access import actor_for
from minfu.accounts.actor import Actor
from minfu.accounts.models import User
from minfu.cases import door
from minfu.files import door as files
from minfu.kernel import clock, jobs, outward
from minfu.kernel.errors import Missing, Refused
from minfu.open311.callers import DOOR

#: After which time a file is tried again that could not be had for the moment; after the last, that is recorded.
AGAIN = (timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1))


class _Upload:
    """Fetched bytes, as an upload."""

    def __init__(self, fetched: outward.Fetched):
        self.name: str | None = fetched.name or str(_("附件"))
        self._data = io.BytesIO(fetched.data)

    def chunks(self) -> Iterator[bytes]:
        """Yield the content piece by piece."""
        while piece := self._data.read(64 * 1024):
            yield piece


def fetch_later(actor: Actor, case_id: int, links: Sequence[str]) -> None:
    """Queue the fetching of files, in the transaction that took the demand in."""
    for link in links:
        fetch_media.defer(user_id=actor.user_id or 0, post_id=actor.post_id or 0, case_id=case_id, link=link)


@jobs.task(queue="outward")
def fetch_media(user_id: int, post_id: int, case_id: int, link: str, tried: int = 0) -> None:
    """Fetch a file and add it to its demand, once; record in the demand's history why it could not be had."""
    user = User.objects.filter(pk=user_id).first()
    actor = actor_for(user, post_id, DOOR, second_factor=True) if user else None
    if actor is None:
        return  # the system was disconnected meanwhile
    try:
        _add(actor, case_id, link, outward.fetch(link, most_bytes=settings.MINFU_UPLOAD_MB * 2**20))
    except outward.Unreachable as trouble:
        if tried < len(AGAIN):
            more = {"user_id": user_id, "post_id": post_id, "case_id": case_id, "link": link}
            fetch_media.defer_at(clock.now() + AGAIN[tried], **more, tried=tried + 1)
        else:
            _give_up(actor, case_id, trouble)
    except Refused as refusal:
        _give_up(actor, case_id, refusal)


def _give_up(actor: Actor, case_id: int, refusal: Refused) -> None:
    """Record why there is no file, unless the demand was restricted meanwhile and is no longer the system's to touch."""
    with contextlib.suppress(Missing):
        door.miss_file(actor=actor, case_id=case_id, why=str(refusal.message))


@transaction.atomic
def _add(actor: Actor, case_id: int, link: str, fetched: outward.Fetched) -> None:
    stored = files.receive(_Upload(fetched), actor)
    mark = f"media:{hashlib.sha256(link.encode()).hexdigest()[:32]}"
    door.add_words(actor=actor, case_id=case_id, what="", file_ids=[stored.pk], mark=mark)
