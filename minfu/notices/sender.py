"""The program that talks to servers outside: ``python -m minfu.notices.sender``, one JSON line in, one out.

A process of its own, because nothing else can be stopped for certain: a server that answers one byte a minute outlives every
timeout of a library, a killed process does not. It knows neither the database nor Django, and what it is given (secrets, one
address) lives in its memory only.

In: ``{"spec": {"schema": …, …} | "apprise://…", "title": …, "body": …, "answer": {"field": …, "values": […]}}``.
Out: ``{"outcome": "sent" | "refused" | "unreachable" | "unknown" | "wrong", "detail": code}``; first, once it is ready, one too.
"""

import base64
import hmac
import json
import logging
import smtplib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import requests

#: The server took it; it said no; it could not be asked; nobody knows whether it took it; the settings make no sense.
SENT, REFUSED, UNREACHABLE, UNKNOWN, WRONG = "sent", "refused", "unreachable", "unknown", "wrong"
#: Seconds for connecting, and for each wait on the server.
CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0
#: Answers of a server in between: what stands behind it may have taken the message.
_IN_BETWEEN = frozenset({502, 504})
_GOOD = range(200, 300)
_SMTP_OK = 250


@dataclass(frozen=True)
class Outcome:
    """How it went: one of the words above, and a short code (a status, an error number; never an address or a text)."""

    outcome: str
    detail: str = ""


@dataclass
class Trace:
    """What was seen on the wire; the library says only yes or no. The last thing seen counts."""

    seen: Outcome | None = None
    answer: bytes = b""


def of_error(error: BaseException) -> Outcome:
    """Judge an error of a request: before anything was sent it is certain that nothing arrived."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError):
        return Outcome(UNREACHABLE, "tls" if isinstance(error, requests.exceptions.SSLError) else "timeout")
    if isinstance(error, requests.ConnectionError) and "NewConnectionError" in repr(error):
        return Outcome(UNREACHABLE, "connect")
    if isinstance(error, requests.ConnectionError) and "NameResolutionError" in repr(error):
        return Outcome(UNREACHABLE, "name")
    if isinstance(error, requests.exceptions.ProxyError):
        return Outcome(UNREACHABLE, "proxy")
    if isinstance(error, requests.ReadTimeout):
        return Outcome(UNKNOWN, "timeout")
    return Outcome(UNKNOWN, "broken")


def of_status(status: int) -> Outcome:
    """Judge a status: what is no success is a refusal, unless it comes from a server in between."""
    if status in _IN_BETWEEN:
        return Outcome(UNKNOWN, str(status))
    return Outcome(SENT) if status in _GOOD else Outcome(REFUSED, str(status))


@contextmanager
def watching() -> Iterator[Trace]:
    """Note what requests and smtplib see while the library works, and yield where it is noted."""
    trace, smtp = Trace(), smtplib.SMTP
    with ExitStack() as stack:
        stack.enter_context(_wrapped(requests.Session, "send", lambda act: _asking(act, trace)))
        stack.enter_context(_wrapped(smtp, "data", lambda act: _handing_over(act, trace)))
        for name, outcome in _BEFORE_DATA.items():
            stack.enter_context(_wrapped(smtp, name, partial(_before, trace=trace, outcome=outcome)))
        yield trace


#: What a failure means while a letter has not been handed over yet, by what the client was doing.
_BEFORE_DATA = {
    "connect": Outcome(UNREACHABLE, "connect"),
    "starttls": Outcome(UNREACHABLE, "tls"),
    "login": Outcome(REFUSED, "login"),
    "mail": Outcome(REFUSED, "sender"),
    "rcpt": Outcome(REFUSED, "recipient"),
}


@contextmanager
def _wrapped(owner: Any, name: str, wrap: Callable[[Any], Any]) -> Iterator[None]:
    """Put something around a method for a while."""
    method = getattr(owner, name)
    setattr(owner, name, wrap(method))
    try:
        yield
    finally:
        setattr(owner, name, method)


def _asking(ask: Any, trace: Trace) -> Any:
    def send(self: Any, request: Any, **kwargs: Any) -> Any:
        try:
            response = ask(self, request, **kwargs)
        except requests.RequestException as error:
            trace.seen = of_error(error)
            raise
        trace.seen, trace.answer = of_status(response.status_code), response.content or b""
        return response

    return send


def _handing_over(hand_over: Any, trace: Trace) -> Any:
    def data(self: Any, message: Any) -> Any:
        trace.seen = Outcome(UNKNOWN, "broken")  # unless an answer comes
        try:
            code, words = hand_over(self, message)
        except smtplib.SMTPDataError as error:
            trace.seen = Outcome(REFUSED, str(error.smtp_code))
            raise
        trace.seen = Outcome(SENT) if code == _SMTP_OK else Outcome(REFUSED, str(code))
        return code, words

    return data


def _before(act: Any, *, trace: Trace, outcome: Outcome) -> Any:
    def acted(self: Any, *args: Any, **kwargs: Any) -> Any:
        trace.seen = outcome
        return act(self, *args, **kwargs)

    return acted


def deliver(order: dict[str, Any]) -> Outcome:
    """Hand one message to a server outside and say how it went. Takes as long as the server lets it."""
    import apprise

    asset = apprise.AppriseAsset(app_id="minfu", app_desc="minfu", app_url="", http_redirects=False)
    spec = order["spec"]
    plugin = apprise.Apprise.instantiate(
        dict(spec) if isinstance(spec, dict) else spec, asset=asset, suppress_exceptions=True
    )
    if plugin is None:
        return Outcome(WRONG, "settings")
    plugin.socket_connect_timeout, plugin.socket_read_timeout = CONNECT_SECONDS, READ_SECONDS
    _adapt(plugin, order)
    with watching() as trace:
        taken = plugin.notify(body=order["body"], title=order["title"], body_format=apprise.NotifyFormat.TEXT)
    return judge(trace, taken=bool(taken), wanted=order.get("answer"))


@dataclass(frozen=True)
class Pairs:
    """Names and values in order; a name may come twice."""

    pairs: list[list[str]]

    def items(self) -> list[tuple[str, str]]:
        """Return them as a dictionary would."""
        return [(name, value) for name, value in self.pairs]


def _adapt(plugin: Any, order: dict[str, Any]) -> None:
    """Let a plugin talk to a county's own server, and sign for DingTalk as its manual says.

    The library escapes the signature, and so does requests: escaped twice, DingTalk answers "sign not match".
    """
    for name, value in order.get("set", {}).items():
        setattr(plugin, name, Pairs(value) if isinstance(value, list) else value)
    secret = getattr(plugin, "secret", None)
    if secret and hasattr(plugin, "get_signature"):
        plugin.get_signature = lambda: sign(secret, round(time.time() * 1000))


def sign(secret: str, moment: int) -> tuple[str, str]:
    """Return DingTalk's time stamp (milliseconds) and the signature over it, not escaped."""
    signed = hmac.digest(secret.encode(), f"{moment}\n{secret}".encode(), "sha256")
    return str(moment), base64.b64encode(signed).decode()


def judge(trace: Trace, *, taken: bool, wanted: dict[str, Any] | None) -> Outcome:
    """Say how it went by what was seen; without anything seen, a failure may have been a success."""
    if trace.seen is None:
        return Outcome(SENT) if taken else Outcome(UNKNOWN, "failed")
    if trace.seen.outcome != SENT:
        return trace.seen
    if wanted:
        return _answered(trace.answer, wanted)
    return trace.seen if taken else Outcome(UNKNOWN, "failed")


def _answered(answer: bytes, wanted: dict[str, Any]) -> Outcome:
    """Judge an answer that says in its text whether it went well: several gateways refuse with status 200."""
    try:
        value: Any = json.loads(answer)
        for name in wanted["field"].split("."):
            value = value[name]
    except (ValueError, KeyError, TypeError):
        return Outcome(UNKNOWN, "answer")
    said = str(value)
    return Outcome(SENT) if said in wanted["values"] else Outcome(REFUSED, f"answer {said[:20]}")


def check(order: dict[str, Any]) -> Outcome:
    """Say whether the settings make sense, without sending anything."""
    import apprise

    plugin = apprise.Apprise.instantiate(order["spec"], suppress_exceptions=True)
    return Outcome(SENT) if plugin is not None else Outcome(WRONG, "settings")


def main() -> None:
    """Work through the orders on standard input until it ends."""
    logging.disable(logging.CRITICAL)  # the library logs addresses and texts
    check(
        {"spec": {"schema": "json", "host": "localhost"}}
    )  # the library finds its plugins now, not while someone waits
    _say(Outcome(SENT, "ready"))
    for line in sys.stdin:
        order = json.loads(line)
        try:
            outcome = check(order) if order.get("only_check") else deliver(order)
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises is an answer here
            outcome = Outcome(UNKNOWN, type(error).__name__[:30])
        _say(outcome)


def _say(outcome: Outcome) -> None:
    sys.stdout.write(json.dumps({"outcome": outcome.outcome, "detail": outcome.detail}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
