"""The documents are true as far as a machine can tell: links lead somewhere, commands and terms exist."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SKIPPED = {"node_modules", "var", ".venv", ".git"}
PAGES = sorted(path for path in ROOT.rglob("*.md") if not SKIPPED & set(path.relative_to(ROOT).parts))
READMES = ("README.md", "README.zh.md", "CONTRIBUTING.md", "SECURITY.md")
FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def anchors(path: Path) -> set[str]:
    """The names a page's headings can be linked by."""
    headings = re.findall(r"^#+ +(.+?)\s*$", FENCE.sub("", text_of(path)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!\w+:)([^)\s]+)\)", FENCE.sub("", text_of(page)))
    dead = []
    for link in links:
        name, _hash, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert not dead


TOP = r"(?:minfu|config|tests|tools|docs|static|bench|\.ci)/"
STOREY = (
    r"(?:kernel|places|accounts|registry|files|notices|language|cases|webhooks|figures|answers|returns|site)/"
)
NAMED = re.compile(rf"`((?:{TOP}|{STOREY})[\w./\-]+?)(?::([\w.]+))?`")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_and_function_a_page_names_is_there(page: Path) -> None:
    """``cases/rules/access.py:next_steps``: from the top, or from ``minfu/``; the name must stand in the file."""
    missing = []
    for name, inside in NAMED.findall(text_of(page)):
        if name.startswith("minfu/projects"):  # the example of docs/howto/add-a-room.md
            continue
        found = next((path for path in (ROOT / name, ROOT / "minfu" / name) if path.exists()), None)
        if found is None or not all(
            re.search(rf"\b{part}\b", text_of(found)) for part in inside.split(".") if part
        ):
            missing.append(f"{name}:{inside}")
    assert not missing


def commands() -> set[str]:
    """Every ``minfu`` command there is, groups with their own commands."""
    import importlib
    import importlib.util

    from django.apps import apps

    from minfu.site.cli import ALONE, AS_IT_IS, LIGHT

    names = {*LIGHT, *ALONE, *AS_IT_IS, "createadmin", "learn", "report", "report halfyear"}
    for room in apps.get_app_configs():
        if (
            room.name.startswith("minfu.")
            and room.label != "site"
            and importlib.util.find_spec(f"{room.name}.cli")
        ):
            group = importlib.import_module(f"{room.name}.cli").app
            title = group.info.name or room.label
            own = [one.name or one.callback.__name__.replace("_", "-") for one in group.registered_commands]
            names |= {title, *(f"{title} {name}" for name in own)}
    return names


def typed(page: Path) -> list[str]:
    """What a page tells people to type: code between backticks and lines of code blocks."""
    text = text_of(page)
    return re.findall(r"`([^`\n]+)`", FENCE.sub("", text)) + [
        line.strip() for block in FENCE.findall(text) for line in block.splitlines()
    ]


def test_every_command_a_page_names_exists() -> None:
    known = commands()
    said = {
        tuple(command)
        for page in PAGES
        for line in typed(page)
        for command in re.findall(r"(?:^|bin/)minfu ([a-z][a-z0-9\-]*)(?: ([a-z][a-z\-]+)\b(?![./]))?", line)
    }
    groups = {name.split(" ")[0] for name in known if " " in name}
    wanted = {f"{first} {second}".strip() if first in groups else first for first, second in said}
    assert {"cases import", "doctor", "up"} <= wanted
    assert not wanted - known


def test_every_make_target_a_page_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    said = {
        found[1]
        for page in PAGES
        for line in typed(page)
        if (found := re.match(r"(?:\S+=\S+ )?make ([a-z]+)", line))
    }
    assert {"demo", "test"} <= said
    assert said <= targets


def test_every_identifier_of_the_glossary_is_in_the_code() -> None:
    cells = [
        cell
        for line in text_of(ROOT / "docs" / "glossary.md").splitlines()
        if line.startswith("| ") and not line.startswith("| 用户说")
        for cell in re.findall(r"`([A-Za-z_][\w.]*)", line)
    ]
    words = {word for cell in cells for word in cell.split(".") if word != "py"}
    sources = [path for path in (ROOT / "minfu").rglob("*.py") if "migrations" not in path.parts]
    code = set(re.findall(r"\w+", "\n".join(text_of(path) for path in sources)))
    assert len(words) > 100
    assert not sorted(words - code)


def test_every_decision_and_howto_is_in_the_index() -> None:
    index = text_of(ROOT / "docs" / "README.md")
    unlisted = [
        str(path.relative_to(ROOT))
        for folder in ("decisions", "howto", "operations")
        for path in (ROOT / "docs" / folder).glob("*.md")
        if f"{folder}/{path.name})" not in index
    ]
    assert not unlisted, f"list in docs/README.md: {unlisted}"
