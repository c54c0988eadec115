"""The keys of an installation, as a backup sees them."""

import hashlib
import json
from pathlib import Path


def fingerprints(path: Path) -> dict[str, str]:
    """Return a fingerprint for each key in a vault's key file: it tells two keys apart and opens nothing; {} without a file."""
    if not path.exists():
        return {}
    ring = json.loads(path.read_text(encoding="ascii"))
    named = {**ring["seal"], "index": ring["index"]}
    return {
        name: hashlib.sha256(f"minfu backup {key}".encode()).hexdigest()[:16] for name, key in named.items()
    }


def lacks(path: Path, wanted: dict[str, str]) -> list[str]:
    """Return the names of the keys that a key file lacks."""
    there = fingerprints(path)
    return [name for name, mark in wanted.items() if there.get(name) != mark]
