"""The vault's part of ``minfu doctor``."""

import stat
from collections.abc import Iterator

from django.conf import settings

from minfu.kernel.doctor import Finding, Progress
from minfu.registry import keys, vault
from minfu.registry.models import Identity

_WHAT = "身份库"
_OWNER_ONLY = 0o600


def openable(_progress: Progress) -> Iterator[Finding]:
    """Tell whether the key ring is there, readable by its owner only, and opens the oldest and the newest identity."""
    path = settings.MINFU_VAULT_KEYS
    samples = [
        Identity.objects.filter(erased_at=None).order_by("created_at").first(),
        Identity.objects.filter(erased_at=None).order_by("-created_at").first(),
    ]
    try:
        keys.ring()
        for identity in samples:
            if identity is not None:
                vault.masked(identity)
    except (keys.KeyRingError, vault.TamperedError) as error:
        yield Finding(_WHAT, well=False, words=str(error), remedy=f"从备份恢复密钥文件 {path}。")
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & ~_OWNER_ONLY:
        yield Finding(
            _WHAT, well=False, words=f"密钥文件权限为 {mode:o},他人可读。", remedy=f"运行:chmod 600 {path}"
        )
        return
    yield Finding(_WHAT, well=True, words="密钥在位，身份信息可以解密")
