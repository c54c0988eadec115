"""Audit what is locked: known vulnerabilities (OSV.dev, Python and npm alike) and releases their makers took back (PyPI).

Exit code 0: nothing found. 1: something found, named with what to do. 2: a source could not be asked, so nothing is known of it.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from tools.check_locks import locked

ROOT = Path(__file__).resolve().parent.parent
#: Where to ask; tests and mirrors name others.
OSV = os.environ.get("MINFU_AUDIT_OSV", "https://api.osv.dev/v1/querybatch")
PYPI = os.environ.get("MINFU_AUDIT_PYPI", "https://pypi.org/simple")
#: Advisories somebody looked into: a line of ``ID DATE reason`` each, not reported before that date.
ACCEPTED = Path(os.environ.get("MINFU_AUDIT_ACCEPTED", ROOT / "requirements" / "accepted-advisories.txt"))
SIMPLE = "application/vnd.pypi.simple.v1+json"
SECONDS = 20


class Package(NamedTuple):
    """One locked package: ``ecosystem`` as OSV names it (``PyPI`` or ``npm``), name and exact version."""

    ecosystem: str
    name: str
    version: str


def packages() -> list[Package]:
    """Return all that the lock files hold."""
    found = {
        Package("PyPI", name, version)
        for path in sorted((ROOT / "requirements").glob("*.txt"))
        if path != ACCEPTED
        for name, version in locked(path).items()
    }
    tree = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    found |= {
        Package("npm", path.rpartition("node_modules/")[2], about["version"])
        for path, about in tree.items()
        if path
    }
    return sorted(found)


def _ask(address: str, body: object = None, accept: str = "application/json") -> Any:
    """Send a request over HTTP and return the JSON that came back."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "Accept": accept}
    request = urllib.request.Request(address, data, headers)  # addresses are those above
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # as above
        return json.load(answer)


def accepted(today: date) -> set[str]:
    """Return the advisories that need not be reported today."""
    if not ACCEPTED.exists():
        return set()
    lines = (line.split(None, 2) for line in ACCEPTED.read_text(encoding="utf-8").splitlines())
    return {
        words[0]
        for words in lines
        if len(words) == 3 and today < date.fromisoformat(words[1])  # noqa: PLR2004  # its parts
    }


def vulnerable(all_: list[Package]) -> Iterator[str]:
    """Yield a line for each package with known vulnerabilities that nobody accepted.

    Raises:
        OSError: OSV cannot be asked.
    """
    queries = [
        {"package": {"ecosystem": one.ecosystem, "name": one.name}, "version": one.version} for one in all_
    ]
    passed = accepted(date.today())  # noqa: DTZ011  # a tool for people, not a rule of the product
    for one, answer in zip(all_, _ask(OSV, {"queries": queries})["results"], strict=True):
        ids = sorted({about["id"] for about in answer.get("vulns", ())} - passed)
        if ids:
            yield f"{one.name} {one.version}: {', '.join(ids)}; raise it with tools/lock.sh, see https://osv.dev/{ids[0]}"


def _taken_back(one: Package) -> str:
    files = _ask(f"{PYPI}/{one.name}/", accept=SIMPLE)["files"]
    mine = [about for about in files if f"-{one.version}-" in about["filename"].replace("_", "-")]
    yanked = [about["yanked"] for about in mine]
    if not mine or not all(yanked):
        return ""
    return f"{one.name} {one.version}: its makers took it back ({yanked[0]}); lock another with tools/lock.sh"


def taken_back(all_: list[Package]) -> Iterator[str]:
    """Yield a line for each Python release whose wheels were all yanked.

    Raises:
        OSError: the index cannot be asked.
    """
    with ThreadPoolExecutor(8) as several:
        yield from filter(None, several.map(_taken_back, [one for one in all_ if one.ecosystem == "PyPI"]))


def main() -> int:
    """Ask every source; print what was found and what could not be asked."""
    all_ = packages()
    found, silent = 0, 0
    for name, source in (("vulnerabilities", vulnerable), ("releases taken back", taken_back)):
        try:
            lines = list(source(all_))
        except (OSError, ValueError) as reason:  # ValueError: what came back is no JSON
            silent += 1
            print(f"not asked  {name}: {reason}")
            continue
        found += len(lines)
        print(f"{'FOUND' if lines else 'ok':10} {name} among {len(all_)} packages")
        print(*(f"  {line}" for line in lines), sep="\n" if lines else "")
    return 1 if found else 2 if silent else 0


if __name__ == "__main__":
    sys.exit(main())
