"""What the tests of notices share: a text, a page for its subject, a key ring."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from minfu.notices import texts
from minfu.notices.models import Channel, Urgency
from minfu.notices.tests import making, outside
from minfu.notices.tests.making import mail_server
from minfu.registry import keys


@pytest.fixture(autouse=True)
def _room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings) -> Iterator[None]:
    """Register texts and a page as a room would, for one test."""
    monkeypatch.setattr(texts, "_texts", dict(texts._texts))
    monkeypatch.setattr(texts, "_links", dict(texts._links))
    monkeypatch.setattr(texts, "_placeholders", dict(texts._placeholders))
    texts.register("test.due", "{number} 即将到期", "请在 {due} 前办结。")
    texts.register("test.code", "验证码", "验证码 {code}。", secrets=["code"])
    texts.register("test.link", "进展", "请点 {link}", secrets=["link"], spoken="请问解决了没有?")
    texts.register("test.brief", "验证码", "验证码 {code}。", secrets=["code"], kept=timedelta(minutes=10))
    texts.register("test.alarm", "{number} 现场有危险", "请马上到场。", urgency=Urgency.ALARM)
    texts.register("test.now", "验证码", "验证码 {code}。", secrets=["code"], urgency=Urgency.ASKED)
    texts.link("test", lambda subject_id: f"/test/{subject_id}/")
    settings.MINFU_VAULT_KEYS = tmp_path / "vault_keys"
    keys.forget()
    yield
    keys.forget()


@pytest.fixture(scope="session", autouse=True)
def _program() -> Iterator[None]:
    """End the sending program after the last test."""
    yield
    outside.program.dismiss()


@pytest.fixture
def mail() -> Iterator[tuple[making.Mailbox, Channel]]:
    """A mail server, and a channel to staff that hands letters to it."""
    with mail_server() as box:
        settings = {
            "host": "127.0.0.1",
            "port": str(box.port),
            "security": "insecure",
            "sender": "a@b.example",
        }
        yield box, making.channel("mail", settings=settings, for_staff=True, digest_minutes=30)
