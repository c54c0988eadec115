"""Every list people look at goes out as a table, or says here why not: what is listed has ``data-list`` in its template."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LISTED = sorted(
    path.relative_to(ROOT).as_posix()
    for place in ("minfu", "templates")
    for path in (ROOT / place).rglob("*.html")
    if "data-list" in path.read_text(encoding="utf-8")
)
#: Why a list has no export of its own, by what its template is called at its end.
NOT_EXPORTED = {
    "cases/field/home.html": "a day's round on a phone; the same demands go out from the desk's lists",
    "cases/board/board.html": "figures, each a query; its demands go out from the list it leads to",
    "cases/dispatch.html": "a work queue that is empty when the work is done; its demands go out from the desk's lists",
    "notices/inbox.html": "one's own messages; what they are about goes out from its own list",
    "notices/phone.html": "telephone numbers of residents: opened one by one, each look recorded",
    "notices/config/caught.html": "the demo's catcher: messages with numbers in them that were never sent",
    "notices/config/texts.html": "wordings, several lines each, changed one by one and shipped with the software",
    "topics/topic.html": "one topic's demands; topics go out from the board, demands from the desk's lists",
    "site/gallery_staff.html": "the gallery of components, invented rows",
    "site/gallery_desk.html": "the gallery of components, invented rows",
}


def _reason(path: str) -> str:
    return next((why for end, why in NOT_EXPORTED.items() if path.endswith(f"/{end}")), "")


@pytest.mark.parametrize("path", LISTED)
def test_a_list_goes_out_or_says_why_not(path: str) -> None:
    exported = "{% export_button" in (ROOT / path).read_text(encoding="utf-8")
    reason = _reason(path)
    assert exported or reason, (
        f"{path}: add an export (docs/howto/export-a-list.md) or say here why there is none"
    )
    assert not (exported and reason), f"{path} goes out now: take its reason away"


def test_every_reason_belongs_to_a_list_there_is() -> None:
    assert len(LISTED) > 20
    stale = [end for end in NOT_EXPORTED if not any(path.endswith(f"/{end}") for path in LISTED)]
    assert not stale
