"""What the vault's tests share: a key ring of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from minfu.registry import keys


@pytest.fixture
def ring_file(tmp_path: Path, settings) -> Iterator[Path]:
    """Point the vault at a key file of its own, not made yet."""
    settings.MINFU_VAULT_KEYS = tmp_path / "vault_keys"
    keys.forget()
    yield settings.MINFU_VAULT_KEYS
    keys.forget()
