# ruff: noqa: ARG001 - Django decides what its handlers are called with
"""Pages for what went wrong: each says what happened and what to do next, in the reader's language."""

import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from minfu.kernel import logs, tracing
from minfu.kernel.errors import Invalid, Refused
from minfu.kernel.gate import SignInNeeded
from minfu.site import problems

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wrong:
    """What a page says: a title, a sentence, and what to do."""

    title: Any
    sentence: Any
    advice: Any


WRONGS = {
    400: Wrong(
        _("这个请求无法处理"),
        _("浏览器发来的内容不完整或不正确。"),
        _("请返回上一页，刷新后再试一次；已填写的内容会保留在本机。"),
    ),
    403: Wrong(
        _("您没有这项权限"),
        _("当前岗位不能使用这项功能。"),
        _("如果确实需要，请切换岗位，或请系统管理员为您的岗位开通。"),
    ),
    404: Wrong(
        _("没有找到"),
        _("这个页面不存在，或者不在您的范围内。"),
        _("请检查网址或编号是否完整，也可以从首页重新进入。"),
    ),
    409: Wrong(
        _("现在不能这样做"),
        _("这件事刚刚有了变化。"),
        _("请返回并刷新页面，看过最新进展后再决定。"),
    ),
    422: Wrong(_("填写的内容需要修改"), _("有内容不符合要求。"), _("请返回上一页，按提示修改后再提交。")),
    429: Wrong(_("操作太频繁"), _("短时间内的请求太多了。"), _("请稍等一分钟再试，不需要反复提交。")),
    500: Wrong(
        _("系统出错了"),
        _("这是系统的问题，不是您操作的问题，错误已经记录。"),
        _("请稍后再试。已填写的内容没有提交，请不要关闭原来的页面。"),
    ),
    503: Wrong(
        _("系统正在恢复"),
        _("数据库暂时连接不上，或者系统正在维护。"),
        _("请过一两分钟再试。已填写的内容没有提交，请不要关闭原来的页面。"),
    ),
    507: Wrong(
        _("存储空间已满"),
        _("服务器的存储空间已满，这次没有保存。"),
        _("请告诉系统管理员。已填写的内容没有提交，请不要关闭原来的页面，腾出空间后再提交一次。"),
    ),
}


def page(
    request: HttpRequest, status: int, sentence: Any = "", details: tuple[str, ...] = ()
) -> HttpResponse:
    """Answer with the page of ``status``; ``sentence`` replaces the general one, ``details`` are listed under it."""
    wrong = WRONGS.get(status, WRONGS[400])
    actor = getattr(request, "actor", None)
    context = {
        "base": "base_staff.html" if actor else "base_public.html",
        "status": status,
        "wrong": wrong,
        "sentence": sentence or wrong.sentence,
        "details": details,
    }
    return render(request, "errors/page.html", context, status=status)


def _of_api(request: HttpRequest) -> bool:
    """Tell whether a program asks: it gets a problem instead of a page."""
    return request.path.startswith("/api/")


def plain(status: int) -> HttpResponse:
    """Answer with a page that needs neither database nor session."""
    body = render_to_string(
        "errors/plain.html", {"status": status, "wrong": WRONGS[status], "number": tracing.current()}
    )
    return HttpResponse(body, status=status)


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Turn a refusal into a page: to the sign-in page when nobody is signed in, else its own sentence and status."""
    if isinstance(refusal, SignInNeeded):
        return _to_sign_in(request)
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    details = tuple(dict.fromkeys(sentence for sentences in fields.values() for sentence in sentences))
    answer = page(request, refusal.status, refusal.message, details if len(details) > 1 else ())
    if retry_after := refusal.extra.get("retry_after"):
        answer["Retry-After"] = str(retry_after)
    return answer


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send the person to the sign-in page, or to the choice of a post when they are signed in, and back afterwards."""
    target = reverse("accounts:choose_post" if request.user.is_authenticated else "accounts:login")
    back = (
        request.get_full_path() if request.method in {"GET", "HEAD"} else request.headers.get("Referer", "")
    )
    back = request.headers.get("HX-Current-URL", "") if request.headers.get("HX-Request") else back
    target = f"{target}?{urlencode({'next': back})}" if back else target
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def failed(request: HttpRequest, failure: Exception) -> HttpResponse | None:
    """Answer what a constraint refused with 409, a lost database with 503, a full one with 507; None leaves the rest to 500."""
    if _of_api(request):
        return problems.of(request, failure)
    if isinstance(failure, OperationalError):
        logger.error("database unavailable at %s", logs.route(request), exc_info=failure)
        answer = plain(507 if problems.is_full(failure) else 503)
        answer["Retry-After"] = "30"
        return answer
    if sentence := problems.conflict(failure):
        return page(request, 409, sentence)
    return None


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a malformed request (Django's handler400)."""
    return problems.problem(400) if _of_api(request) else page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer Django's PermissionDenied (handler403)."""
    return page(request, 403)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an unknown address (handler404)."""
    return problems.problem(404) if _of_api(request) else page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer an unexpected failure (handler500) without database or session."""
    return problems.problem(500) if _of_api(request) else plain(500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose protection token is missing or old: the page stood open too long, or cookies are off."""
    return page(request, 403, _("这个页面打开得太久，或者浏览器没有保存 Cookie，请返回并刷新页面后再提交。"))
