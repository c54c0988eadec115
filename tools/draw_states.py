"""Draws the state diagrams into the READMEs, from the tables themselves. Run it after changing a ``states.py``."""

import importlib
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START, END = "<!-- states: {name} -->", "<!-- /states -->"


def tables(package: str) -> dict[str, str]:
    """Return the Mermaid diagram of every state table in ``minfu.<package>.states`` by its name."""
    from minfu.kernel.steps import StateTable

    module = importlib.import_module(f"minfu.{package}.states")
    return {
        name: value.mermaid() for name, value in sorted(vars(module).items()) if isinstance(value, StateTable)
    }


def drawn(readme: str, package: str) -> str:
    """Return the README with every diagram between its markers made fresh; missing ones are added at the end."""
    for name, diagram in tables(package).items():
        start = START.format(name=name)
        block = f"{start}\n```mermaid\n{diagram}\n```\n{END}"
        if start in readme:
            before, rest = readme.split(start, 1)
            readme = before + block + rest.split(END, 1)[1]
        else:
            readme = f"{readme.rstrip()}\n\n### {name}\n\n{block}\n"
    return readme


def packages() -> list[str]:
    """Return the packages that have states and a README."""
    folders = sorted(path.parent for path in (ROOT / "minfu").glob("*/states.py"))
    return [folder.name for folder in folders if (folder / "README.md").exists()]


def stale() -> list[str]:
    """Return the packages whose README shows another diagram than their table."""
    from django.utils.translation import override

    with override("zh-hans"):
        return [
            name
            for name in packages()
            if (text := (ROOT / "minfu" / name / "README.md").read_text(encoding="utf-8"))
            != drawn(text, name)
        ]


def main() -> None:
    """Rewrite the READMEs."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    for name in packages():
        readme = ROOT / "minfu" / name / "README.md"
        readme.write_text(drawn(readme.read_text(encoding="utf-8"), name), encoding="utf-8")


if __name__ == "__main__":
    main()
