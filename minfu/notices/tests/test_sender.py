"""The sending program against real servers on this machine: each kind of channel, and what each failure means."""

import base64
import hmac
import json
import smtplib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from minfu.kernel.errors import Invalid
from minfu.notices import sender
from minfu.notices.kinds import KINDS, order_for
from minfu.notices.rules.composing import Message
from minfu.notices.rules.courier import Courier
from minfu.notices.sender import Outcome
from minfu.notices.tests.making import Server, free_port, http_server, mail_server

#: The library asks for a module that Python 3.13 no longer has, and does without it there.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

TEXT = {"title": "标题", "body": "第一行\n第二行"}


def deliver(kind: str, filled: dict[str, str], address: str = "") -> Outcome:
    return sender.deliver(order_for(KINDS[kind], filled, address) | TEXT)


def sms(server: Server, **more: str) -> dict[str, str]:
    return {
        "url": f"{server.url}/send?app=1",
        "format": "json",
        "phone_field": "mobile",
        "text_field": "text",
        **more,
    }


# --- kinds ---


@pytest.mark.parametrize("text_field", ["text", "message", "title", "type"])
def test_a_gateway_gets_number_text_and_the_fields_it_asks_for_and_nothing_else(text_field) -> None:
    more = {"extra": "template=7\nversion=2", "secret_extra": "key=abc", "headers": "X-App=minfu"}
    with http_server() as server:
        done = deliver("sms", sms(server, text_field=text_field, **more), "13800001234")
    assert done == Outcome("sent")
    taken = server.taken[0]
    assert taken.json == {
        text_field: TEXT["body"], "mobile": "13800001234", "template": "7", "version": "2", "key": "abc",
    }  # fmt: skip
    assert (taken.path, taken.headers["X-App"]) == ("/send?app=1", "minfu")


def test_a_gateway_may_want_a_form_and_a_password() -> None:
    more = {"format": "form", "extra": "type=notice", "user": "minfu", "password": "p:ä"}
    with http_server() as server:
        assert deliver("sms", sms(server, **more), "13800001234") == Outcome("sent")
    taken = server.taken[0]
    form = {name: values[0] for name, values in parse_qs(taken.body).items()}
    assert form == {"text": TEXT["body"], "mobile": "13800001234", "type": "notice"}
    assert base64.b64decode(taken.headers["Authorization"].split()[1]).decode("latin-1") == "minfu:p:ä"


def test_a_letter_arrives_as_plain_text() -> None:
    with mail_server() as box:
        filled = {
            "host": "127.0.0.1",
            "port": str(box.port),
            "security": "insecure",
            "sender": "minfu@county.example",
        }
        assert deliver("mail", filled, "li@village.example") == Outcome("sent")
    letter = box.letters[0]
    assert (letter.mail_from, letter.rcpt_tos) == ("minfu@county.example", ["li@village.example"])
    import email.policy

    read = email.message_from_bytes(letter.content, policy=email.policy.default)
    assert read["Subject"] == "标题"
    assert read["From"] == "民富 <minfu@county.example>"
    assert read.get_content().replace("\r\n", "\n").strip() == TEXT["body"]
    assert read.get_content_type() == "text/plain"


def test_the_robot_of_a_wecom_group() -> None:
    with http_server() as server:
        assert deliver("wecom_bot", {"key": "k-1", "base": server.url}) == Outcome("sent")
    assert server.taken[0].path == "/cgi-bin/webhook/send?key=k-1"
    assert server.taken[0].json == {"msgtype": "text", "text": {"content": "标题\r\n第一行\n第二行"}}


def test_an_application_of_a_wecom_enterprise_writes_to_one_account() -> None:
    filled = {"corpid": "corp", "agentid": "1000002", "corpsecret": "s"}
    with http_server(body='{"errcode": 0, "access_token": "t", "expires_in": 7200}') as server:
        assert deliver("wecom_app", filled | {"base": server.url}, "liming") == Outcome("sent")
    ask, sent = server.taken
    assert urlsplit(ask.path).path == "/cgi-bin/gettoken"
    assert (sent.path, sent.json["touser"]) == ("/cgi-bin/message/send?access_token=t", "liming")


def test_the_robot_of_a_dingtalk_group_signs_as_its_manual_says() -> None:
    with http_server() as server:
        done = deliver("dingtalk_bot", {"token": "abc", "secret": "SEC1", "base": server.url})
    assert done == Outcome("sent")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(server.taken[0].path).query).items()}
    signed = hmac.digest(b"SEC1", f"{asked['timestamp']}\nSEC1".encode(), "sha256")
    assert (asked["access_token"], asked["sign"]) == ("abc", base64.b64encode(signed).decode())


def test_the_robot_of_a_feishu_group() -> None:
    with http_server() as server:
        assert deliver("feishu_bot", {"token": "abc", "base": server.url}) == Outcome("sent")
    assert server.taken[0].path == "/open-apis/bot/v2/hook/abc"


def test_anything_else_by_its_address() -> None:
    with http_server() as server:
        host = server.url.removeprefix("http://")
        assert deliver("other", {"url": f"json://{host}/hook"}) == Outcome("sent")
    assert server.taken[0].json["message"] == TEXT["body"]


@pytest.mark.parametrize(
    ("kind", "filled", "field"),
    [
        ("sms", {"url": "ftp://x", "format": "json", "phone_field": "a", "text_field": "b"}, "url"),
        ("sms", {"url": "https://u:p@x/", "format": "json", "phone_field": "a", "text_field": "b"}, "url"),
        ("sms", {"url": "https://[x", "format": "json", "phone_field": "a", "text_field": "b"}, "url"),
        ("sms", {"url": "https://x", "format": "json", "phone_field": "a", "text_field": "b", "extra": "a"}, "extra"),
        ("sms", {"url": "", "format": "json", "phone_field": "a", "text_field": "b"}, "url"),
        ("mail", {"host": "x", "port": "25", "security": "ssl", "sender": "x"}, "sender"),
        ("wecom_bot", {"key": "k", "base": "example.cn"}, "base"),
        ("other", {"url": "syslog://"}, "url"),
        ("other", {"url": "hello"}, "url"),
    ],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused_at_their_field(kind, filled, field) -> None:
    with pytest.raises(Invalid) as refused:
        order_for(KINDS[kind], filled, "13800001234")
    assert list(refused.value.fields) == [field]


# --- what each failure means ---


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, '{"errcode": 0}', Outcome("sent")),
        (200, '{"errcode": 45009, "errmsg": "13800001234"}', Outcome("refused", "answer 45009")),
        (200, "not json", Outcome("unknown", "answer")),
        (200, "{}", Outcome("unknown", "answer")),
        (302, "", Outcome("refused", "302")),
        (403, "", Outcome("refused", "403")),
        (500, "", Outcome("refused", "500")),
        (502, "", Outcome("unknown", "502")),
        (504, "", Outcome("unknown", "504")),
    ],
)
def test_what_a_server_answers(status, body, outcome) -> None:
    with http_server(status=status, body=body) as server:
        assert deliver("wecom_bot", {"key": "k", "base": server.url}) == outcome


def test_a_gateway_says_in_its_answer_whether_it_went_well() -> None:
    with http_server(body='{"result": {"code": "OK"}}') as server:
        good = sms(server, answer_field="result.code", answer_values="0, OK")
        assert deliver("sms", good, "1") == Outcome("sent")
        assert deliver("sms", good | {"answer_values": "0"}, "1") == Outcome("refused", "answer OK")


def test_where_nobody_listens_nothing_arrived() -> None:
    base = f"http://127.0.0.1:{free_port()}"
    assert deliver("wecom_bot", {"key": "k", "base": base}) == Outcome("unreachable", "connect")
    filled = {"host": "127.0.0.1", "port": str(free_port()), "security": "insecure", "sender": "a@b.example"}
    assert deliver("mail", filled, "c@d.example") == Outcome("unreachable", "connect")


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (requests.ConnectTimeout(), Outcome("unreachable", "timeout")),
        (requests.exceptions.SSLError(), Outcome("unreachable", "tls")),
        (requests.exceptions.ProxyError(), Outcome("unreachable", "proxy")),
        (requests.ConnectionError("NameResolutionError(...)"), Outcome("unreachable", "name")),
        (requests.ReadTimeout(), Outcome("unknown", "timeout")),
        (requests.ConnectionError("Connection aborted"), Outcome("unknown", "broken")),
    ],
)
def test_only_what_failed_before_anything_was_sent_is_certain(error, outcome) -> None:
    assert sender.of_error(error) == outcome


def test_a_mail_server_says_no() -> None:
    with mail_server() as box:
        filled = {"host": "127.0.0.1", "port": str(box.port), "security": "insecure", "sender": "a@b.example"}
        assert deliver("mail", filled, "nobody@b.example") == Outcome("refused", "recipient")
        box.refuse = "552 mailbox full"
        assert deliver("mail", filled, "c@b.example") == Outcome("refused", "552")
        assert deliver("mail", filled | {"security": "starttls"}, "c@b.example") == Outcome(
            "unreachable", "tls"
        )
        secret = filled | {"user": "minfu", "password": "wrong"}
        assert deliver("mail", secret, "c@b.example") == Outcome("refused", "login")


def test_nothing_stays_wrapped() -> None:
    before = (requests.Session.send, smtplib.SMTP.data, smtplib.SMTP.connect)
    with sender.watching():
        assert requests.Session.send is not before[0]
    assert (requests.Session.send, smtplib.SMTP.data, smtplib.SMTP.connect) == before


# --- the program ---


def order(server: Server) -> dict[str, Any]:
    return order_for(KINDS["sms"], sms(server), "13800001234")


def test_the_program_sends_several_messages_and_ends() -> None:
    with http_server() as server, Courier() as courier:
        assert courier.send(order(server), Message("", "一")) == Outcome("sent")
        assert courier.send(order(server), Message("", "二")) == Outcome("sent")
        assert courier.send({"spec": {"schema": "nonsense"}}, Message("", "三")) == Outcome(
            "wrong", "settings"
        )
        assert courier.check(order(server)) == Outcome("sent")
        program = courier._program
    assert [taken.json["text"] for taken in server.taken] == ["一", "二"]
    assert program is not None
    assert program.poll() is not None


def test_a_server_that_never_answers_is_left_after_the_deadline_and_the_next_message_goes_on() -> None:
    import threading

    never = threading.Event()
    with http_server(before=lambda: never.wait(60)) as slow, http_server() as good, Courier(5.0) as courier:
        try:
            assert courier.send(order(slow), Message("", "一")) == Outcome("unknown", "deadline")
            courier.deadline = 60.0
            assert courier.send(order(good), Message("", "二")) == Outcome("sent")
        finally:
            never.set()
    assert len(slow.taken) == 1


def test_a_program_that_does_not_start_has_sent_nothing(monkeypatch) -> None:
    monkeypatch.setattr("minfu.notices.rules.courier.sys.executable", "/bin/false")
    with http_server() as server, Courier() as courier:
        assert courier.send(order(server), Message("", "一")) == Outcome("unreachable", "program")


def test_the_program_is_told_secrets_on_its_input_alone() -> None:
    """Whoever lists processes, or reads the log, sees neither address nor password nor text."""
    import psutil

    with http_server() as server, Courier() as courier:
        filled = sms(server, user="minfu", password="very-secret")
        courier.send(order_for(KINDS["sms"], filled, "13800001234"), Message("", "保密"))
        assert courier._program is not None
        seen = psutil.Process(courier._program.pid)
        shown = json.dumps([seen.cmdline(), seen.environ()])
    assert "very-secret" not in shown
    assert "13800001234" not in shown
