"""The words of one message outside: of one notice, or of several that go together."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from minfu.notices import texts
from minfu.notices.kinds import Kind
from minfu.notices.models import Delivery, Notice, Urgency
from minfu.notices.rules import secrets

#: Notices a digest spells out; of the rest it says how many they are.
SPELLED_OUT = 20
_TITLE = 120


@dataclass(frozen=True)
class Message:
    """What a server outside is given to say."""

    title: str
    body: str


def compose(deliveries: Sequence[Delivery], kind: Kind, *, sign: str = "", language: str = "") -> Message:
    """Return the message for deliveries to one reader, in their language; several become one digest.

    Staff get the address of the matter, or of their inbox. What does not fit is cut, never split into several messages.
    """
    with override(language or settings.LANGUAGE_CODE):
        notices = [delivery.notice for delivery in deliveries]
        message = _one(notices[0]) if len(notices) == 1 else _several(notices)
        if kind.titled:
            return Message(message.title[:_TITLE], cut(_with_address(message.body, notices), kind.longest))
        return Message("", sign + cut(_untitled(message, notices), kind.longest - len(sign)))


def _one(notice: Notice) -> Message:
    words = secrets.written(notice)
    title = (
        _("【紧急】%(title)s") % {"title": words.title} if notice.urgency == Urgency.ALARM else words.title
    )
    return Message(title, words.body)


def _several(notices: Sequence[Notice]) -> Message:
    title = _("您有 %(count)d 条通知") % {"count": len(notices)}
    lines = []
    for number, notice in enumerate(notices[:SPELLED_OUT], 1):
        words = secrets.written(notice)
        lines.append(f"{number}. {words.body if notice.identity_id else f'{words.title} {words.body}'}")
    if len(notices) > SPELLED_OUT:
        lines.append(_("还有 %(count)d 条，请登录查看。") % {"count": len(notices) - SPELLED_OUT})
    return Message(title, "\n".join(lines))


def _untitled(message: Message, notices: Sequence[Notice]) -> str:
    """Return the text of a message that has no title: residents get the body, which says it all; staff the title too."""
    if len(notices) == 1 and notices[0].identity_id:
        return message.body
    between = _("：") if len(notices) > 1 else " "
    return f"{message.title}{between}{message.body}"


def _with_address(body: str, notices: Sequence[Notice]) -> str:
    first = notices[0]
    if first.identity_id:
        return body
    address = texts.address_of(first.subject_type, first.subject_id) if len(notices) == 1 else ""
    return f"{body}\n{settings.MINFU_PUBLIC_URL}{address or texts.address_of(texts.INBOX, 0)}"


def cut(text: str, longest: int) -> str:
    """Return ``text`` in at most ``longest`` characters."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def trial(kind: Kind, sign: str) -> Message:
    """Return what a test sends."""
    title, body = _("民富测试消息"), _("这是一条测试消息。收到它，说明这个渠道已经可以使用。")
    return Message(title, body) if kind.titled else Message("", sign + body)
