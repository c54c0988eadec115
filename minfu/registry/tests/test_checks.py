"""``minfu doctor`` on the vault."""

import pytest

from minfu.kernel import doctor
from minfu.registry import keys, vault
from minfu.registry.models import Identity

pytestmark = pytest.mark.django_db


def findings() -> list[doctor.Finding]:
    keys.forget()
    return list(doctor.run("身份库", lambda _done, _all: None))


def test_a_sound_vault_is_well(ring_file) -> None:
    assert [one.well for one in findings()] == [True]
    vault.create(vault.Contact("王"))
    assert [one.well for one in findings()] == [True]


def test_missing_keys_open_files_and_changed_values_are_named(ring_file) -> None:
    identity = vault.create(vault.Contact("王"))
    ring_file.chmod(0o644)
    assert "644" in findings()[0].words
    ring_file.chmod(0o600)
    kept = bytes(identity.sealed)
    Identity.objects.filter(pk=identity.pk).update(sealed=kept[:-1] + bytes([kept[-1] ^ 1]))
    assert "校验不通过" in findings()[0].words
    ring_file.unlink()
    found = findings()[0]
    assert not found.well
    assert "请立即停止服务并从备份恢复该文件" in found.words
    assert str(ring_file) in found.remedy
