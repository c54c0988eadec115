"""A backup brings everything back, row by row and file by file, or says why not and changes nothing."""

import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from minfu.kernel import postgres
from tests.drills import whole
from tests.installations import Installation

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

Empty = Callable[[], Installation]


def backup(made: Installation, target: Path, *more: str, **env: str) -> Path:
    """Make a backup and return its file."""
    done = made.command("backup", str(target), *more, **env)
    assert done.returncode == 0, done.stdout + done.stderr
    if target.is_file():
        return target
    (path,) = target.glob("minfu-350922-*")
    return path


def key_pair(made: Installation, path: Path) -> str:
    """Make a key pair for encrypted backups and return the public key."""
    done = made.command("backup-key", str(path))
    assert done.returncode == 0, done.stderr
    return done.stdout.split("MINFU_BACKUP_KEY=")[1].split()[0]


def refused(made: Installation, *arguments: str, **env: str) -> str:
    """Run a restore that must be refused in a sentence, and leave nothing; return the sentence."""
    done = made.command("restore", *arguments, **env)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert not (made.home / "media").exists()
    assert not list(made.home.glob("restore-*"))
    postgres.start(made.home)
    with psycopg.connect(postgres.embedded_url(made.home)) as connection:
        there = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert there == (0,)
    return done.stderr


def same(one: Installation, other: Installation) -> None:
    """See that two installations hold the same."""
    for made in (one, other):
        postgres.start(made.home)
    assert whole.definitions(other.home) == whole.definitions(one.home)
    before, after = whole.rows(one.home), whole.rows(other.home)
    assert {name: after.get(name) for name in before} == before
    assert before.keys() == after.keys()
    assert before["cases_case"][0] == 5
    assert before["registry_identity"][0] >= 1
    assert whole.files(other.home) == whole.files(one.home)
    kept = whole.files(one.home)
    assert sum(name.startswith("media/") for name in kept) >= 3
    assert {"models/category/in-use", "models/category/v1.model"} <= kept.keys()


def test_everything_comes_back(filled: Installation, empty: Empty, tmp_path: Path) -> None:
    path = backup(filled, tmp_path)
    assert path.stat().st_mode & 0o077 == 0
    with tarfile.open(path) as tar:
        assert not [name for name in tar.getnames() if name.startswith("keys/")]
    target = empty()
    assert "身份库密钥" in refused(target, str(path))
    (target.home / "vault_keys").write_text('{"current": "k1", "seal": {"k1": "AAAA"}, "index": "AAAA"}')
    assert "不是这份备份的身份库密钥" in refused(target, str(path))
    shutil.copy(filled.home / "vault_keys", target.home / "vault_keys")
    done = target.command("restore", str(path))
    assert done.returncode == 0, done.stderr
    assert "核对无误" in done.stdout
    same(filled, target)
    doctor = target.command("doctor").stdout
    assert "身份信息可以解密" in doctor
    assert "没有改动" in doctor
    assert "正在使用第 1 版" in doctor
    second = target.command("restore", str(path))
    assert second.returncode == 1
    assert "已经有数据" in second.stderr
    same(filled, target)


def test_a_model_that_was_learned_here_is_not_replaced(
    filled: Installation, empty: Empty, tmp_path: Path
) -> None:
    path = backup(filled, tmp_path / "whole.tar")
    target = empty()
    learned = target.home / "models" / "category" / "v1.model"
    learned.parent.mkdir(parents=True)
    learned.write_bytes(b"learned here")
    assert "已经有数据" in refused(target, str(path))
    assert learned.read_bytes() == b"learned here"


def test_an_encrypted_one_holds_the_keys_and_opens_to_one_key_only(
    filled: Installation, empty: Empty, tmp_path: Path
) -> None:
    assert "backup-key" in filled.command("backup", str(tmp_path), "--encrypt").stderr
    key, other = tmp_path / "key", tmp_path / "other"
    public = key_pair(filled, key)
    key_pair(filled, other)
    path = backup(filled, tmp_path / "away.age", "--encrypt", MINFU_BACKUP_KEY=public)
    content = path.read_bytes()
    assert b"about.json" not in content
    assert b"PGDMP" not in content
    target = empty()
    assert "--key" in refused(target, str(path))
    assert "密钥不对" in refused(target, str(path), "--key", str(other))
    assert "没有备份密钥" in refused(target, str(path), "--key", str(path))
    done = target.command("restore", str(path), "--key", str(key))
    assert done.returncode == 0, done.stderr
    same(filled, target)
    for name in ("vault_keys", "secret_key"):
        assert (target.home / name).read_bytes() == (filled.home / name).read_bytes()
        assert (target.home / name).stat().st_mode & 0o777 == 0o600
    exists = filled.command("backup", str(path), "--encrypt", MINFU_BACKUP_KEY=public)
    assert exists.returncode == 1
    assert "已经存在" in exists.stderr
    assert path.read_bytes() == content


def test_a_damaged_backup_is_refused_and_nothing_is_touched(
    filled: Installation, empty: Empty, tmp_path: Path
) -> None:
    path = backup(filled, tmp_path / "whole.tar")
    public = key_pair(filled, tmp_path / "key")
    sealed = backup(filled, tmp_path / "whole.age", "--encrypt", MINFU_BACKUP_KEY=public)
    target = empty()
    shutil.copy(filled.home / "vault_keys", target.home / "vault_keys")
    content = path.read_bytes()
    broken = tmp_path / "broken.tar"
    broken.write_bytes(content[: len(content) // 2])
    assert "请换一份备份" in refused(target, str(broken))
    photo = content.index(b"\xff\xd8\xff")  # a byte of a picture, changed
    broken.write_bytes(content[: photo + 100] + bytes([content[photo + 100] ^ 1]) + content[photo + 101 :])
    assert "与清单不符" in refused(target, str(broken))
    broken.write_bytes(b"PK\x03\x04" + b"x" * 5000)
    assert "不是民富的备份" in refused(target, str(broken))
    content = sealed.read_bytes()
    broken.write_bytes(content[:-1000])
    assert "请换一份备份" in refused(target, str(broken), "--key", str(tmp_path / "key"))
    broken.write_bytes(content[:70_000] + b"?" + content[70_001:])
    assert "请换一份备份" in refused(target, str(broken), "--key", str(tmp_path / "key"))


def edited(path: Path, target: Path, **changes: object) -> Path:
    """Write a copy of an archive whose head says something else."""
    import io

    with tarfile.open(path) as old, tarfile.open(target, "w") as new:
        for member in old:
            content = old.extractfile(member)
            assert content
            data = content.read()
            if member.name == "about.json":
                data = json.dumps({**json.loads(data), **changes}).encode()
                member.size = len(data)
            new.addfile(member, io.BytesIO(data))
    return target


def test_another_county_and_a_newer_version_are_refused(
    filled: Installation, empty: Empty, tmp_path: Path
) -> None:
    path = backup(filled, tmp_path / "whole.tar")
    target = empty()
    shutil.copy(filled.home / "vault_keys", target.home / "vault_keys")
    assert "MINFU_COUNTY" in refused(target, str(path), MINFU_COUNTY="610422")
    newer = edited(path, tmp_path / "newer.tar", migrations=["cases.9999_future"])
    assert "先升级程序" in refused(target, str(newer))
    format_2 = edited(path, tmp_path / "format.tar", format=2)
    assert "先升级程序" in refused(target, str(format_2))


def test_a_restore_that_was_cut_off_is_seen_and_done_again(
    filled: Installation, empty: Empty, tmp_path: Path
) -> None:
    path = backup(filled, tmp_path / "whole.tar")
    target = empty()
    shutil.copy(filled.home / "vault_keys", target.home / "vault_keys")
    postgres.start(target.home)
    with psycopg.connect(postgres.embedded_url(target.home), autocommit=True) as connection:
        connection.execute("CREATE TABLE cases_case (half text)")
    (target.home / "media" / "clean").mkdir(parents=True)
    (target.home / "media" / "clean" / "half").write_bytes(b"half")
    (target.home / "models" / "category").mkdir(parents=True)
    (target.home / "models" / "category" / "v1.model").write_bytes(b"half")
    (target.home / "restore-unfinished").touch()
    start = target.command("up")
    assert start.returncode == 1
    assert "minfu restore" in start.stderr
    done = target.command("restore", str(path))
    assert done.returncode == 0, done.stderr
    same(filled, target)
    assert not (target.home / "restore-unfinished").exists()


def test_old_ones_go_by_their_names_only(filled: Installation, tmp_path: Path) -> None:
    for name in ("minfu-350922-20260101-000000.tar", "minfu-350922-20260102-000000.tar.age", "my own.tar"):
        (tmp_path / name).touch()
    done = filled.command("backup", str(tmp_path), "--keep", "2")
    assert done.returncode == 0, done.stderr
    left = sorted(path.name for path in tmp_path.iterdir())
    assert len(left) == 3
    assert "my own.tar" in left
    assert "minfu-350922-20260101-000000.tar" not in left


def test_no_room_leaves_no_half_backup(filled: Installation, tmp_path: Path) -> None:
    done = filled.command("backup", "/dev/full")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    done = filled.command("backup", str(tmp_path / "not there" / "x.tar"))
    assert done.returncode == 1
    assert "没有" in done.stderr
    assert not list(filled.home.glob("backup-work*"))
