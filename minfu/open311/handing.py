"""What other systems hand in: read, checked against the service, given to the same verbs as at every door."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minfu.accounts.actor import Actor
from minfu.cases import door
from minfu.cases.door import MAX_FILES, Door, Intake, Kind, Mode, Person, Registered, Service, Spot
from minfu.files import door as files
from minfu.kernel import codes, outward
from minfu.kernel.errors import Invalid, Missing
from minfu.kernel.tongue import kept
from minfu.open311 import services, statuses, tasks, told
from minfu.open311.arguments import Arguments
from minfu.places import index

#: GeoReport v2: a description has at most 4,000 characters.
LONGEST_DESCRIPTION = 4000
#: Characters of words added later, as on the resident's own page.
LONGEST_WORDS = 3000
LONGEST_KEY = 60
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,60})\](\[\])?")
_KINDS = [kind for kind in Kind.values if kind != Kind.WRONGDOING]
_WHOLE_DAY = 10  # characters of a date without a time


@dataclass(frozen=True)
class Handed:
    """A demand that was taken in, whether it is a new one, and what to tell whoever reported it."""

    case: Registered
    fresh: bool
    notice: str


def hand_in(request: HttpRequest, arguments: Arguments, actor: Actor) -> Handed:
    """Register a demand. Sent again with the same ``Idempotency-Key`` it is the same demand.

    Raises ``Missing`` for an unknown service, ``Invalid`` by argument, ``NoRoom`` when the disk is full.
    """
    source, key = f"open311:{actor.post_id}", _key(request)
    if key and (known := door.taken_in(actor=actor, source=source, external_id=key)):
        return Handed(known, fresh=False, notice=_notice(known, []))
    service = services.get(arguments.wanted("service_code", longest=40))
    description = arguments.text("description", longest=LONGEST_DESCRIPTION)
    person = _person(arguments)
    links = _links(arguments)
    intake = Intake(
        door=Door.OPEN311,
        description=description
        or kept(gettext_lazy("（来源系统没有写说明）%(what)s")) % {"what": service.name},
        kind=_kind(arguments),
        mode=Mode.NAMED if person.known else Mode.ANONYMOUS,
        category_code=service.code,
        spot=_spot(arguments),
        person=person,
        answers=_answers(arguments, service),
        source=source,
        external_id=key or uuid4().hex,
    )
    advice = door.advice_on(description)
    with transaction.atomic():
        intake = replace(intake, file_ids=_received(request, actor, len(links)))
        case = door.take_in(actor=actor, intake=intake, advised=[one.code for one in advice])
        tasks.fetch_later(actor, case.id, links)
    return Handed(case, fresh=True, notice=_notice(case, [one.words for one in advice if one.emergency]))


def _key(request: HttpRequest) -> str:
    """Return what the caller calls this very call, "" if it does not say."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > LONGEST_KEY or not key.isascii() or not (key.isprintable() or not key):
        raise Invalid(
            {"Idempotency-Key": [_("应为最多 %(most)s 个可见的英文字符。") % {"most": LONGEST_KEY}]}
        )
    return key


def _notice(case: Registered, warnings: Sequence[str]) -> str:
    """Return what to tell the resident: numbers to call first if life is in danger, then how to follow the demand."""
    follow = _("查询码 %(receipt)s。在 %(address)s 输入查询码，可以看进度、补充情况、评价结果。") % {
        "receipt": codes.show_receipt(case.receipt),
        "address": settings.MINFU_PUBLIC_URL + reverse("cases:follow"),
    }
    return " ".join([*warnings, follow])


def _kind(arguments: Arguments) -> str:
    """Return the kind, an argument of our own. Wrongdoing is never taken from a third party's hands."""
    told_ = arguments.text("kind")
    if told_ == Kind.WRONGDOING:
        raise Invalid({"kind": [_("举报不能由其他系统转交，请让居民在网页上直接提交，身份会保密。")]})
    if told_ and told_ not in _KINDS:
        raise Invalid({"kind": [_("可选：%(choices)s。") % {"choices": "、".join(_KINDS)}]})
    return told_ or Kind.REQUEST


def _person(arguments: Arguments) -> Person:
    """Return who reports. Names in Chinese characters are written surname first."""
    given, family = arguments.text("first_name"), arguments.text("last_name")
    between = "" if not (given + family).isascii() else " "
    return Person(name=between.join(filter(None, [family, given])), phone=arguments.text("phone"))


def _spot(arguments: Arguments) -> Spot:
    """Return where it is: a point, words, the code of a village or grid; at least one of them."""
    latitude, longitude = arguments.degree("lat", 90), arguments.degree("long", 180)
    if (latitude is None) != (longitude is None):
        raise Invalid({"lat": [_("lat 和 long 要一起给。")]})
    address, code = arguments.text("address_string"), arguments.text("address_id")
    if latitude is None and not address and not code:
        raise Invalid({"lat": [_("请给出地点：lat 和 long，或 address_string，或 address_id。")]})
    point = (longitude, latitude) if latitude is not None and longitude is not None else None
    known = index.current()
    grid = next((one.id for one in known.grids.values() if one.code == code), None) if code else None
    if code and grid is None and code not in known.divisions:
        raise Invalid({"address_id": [_("应为本县区划代码（12 位）或网格代码。")]})
    return Spot(point=point, address=address, village_code="" if grid else code, grid_id=grid)


def _answers(arguments: Arguments, service: Service) -> dict[str, str]:
    """Return the answers to the service's questions, each in the form its type wants."""
    questions = {question["key"]: question for question in service.questions}
    answers: dict[str, str] = {}
    for name in arguments.given:
        match = _ATTRIBUTE.fullmatch(name)
        if match is None:
            if name.startswith("attribute"):
                raise Invalid({name[:60]: [_("属性应写成 attribute[代码]=值。")]})
            continue
        code = match[1]
        values = [one.strip() for one in arguments.given.getlist(name) if one.strip()]
        if code not in questions:
            raise Invalid({name: [_("这个 service_code 没有这个属性。")]})
        if len(values) > 1 or (values and code in answers):
            raise Invalid({name: [_("只能有一个值。")]})
        if values:
            answers[code] = _answer(name, values[0], questions[code])
    return answers


def _answer(name: str, value: str, question: dict[str, Any]) -> str:
    if len(value) > 500:  # noqa: PLR2004 - what is kept of an answer
        raise Invalid({name: [_("最多 500 字。")]})
    if question["type"] == "number" and not re.fullmatch(r"[+-]?[0-9]{1,15}(\.[0-9]{1,10})?", value):
        raise Invalid({name: [_("应为数字。")]})
    if question["type"] == "date":
        try:
            moment = date.fromisoformat(value) if len(value) == _WHOLE_DAY else datetime.fromisoformat(value)
        except ValueError:
            raise Invalid({name: [_("应为日期，例如 2026-11-22。")]}) from None
        return moment.isoformat()
    return value


# --- files ----------------------------------------------------------------------------------------------------------


def _uploads(request: HttpRequest) -> "list[UploadedFile[bytes]]":
    return [one for name in ("media", "media[]") for one in request.FILES.getlist(name)]


def _received(request: HttpRequest, actor: Actor, linked: int) -> list[UUID]:
    """Keep the files that came with the call, in quarantine like every upload."""
    uploads = _uploads(request)
    if len(uploads) + linked > MAX_FILES:
        raise Invalid({"media": [_("最多 %(most)s 个文件。") % {"most": MAX_FILES}]})
    return [files.receive(upload, actor, field="media").pk for upload in uploads]


def _links(arguments: Arguments) -> list[str]:
    """Return the addresses of files to be fetched; ``Invalid`` for one that never will be."""
    given = [*arguments.given.getlist("media_url"), *arguments.given.getlist("media_url[]")]
    links = list(dict.fromkeys(one.strip() for one in given if one.strip()))
    for link in links[: MAX_FILES + 1]:
        outward.check(link, field="media_url")
    return links


# --- words added later ----------------------------------------------------------------------------------------------


def hand_on(request: HttpRequest, arguments: Arguments, actor: Actor) -> int:
    """Hand on what was said later about a demand (mySociety's update), once for its ``update_id``; return our number for it.

    A status in it changes nothing: whether a demand is solved is for its resident to say. ``Missing`` for a demand the
    system did not hand in.
    """
    case_id = told.id_of(arguments.wanted("service_request_id", longest=40))
    mark = arguments.text("update_id") or arguments.wanted("update_id_ext")
    arguments.moment("updated_datetime")
    words = _words(arguments)
    links = _links(arguments)
    if case_id is None or not (found := door.outline(actor, case_id)).own:
        raise Missing(_("没有找到这件诉求，或者不是您的系统提交的。"))
    if found.number != codes.plain(arguments.text("service_request_id")):
        raise Missing(_("没有找到这件诉求，请核对 service_request_id。"))
    if not words and not links and not _uploads(request):
        raise Invalid({"description": [_("缺少这个参数。")]})
    return _added(
        request, actor, found.id, words or kept(gettext_lazy("（见照片）")), links, f"update:{mark}"
    )


def _added(request: HttpRequest, actor: Actor, case_id: int, words: str, links: list[str], mark: str) -> int:
    """Add words and files once for ``mark`` and return our number for them."""
    with transaction.atomic():
        if (known := door.words_added(actor=actor, case_id=case_id, mark=mark)) is not None:
            return known
        files_ = _received(request, actor, len(links))
        door.add_words(actor=actor, case_id=case_id, what=words, file_ids=files_, mark=mark)
        tasks.fetch_later(actor, case_id, links)
        added = door.words_added(actor=actor, case_id=case_id, mark=mark)
    if added is None:
        raise AssertionError("what was added is recorded")
    return added


def _words(arguments: Arguments) -> str:
    """Return what was said, with the status the other system gives the demand, if that is news."""
    words = arguments.text("description", longest=LONGEST_WORDS)
    status = next(iter(arguments.choice("status", statuses.EXTENDED)), "open")
    if status == statuses.OPEN:
        return words
    said = kept(gettext_lazy("（来源系统的状态：%(status)s）")) % {"status": status.upper()}
    return f"{words}\n{said}".strip()
