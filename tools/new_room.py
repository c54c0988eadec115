"""Stamps a new room that passes every check: ``python tools/new_room.py projects 项目``.

Writes ``minfu/<room>/`` from ``tools/room/``, registers it (application, addresses, contracts), makes its first migration and
draws its states. What it means is then yours to write: docs/howto/add-a-room.md.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = Path(__file__).resolve().parent / "room"


def stamp(root: Path, room: str, title: str) -> Path:
    """Write the room's folder under ``root`` and register it; return the folder.

    SystemExit with a sentence for a name that is no lower-case word or is taken.
    """
    if not re.fullmatch(r"[a-z]{3,20}", room):
        raise SystemExit(f"{room}: a room's name is one lower-case English word of 3 to 20 letters")
    folder = root / "minfu" / room
    if folder.exists():
        raise SystemExit(f"{room}: there is such a room already")
    names = {"__room__": room, "__Room__": room.capitalize(), "__TABLE__": room.upper(), "__title__": title}
    for source in sorted(TEMPLATE.rglob("*.tmpl")):
        path = source.relative_to(TEMPLATE).as_posix().removesuffix(".tmpl").replace("__room__", room)
        target = folder / path.replace("templates/", f"templates/{room}/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_filled(source.read_text(encoding="utf-8"), names), encoding="utf-8")
    (folder / "migrations").mkdir()
    (folder / "migrations" / "__init__.py").touch()
    _register(root, room)
    return folder


def _filled(text: str, names: dict[str, str]) -> str:
    for placeholder, value in names.items():
        text = text.replace(placeholder, value)
    return text


def _register(root: Path, room: str) -> None:
    """Name the room wherever the house lists its rooms; a list that has changed its form stops the stamp."""
    places = {
        "config/settings.py": [(r'    "minfu\.cases",\n', rf'\g<0>    "minfu.{room}",\n')],
        "config/urls.py": [
            (
                r'    path\("", include\("minfu\.cases\.urls"\)\),\n',
                rf'\g<0>    path("", include("minfu.{room}.urls")),\n',
            )
        ],
        # Further rooms stand behind the first in each list.
        "pyproject.toml": [
            (r'  "cases(?: \| \w+)*(?=",\n)', rf"\g<0> | {room}"),
            (r'containers = \["minfu\.cases"(?:, "minfu\.\w+")*(?=\])', rf'\g<0>, "minfu.{room}"'),
            (
                r'protected_modules = \["minfu\.cases\.[^\]]*',
                rf'\g<0>, "minfu.{room}.rules", "minfu.{room}.models", "minfu.{room}.states"',
            ),
            (r'allowed_importers = \["minfu\.cases"', rf'\g<0>, "minfu.{room}"'),
        ],
    }
    for name, changes in places.items():
        path = root / name
        text = path.read_text(encoding="utf-8")
        for old, new in changes:
            text, found = re.subn(old, new, text)
            if found != 1:
                raise SystemExit(f"{name} no longer holds {old} once: mend tools/new_room.py")
        path.write_text(text, encoding="utf-8")


def main() -> None:
    """Stamp, migrate, draw, format."""
    if len(sys.argv) != 3:  # noqa: PLR2004 - program, name, title
        raise SystemExit("usage: python tools/new_room.py NAME 中文名")
    room, title = sys.argv[1:]
    folder = stamp(ROOT, room, title)
    finish(ROOT, room)
    print(f"{folder.relative_to(ROOT)}: now write what it means; docs/howto/add-a-room.md")


def finish(root: Path, room: str) -> None:
    """Make the first migration, draw the states, sort and format."""
    for command in (
        [sys.executable, "manage.py", "makemigrations", room, "--verbosity", "0"],
        [sys.executable, "tools/draw_states.py"],
        [sys.executable, "-m", "ruff", "check", "--fix", "--quiet", "minfu", "config"],
        [sys.executable, "-m", "ruff", "format", "--quiet", "minfu", "config"],
    ):
        subprocess.run(command, cwd=root, check=True)


if __name__ == "__main__":
    main()
