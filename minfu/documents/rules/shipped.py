"""The templates that come with minfu: one file each in ``data``, a head of ``key: value`` lines, then the text."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from minfu.kernel.errors import Missing
from minfu.papers.official import Kind

FOLDER = Path(__file__).resolve().parent.parent / "data"
_PARTING = "===\n"


#: Kinds of periods as people say them.
PERIODS = {"week": "周", "month": "月", "quarter": "季度", "half": "半年", "year": "年"}


@dataclass(frozen=True)
class Template:
    """A template: what kind of document it makes, of which kind of period (``week``, ``half``, ``days`` … or "" for any)."""

    code: str
    name: str
    kind: Kind
    period: str
    head: str
    title: str
    addressees: str
    text: str
    sealed: bool

    @property
    def label(self) -> str:
        """Return its name with the kind of document, and of which kind of period it is."""
        of = f"，按{PERIODS[self.period]}" if self.period in PERIODS else ""
        return f"{self.name}（{self.kind.label}{of}）"


@functools.cache
def templates() -> Mapping[str, Template]:
    """Return every template by its code, in the order of their files."""
    return {path.stem.split("-", 1)[1]: _read(path) for path in sorted(FOLDER.glob("*.txt"))}


def template(code: str) -> Template:
    """Return a template; ``Missing`` when there is none of that code."""
    if code not in templates():
        raise Missing(_("没有这个模板，请重新选择。"))
    return templates()[code]


def _read(path: Path) -> Template:
    head, _parting, text = path.read_text(encoding="utf-8").partition(_PARTING)
    told = dict(line.split(":", 1) for line in head.splitlines() if line.strip())
    said = {key.strip(): value.strip() for key, value in told.items()}
    return Template(
        code=path.stem.split("-", 1)[1],
        name=said["name"],
        kind=Kind(said["kind"]),
        period=said.get("period", ""),
        head=said["head"],
        title=said["title"],
        addressees=said.get("addressees", ""),
        text=text,
        sealed=said.get("sealed", "yes") == "yes",
    )
