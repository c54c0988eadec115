"""What the tests of notices share: a text, a page for its subject, a key ring."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from minfu.notices import texts
from minfu.registry import keys


@pytest.fixture(autouse=True)
def _room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings) -> Iterator[None]:
    """Register texts and a page as a room would, for one test."""
    monkeypatch.setattr(texts, "_texts", dict(texts._texts))
    monkeypatch.setattr(texts, "_links", dict(texts._links))
    texts.register("test.due", "{number} 即将到期", "请在 {due} 前办结。")
    texts.register("test.code", "验证码", "验证码 {code}。", secrets=["code"])
    texts.register("test.link", "进展", "请点 {link}", secrets=["link"], spoken="请问解决了没有?")
    texts.register("test.brief", "验证码", "验证码 {code}。", secrets=["code"], kept=timedelta(minutes=10))
    texts.link("test", lambda subject_id: f"/test/{subject_id}/")
    settings.MINFU_VAULT_KEYS = tmp_path / "vault_keys"
    keys.forget()
    yield
    keys.forget()
