"""Errors by the book: 404 for what is not there, 403 for the key, 400 for all else that the caller can mend; a list of them."""

import logging
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import psycopg.errors
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFilesSent
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _

from minfu.kernel import logs
from minfu.kernel.errors import Invalid, Refused
from minfu.open311.reply import reply

logger = logging.getLogger(__name__)

#: Statuses of a refusal that keep their own number; every other one becomes 400.
_KEPT = frozenset({403, 404, 405, 429, 507})
#: What callers call the fields of an intake.
_ARGUMENTS = {
    "address": "address_string",
    "category": "service_code",
    "files": "media",
    "mode": "phone",
    "name": "last_name",
    "text": "description",
}
_UNREADABLE = (
    SuspiciousOperation,
    MultiPartParserError,
    RequestDataTooBig,
    TooManyFilesSent,
    UnreadablePostError,
)


class WrongMethod(Refused):
    """The address does not know the method."""

    status = 405

    def __init__(self) -> None:
        """Say so."""
        super().__init__(_("这个地址不支持这种请求方法。"))


class Unsupported(Refused):
    """The body is no form."""

    status = 400

    def __init__(self) -> None:
        """Say what it should be."""
        super().__init__(
            _("请用 application/x-www-form-urlencoded 或 multipart/form-data 提交，不接收 XML 或 JSON 内容。")
        )


def answering(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let whatever a view raises become errors in the format that was asked for."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        format_ = str(kwargs.get("format") or "xml")
        try:
            return view(request, *args, **kwargs)
        except Refused as refusal:
            return refused(refusal, format_)
        except _UNREADABLE:
            return errors(400, [_("请求的内容太大或无法读取，请检查后再发。")], format_)
        except Exception as failure:  # noqa: BLE001 - a program asks: it must get an answer it can read
            return _failed(request, failure, format_)

    return answered


def refused(refusal: Refused, format_: str) -> HttpResponse:
    """Return a refusal as errors: a sentence for each argument that must be mended."""
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    sentences = [f"{argument(name)}：{said}" for name, all_said in fields.items() for said in all_said]
    status = 403 if refusal.status == 401 else refusal.status if refusal.status in _KEPT else 400  # noqa: PLR2004 - HTTP
    answer = errors(status, sentences or [str(refusal.message)], format_)
    if retry_after := refusal.extra.get("retry_after"):
        answer["Retry-After"] = str(retry_after)
    return answer


def argument(name: str) -> str:
    """Return what callers call a field of an intake."""
    if name.startswith("q_"):
        return f"attribute[{name[2:]}]"
    return _ARGUMENTS.get(name, name)


def errors(status: int, sentences: Iterable[str], format_: str) -> HttpResponse:
    """Return errors that all have the code of the answer."""
    return reply(
        "errors", [{"code": status, "description": one} for one in sentences], format_, status=status
    )


def _failed(request: HttpRequest, failure: Exception, format_: str) -> HttpResponse:
    """Log what is no fault of the caller's, and say so."""
    logger.error("%s %s failed", request.method, logs.route(request), exc_info=failure)
    if isinstance(failure, OperationalError):
        full = isinstance(failure.__cause__, psycopg.errors.DiskFull)
        sentence = (
            _("服务器的存储空间已满，这次没有保存。") if full else _("数据库暂时连接不上，请稍后再试。")
        )
        answer = errors(507 if full else 503, [sentence], format_)
        answer["Retry-After"] = "30"
        return answer
    return errors(500, [_("系统出错了，错误已经记录，请稍后再试。")], format_)
