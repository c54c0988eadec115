"""Rotating keys while everything runs: nothing unreadable in between, nothing lost, no key gone too early."""

import json
import os

import pytest
from typer.testing import CliRunner

from minfu.accounts.actor import system
from minfu.kernel.errors import Invalid
from minfu.kernel.models import Event
from minfu.registry import cli, keys, rotation, vault
from minfu.registry.models import Identity
from minfu.registry.vault import Contact

pytestmark = pytest.mark.django_db
CONTACT = Contact("王小明", "13800001234")
ACTOR = system("command")


@pytest.fixture(autouse=True)
def _own_ring(ring_file) -> None:
    """Every test here has a ring of its own."""


def rest(ring_file) -> None:
    """Let the ring's last change be two minutes old."""
    then = ring_file.stat().st_mtime - 2 * rotation.REST_SECONDS
    os.utime(ring_file, (then, then))


def sealed_with(identity: Identity) -> bytes:
    identity.refresh_from_db()
    return bytes(identity.sealed)[2:4]


def test_a_rotation_from_new_key_to_old_one_gone(ring_file) -> None:
    old = [vault.create(Contact(f"王{n}", "13800001234")) for n in range(7)]
    assert rotation.rotate(actor=ACTOR) == "k2"
    fresh = vault.create(CONTACT)
    assert sealed_with(fresh) == b"k2"
    assert rotation.old_keys() == {"k1": 7}
    assert list(rotation.renew(most=3)) == [3, 3, 1]
    assert {sealed_with(one) for one in old} == {b"k2"}
    rest(ring_file)
    rotation.retire("k1", actor=ACTOR)
    keys.forget()
    assert set(json.loads(ring_file.read_text())["seal"]) == {"k2"}
    assert set(vault.same_phone("13800001234")) == {*old, fresh}
    assert [vault.masked(one).phone for one in (old[0], fresh)] == ["138****1234"] * 2
    names = Event.objects.filter(subject_type="vault").values_list("name", flat=True)
    assert sorted(names) == ["vault.key_added", "vault.key_retired"]
    assert oct(ring_file.stat().st_mode & 0o777) == "0o600"


def test_a_process_that_runs_opens_what_a_newer_key_sealed_and_soon_seals_with_it(
    ring_file, monkeypatch
) -> None:
    keys.ring()
    ring = json.loads(ring_file.read_text())
    ring["seal"]["k2"], ring["current"] = keys.new_key(), "k2"
    elsewhere = keys.parse(json.dumps(ring))
    ring_file.write_text(json.dumps(ring))
    assert keys.ring().current == "k1"  # this process has not looked yet …
    nonce, header = os.urandom(12), vault.head("k2")
    row = vault.create(CONTACT)
    plain = json.dumps(["李四", "", "", "", ""]).encode()
    row.sealed = header + nonce + elsewhere.cipher("k2").encrypt(nonce, plain, row.pk.bytes + header)
    assert vault.masked(row).name == "李*"  # … and opens it all the same
    monkeypatch.setattr(keys, "FRESH_SECONDS", 0.0)
    assert keys.ring().current == "k2"


def test_a_key_goes_only_when_nothing_needs_it(ring_file) -> None:
    vault.create(CONTACT)
    with pytest.raises(Invalid, match="正在使用"):
        rotation.retire("k1", actor=ACTOR)
    rotation.rotate(actor=ACTOR)
    with pytest.raises(Invalid, match="一分钟后"):
        rotation.retire("k1", actor=ACTOR)
    rest(ring_file)
    with pytest.raises(Invalid, match="还有 1 条"):
        rotation.retire("k1", actor=ACTOR)
    with pytest.raises(Invalid, match="没有 k7"):
        rotation.retire("k7", actor=ACTOR)
    assert set(json.loads(ring_file.read_text())["seal"]) == {"k1", "k2"}


def test_a_ring_that_is_none_is_not_written(ring_file) -> None:
    keys.ring()
    before = ring_file.read_text()
    with pytest.raises(keys.KeyRingError):
        keys.write(ring_file, "{}")
    assert ring_file.read_text() == before
    assert [path.name for path in ring_file.parent.iterdir()] == [ring_file.name]


def test_a_key_file_that_is_away_for_a_moment_stops_nothing_that_runs(ring_file, monkeypatch) -> None:
    identity = vault.create(CONTACT)
    monkeypatch.setattr(keys, "FRESH_SECONDS", 0.0)
    ring_file.rename(ring_file.with_suffix(".away"))
    assert vault.masked(identity).name == "王*"
    assert not ring_file.exists()


def test_by_the_command_line(ring_file) -> None:
    vault.create(CONTACT)
    said = [CliRunner().invoke(cli.app, words).output for words in (["rotate"], ["status"], ["renew"])]
    assert "已启用新密钥 k2" in said[0]
    assert "k1:还有 1 条" in said[1]
    assert "k1:可以删除:minfu vault retire k1" in said[2]
    rest(ring_file)
    assert "已删除密钥 k1" in CliRunner().invoke(cli.app, ["retire", "k1"]).output
    assert "只有一把" in CliRunner().invoke(cli.app, ["status"]).output
