"""The image and the compose file, without an engine: what they name is there, and what they promise is written in them.

They were built and run for real; these tests keep the mistakes that showed only then from coming back.
"""

import os
import re
import shlex
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from minfu.kernel.pg_tuning import server_settings

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
HANDBOOK = (ROOT / "docs" / "operations" / "containers.md").read_text("utf-8")
_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::?(?P<how>[-?])(?P<other>[^}]*))?\}")


def sample(*, with_marked: bool = False) -> dict[str, str]:
    """Return what ``deploy/compose.env`` sets, on demand also the lines a county takes the mark away from."""
    found = re.findall(
        rf"^{'(?:# )?' if with_marked else ''}([A-Z_]+)=(.*)$", _text("compose.env"), re.MULTILINE
    )
    return dict(found)


def composed(**given: str) -> dict[str, Any]:
    """Return the compose file as an engine reads it with these variables; ``KeyError`` for one it insists on."""

    def put(match: re.Match[str]) -> str:
        if given.get(match["name"]):
            return given[match["name"]]
        if match["how"] == "-":
            return match["other"]
        raise KeyError(match["name"])

    def filled(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: filled(one) for name, one in part.items()}
        if isinstance(part, list):
            return [filled(one) for one in part]
        return _VARIABLE.sub(put, part) if isinstance(part, str) else part

    read: dict[str, Any] = filled(yaml.safe_load(_text("compose.yml")))
    return read


def county() -> dict[str, Any]:
    """Return the compose file with the sample's settings and a password."""
    return composed(**{**sample(), "POSTGRES_PASSWORD": "secret"})


def dockerfile() -> dict[str, list[str]]:
    """Return the instructions of the image: for each word what follows it, in order."""
    lines = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", _text("Dockerfile"), flags=re.MULTILINE)).splitlines()
    found: dict[str, list[str]] = {}
    for line in filter(None, lines):
        word, _, rest = line.partition(" ")
        found.setdefault(word, []).append(rest.strip())
    return found


def _text(name: str) -> str:
    return (DEPLOY / name).read_text("utf-8")


def image_environment() -> dict[str, str]:
    """Return what the image sets."""
    return dict(part.split("=", 1) for line in dockerfile()["ENV"] for part in line.split())


def test_what_compose_insists_on_stands_in_the_sample() -> None:
    required = {match["name"] for match in _VARIABLE.finditer(_text("compose.yml")) if match["how"] == "?"}
    assert required <= set(sample())
    assert "POSTGRES_PASSWORD" in required
    with pytest.raises(KeyError):  # nobody starts with the empty password of the sample
        composed(**sample())


def test_every_line_of_the_sample_reaches_somebody() -> None:
    """A setting that is written down and goes nowhere is worse than none."""
    used = {match["name"] for match in _VARIABLE.finditer(_text("compose.yml"))}
    settings = set(
        re.findall(
            r"^\| `(\w+)` \|",
            (DEPLOY.parent / "docs/operations/settings.md").read_text("utf-8"),
            re.MULTILINE,
        )
    )
    assert set(sample(with_marked=True)) <= used | settings
    assert county()["services"]["minfu"]["env_file"] == ".env"  # the whole of it, not a chosen few


def test_the_sample_starts_the_program(tmp_path: Path) -> None:
    """The settings as the container gets them: of the image, then of ``.env``, then of the compose file."""
    fixed = county()["services"]["minfu"]["environment"]
    given = {**image_environment(), **sample(with_marked=True), "MINFU_BACKUP_KEY": "", **fixed}
    names = ("ALLOWED_HOSTS", "MINFU_TRUSTED_PROXIES", "MINFU_HOST", "MINFU_PORT", "MINFU_SECOND_FACTOR")
    code = f"from config import settings\nprint([getattr(settings, name) for name in {names}])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**given, "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "MINFU_HOME": str(tmp_path)},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str([
        ["minfu.example.gov.cn", "127.0.0.1"], ["172.31.250.0/24"], "0.0.0.0", 8000,
        ["administrator", "auditor", "county_dispatcher"],
    ])  # fmt: skip


def test_secrets_are_neither_in_the_image_nor_in_the_repository() -> None:
    for name in (".gitignore", ".dockerignore"):
        assert "deploy/.env" in (ROOT / name).read_text("utf-8").split()


def test_what_the_files_name_is_there() -> None:
    services = county()["services"]
    build = services["minfu"]["build"]
    context = (DEPLOY / build["context"]).resolve()
    assert context == ROOT
    assert (context / build["dockerfile"]).samefile(DEPLOY / "Dockerfile")
    installed = " ".join(dockerfile()["RUN"])
    for path in re.findall(r"-r (\S+)", installed):
        assert (ROOT / path).is_file(), path
    for folder in re.findall(r"compileall -q ([\w ]+)", installed)[0].split():
        assert (ROOT / folder).is_dir(), folder
    assert "make install" in installed
    for program in ("python3-venv", "make", "ca-certificates", "tzdata", "fonts-noto-cjk"):
        assert program in installed


def test_who_cannot_write_beside_the_code_and_read_what_another_cloned() -> None:
    """The code is root's: compiled when the image is made, and readable also if it was cloned with umask 077."""
    assert "compileall" in dockerfile()["RUN"][-1]
    assert "chmod -R a+rX ." in dockerfile()["RUN"][-1]
    assert dockerfile()["USER"] == ["minfu"]
    minfu = county()["services"]["minfu"]
    assert (minfu["read_only"], minfu["cap_drop"]) == (True, ["ALL"])
    assert "no-new-privileges:true" in minfu["security_opt"]


def test_what_must_last_lies_in_a_volume() -> None:
    services, volumes = county()["services"], county()["volumes"]
    home = services["minfu"]["environment"]["MINFU_HOME"]
    assert home == image_environment()["MINFU_HOME"] == dockerfile()["VOLUME"][0]
    kept = dict(entry.rsplit(":", 1)[::-1] for entry in services["minfu"]["volumes"])
    assert kept[home] in volumes
    assert kept["/var/backups/minfu"] == "/var/backups/minfu"
    # Since 18 the official image keeps its data in a folder of the version below this one.
    assert services["db"]["image"] == "postgres:18"
    assert services["db"]["volumes"] == ["db:/var/lib/postgresql"]


def test_only_this_machine_reaches_it_and_its_proxy_is_believed() -> None:
    services = county()["services"]
    assert [entry.split(":")[0] for entry in services["minfu"]["ports"]] == ["127.0.0.1"]
    assert "ports" not in services["db"]
    other = composed(**{**sample(), "POSTGRES_PASSWORD": "secret", "SUBNET": "10.9.9.0/24"})
    for read in (county(), other):
        subnet = read["networks"]["default"]["ipam"]["config"][0]["subnet"]
        assert read["services"]["minfu"]["environment"]["MINFU_TRUSTED_PROXIES"] == subnet


def test_one_waits_for_the_database_that_listens_to_others() -> None:
    """While the image makes the database, a server answers at its socket; that one goes away again."""
    services = county()["services"]
    assert services["minfu"]["depends_on"]["db"]["condition"] == "service_healthy"
    assert services["db"]["healthcheck"]["test"][:4] == ["CMD", "pg_isready", "-q", "-h"]


def test_the_databases_log_has_nothing_of_residents(tmp_path: Path) -> None:
    ours = server_settings(tmp_path)
    told = dict(word[2:].split("=", 1) for word in county()["services"]["db"]["command"][1:])
    for name in ("log_min_messages", "log_min_error_statement", "log_error_verbosity"):
        assert told[name] == ours[name]


@pytest.mark.parametrize("service", ["db", "minfu"])
def test_logs_are_bounded_and_time_is_given_to_stop(service: str) -> None:
    one = county()["services"][service]
    assert one["logging"]["options"]["max-size"]
    assert one["stop_grace_period"] == "75s"
    assert one["shm_size"]  # 64 MB, the default, is too little for queries in parallel


def test_the_health_check_asks_at_an_allowed_host() -> None:
    """A county writes its own name only; the check inside asks 127.0.0.1 and would be answered 400."""
    assert "http://127.0.0.1:8000/healthz" in " ".join(dockerfile()["HEALTHCHECK"])
    assert county()["services"]["minfu"]["environment"]["MINFU_ALLOWED_HOSTS"].endswith(",127.0.0.1")


def test_the_handbook_and_the_files_say_the_same() -> None:
    user = re.search(r"--uid (\d+)", " ".join(dockerfile()["RUN"]))
    assert user
    assert f"install -d -o {user[1]} -g {user[1]} -m 700 /var/backups/minfu" in HANDBOOK
    for name in re.findall(r"install -m \d+ ([\w.-]+) ", HANDBOOK):
        assert (DEPLOY / name).is_file(), name
    assert (DEPLOY / "minfu-in-container").stat().st_mode & stat.S_IXUSR
    for argument in re.findall(r"--build-arg (\w+)=", HANDBOOK):
        assert argument in shlex.split(" ".join(dockerfile()["ARG"]))
    fixed = county()["services"]["minfu"]["environment"]
    for name in ("MINFU_HOME", "MINFU_HOST", "MINFU_PORT", "MINFU_TRUSTED_PROXIES", "DATABASE_URL"):
        assert name in fixed
        assert f"`{name}`" in HANDBOOK
