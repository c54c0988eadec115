"""What the API answers when something is refused or fails: problem+json (RFC 9457) with the screens' sentences."""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import psycopg.errors
from django.apps import apps
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.serializers.json import DjangoJSONEncoder
from django.db import Error, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.errors import AuthenticationError, HttpError, ValidationError

from minfu.kernel import gate, logs
from minfu.kernel.errors import Invalid, Refused

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
#: Statuses an operation may answer with instead of its own, and their titles.
TITLES = {
    400: gettext_lazy("请求无法识别"),
    401: gettext_lazy("请先登录"),
    403: gettext_lazy("没有这项权限"),
    404: gettext_lazy("没有找到"),
    405: gettext_lazy("不支持这种请求方法"),
    409: gettext_lazy("现在不能这样做"),
    413: gettext_lazy("内容太大"),
    415: gettext_lazy("不支持这种内容类型"),
    422: gettext_lazy("填写的内容需要修改"),
    429: gettext_lazy("请求太频繁"),
    500: gettext_lazy("系统出错了"),
    503: gettext_lazy("系统正在恢复"),
    507: gettext_lazy("存储空间已满"),
}
_SENTENCES = {
    400: gettext_lazy("请求的内容不完整或格式不正确，请检查后再发。"),
    404: gettext_lazy("没有这个接口地址，请对照接口文档检查网址。"),
    405: gettext_lazy("这个地址不支持这种请求方法，请对照接口文档。"),
    413: gettext_lazy("请求的内容太大，请分几次发送或压缩后再发。"),
    500: gettext_lazy("系统出错了，错误已经记录，请稍后用同一个 Idempotency-Key 再试。"),
    503: gettext_lazy("数据库暂时连接不上，请一两分钟后用同一个 Idempotency-Key 再试。"),
    507: gettext_lazy(
        "服务器的存储空间已满，这次没有保存。请告诉系统管理员，稍后用同一个 Idempotency-Key 再试。"
    ),
}
_CODES = {
    400: "bad_request", 401: "sign_in", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
    409: "conflict", 413: "too_large", 415: "unsupported_media_type", 422: "invalid", 429: "too_many",
    500: "broken", 503: "unavailable", 507: "no_room",
}  # fmt: skip


def problem(
    status: int,
    detail: Any = "",
    *,
    code: str = "",
    errors: Iterable[Mapping[str, Any]] = (),
    extra: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Return a problem. ``detail`` is a sentence for people, ``code`` lasting, ``errors`` name fields; ``extra`` is added."""
    code = code or _CODES.get(status, "refused")
    body = {
        **(extra or {}),
        "type": f"urn:minfu:problem:{code}",
        "title": str(TITLES.get(status, TITLES[400])),
        "status": status,
        "detail": str(detail or _SENTENCES.get(status, _SENTENCES[400])),
        "code": code,
        "errors": list(errors),
    }
    text = json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False)
    response = HttpResponse(text, status=status, content_type=MEDIA_TYPE)
    if status == 401:  # noqa: PLR2004 - HTTP: unauthorized
        response["WWW-Authenticate"] = 'Bearer realm="minfu"'
    return response


def refused(refusal: Refused) -> HttpResponse:
    """Return the problem of a refusal."""
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    if refusal.field and not fields:
        fields = {refusal.field: [str(refusal.message)]}
    errors = [
        {"field": name, "message": str(sentence)}
        for name, sentences in fields.items()
        for sentence in sentences
    ]
    response = problem(refusal.status, refusal.message, code=refusal.code, errors=errors, extra=refusal.extra)
    if retry_after := refusal.extra.get("retry_after"):
        response["Retry-After"] = str(retry_after)
    return response


def of(request: HttpRequest, failure: Any) -> HttpResponse:
    """Return the problem for anything an operation raised; what is a defect of ours is logged."""
    for kind, answer in _ANSWERS:
        if isinstance(failure, kind):
            return answer(request, failure)
    return _broken(request, failure)


def _http(failure: HttpError) -> HttpResponse:
    """Return the problem of a body that could not be read; our parser's own refusal stands behind it."""
    cause = failure.__cause__
    if isinstance(cause, Refused):
        return refused(cause)
    if isinstance(cause, RequestDataTooBig):
        return problem(413)
    if cause is not None:
        return problem(400, _("请求的内容不是有效的 JSON(UTF-8 编码)，请检查后再发。"), code="malformed")
    return problem(failure.status_code)


def _database(request: HttpRequest, failure: Error) -> HttpResponse:
    """Return the problem of a database that refused a row, or is not there."""
    if isinstance(failure, OperationalError):
        logger.error("database unavailable at %s", logs.route(request), exc_info=failure)
        response = problem(507 if is_full(failure) else 503)
        response["Retry-After"] = "30"
        return response
    if sentence := conflict(failure):
        return problem(409, sentence, code="conflict")
    return _broken(request, failure)


def conflict(failure: Exception) -> Any:
    """Return the sentence for what a constraint refused; "" for anything else, which is a defect of ours.

    Verbs check before they write, so this is what two people did at once.
    """
    if not isinstance(failure, IntegrityError):
        return ""
    name = getattr(getattr(failure.__cause__, "diag", None), "constraint_name", None)
    if sentence := _constraints().get(str(name)):
        return sentence
    if isinstance(failure.__cause__, psycopg.errors.UniqueViolation):
        logger.warning("two at once met at %s", name, exc_info=failure)
        return gettext_lazy("刚刚有人提交了相同的内容，这次没有重复保存。请刷新查看，还需要时再提交。")
    return ""


def is_full(failure: Error) -> bool:
    """Tell whether the database could not write because its disk is full."""
    return isinstance(failure.__cause__, psycopg.errors.DiskFull)


@cache
def _constraints() -> dict[str, Any]:
    """Return the sentence of every constraint that has one of its own, by the constraint's name."""
    return {
        constraint.name: constraint.violation_error_message
        for model in apps.get_models()
        for constraint in model._meta.constraints  # noqa: SLF001 - Django's documented Meta API
        if constraint.violation_error_message != constraint.default_violation_error_message
    }


def _broken(request: HttpRequest, failure: Exception) -> HttpResponse:
    """Log a defect of ours and say that it is none of the caller's."""
    logger.error("%s %s failed", request.method, logs.route(request), exc_info=failure)
    return problem(500)


# --- Input that does not fit the description of the operation ------------------------------------------------------

#: Sentences by pydantic's kind of error; a kind that is not here gets the last one.
_KINDS = {
    "missing": gettext_lazy("请填写这一项。"),
    "extra_forbidden": gettext_lazy("没有这一项，请对照接口文档检查名称。"),
    "string_too_short": gettext_lazy("至少要有 %(min_length)s 个字。"),
    "string_too_long": gettext_lazy("最多 %(max_length)s 个字。"),
    "string_pattern_mismatch": gettext_lazy("格式不正确，请对照接口文档。"),
    "string_unicode": gettext_lazy("含有无法识别的字符，请检查编码（UTF-8）。"),
    "enum": gettext_lazy("请从给出的选项中选择：%(expected)s。"),
    "literal_error": gettext_lazy("请从给出的选项中选择：%(expected)s。"),
    "greater_than_equal": gettext_lazy("不能小于 %(ge)s。"),
    "less_than_equal": gettext_lazy("不能大于 %(le)s。"),
    "too_long": gettext_lazy("最多 %(max_length)s 项。"),
    "too_short": gettext_lazy("至少 %(min_length)s 项。"),
    "timezone_aware": gettext_lazy("时间要写明时区，例如 2026-11-16T09:00:00+08:00。"),
    "finite_number": gettext_lazy("应为普通的数。"),
    "value_error": gettext_lazy("%(error)s"),
    "": gettext_lazy("这一项的内容不符合要求，请对照接口文档。"),
}
#: Sentences by the start of the kind: ``int_parsing``, ``int_type``, ``int_from_float`` …
_FAMILIES = {
    "int": gettext_lazy("应为整数。"),
    "float": gettext_lazy("应为数字。"),
    "string": gettext_lazy("应为文字。"),
    "bool": gettext_lazy("应为 true 或 false。"),
    "datetime": gettext_lazy("应为时间，例如 2026-11-16T09:00:00+08:00。"),
    "date": gettext_lazy("应为日期，例如 2026-11-16。"),
    "uuid": gettext_lazy("应为 UUID。"),
    "list": gettext_lazy("应为一组内容（JSON 数组）。"),
    "dict": gettext_lazy("应为一组名称和内容（JSON 对象）。"),
    "model": gettext_lazy("应为一组名称和内容（JSON 对象）。"),
}


def _invalid(failure: ValidationError) -> HttpResponse:
    """Return the problem of input that does not fit, with a sentence for every field."""
    errors = [
        {"field": _field(error["loc"]), "message": _sentence(error), "code": error["type"]}
        for error in failure.errors
    ]
    first = errors[0] if errors else {"field": "", "message": ""}
    detail = f"{first['field']}:{first['message']}" if first["field"] else first["message"]
    return problem(422, detail, code="invalid", errors=errors)


def _field(place: Iterable[Any]) -> str:
    """Return where something is wrong as callers wrote it: without our word for the body."""
    parts = [str(part) for part in place]
    return ".".join(parts[2:] if parts[:1] == ["body"] else parts[1:])


def _sentence(error: Mapping[str, Any]) -> str:
    """Say in the caller's language what is wrong with a field."""
    kind = str(error["type"])
    sentence = _KINDS.get(kind) or _FAMILIES.get(kind.partition("_")[0]) or _KINDS[""]
    try:
        return str(str(sentence) % error.get("ctx", {}))
    except KeyError:
        return str(_KINDS[""])


_ANSWERS: tuple[tuple[type[Exception], Callable[[HttpRequest, Any], HttpResponse]], ...] = (
    (Refused, lambda _request, failure: refused(failure)),
    (AuthenticationError, lambda _request, _failure: refused(gate.sign_in_needed())),
    (ValidationError, lambda _request, failure: _invalid(failure)),
    (HttpError, lambda _request, failure: _http(failure)),
    (Http404, lambda _request, _failure: problem(404)),
    (RequestDataTooBig, lambda _request, _failure: problem(413)),
    (SuspiciousOperation, lambda _request, _failure: problem(400)),
    (Error, _database),
)
