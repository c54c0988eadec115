"""Check without a network that the lock files are fresh: each names what its source asks for, with hashes and no address."""

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent


def locked(path: Path) -> dict[str, str]:
    """Return name → version of a lock file; exit with words when an entry lacks a hash or names an address."""
    text = path.read_text(encoding="utf-8")
    if "://" in text:
        sys.exit(f"{path.name} names an address; run tools/lock.sh")
    pins: dict[str, str] = {}
    for entry in re.split(r"\n(?=\S)", text):
        found = re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\\n]+)", entry)
        if found:
            pins[canonicalize_name(found[1])] = found[2]
            if "--hash=sha256:" not in entry:
                sys.exit(f"{path.name}: {found[1]} has no hash; run tools/lock.sh")
    return pins


def missing(wanted: list[str], pins: dict[str, str]) -> list[str]:
    """Return the requirements that the pins do not satisfy."""
    found = []
    for line in wanted:
        requirement = Requirement(line)
        version = pins.get(canonicalize_name(requirement.name))
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            found.append(line)
    return found


def main() -> None:
    """Compare every lock with its source."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    base, dev = project["project"]["dependencies"], project["dependency-groups"]["dev"]
    node = [
        line for line in (ROOT / "requirements/node.in").read_text("utf-8").splitlines() if line[:1].isalpha()
    ]
    problems = {
        name: missing(wanted, locked(ROOT / "requirements" / name))
        for name, wanted in (("base.txt", base), ("dev.txt", base + dev), ("node.txt", node))
    }
    for name, lines in problems.items():
        for line in lines:
            sys.stderr.write(f"{name} lacks {line}; run tools/lock.sh\n")
    web = ROOT / "package-lock.json"
    if web.exists() and '"resolved"' in web.read_text(encoding="utf-8"):
        sys.exit("package-lock.json names registry addresses; see .npmrc")
    sys.exit(any(problems.values()))


if __name__ == "__main__":
    main()
