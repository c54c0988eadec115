"""Which column a person, command or program says is which; what is said wrongly is refused with what to do. Pure: no database."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from minfu.files.sheets import Chosen, Column, as_compared, column_name
from minfu.kernel.errors import Invalid
from minfu.tables.headers import Look, known_titles, tells_of_people

#: Written for "this column is not imported".
IGNORED = "-"


def sure(told: Look, columns: Sequence[Column]) -> Chosen | None:
    """Return which column is which when every title is known and no field is there twice; None when a person is needed."""
    known = known_titles(columns)
    keys = {one.place: known.get(as_compared(one.title), "") for one in told.guesses}
    if not all(keys.values()) or len(set(keys.values())) != len(keys):
        return None
    return told.chosen({key: place for place, key in keys.items()})


def check(told: Look, places: Mapping[int, str], columns: Sequence[Column]) -> Chosen:
    """Return what a person said, place by place ("" = not imported).

    Raises ``Invalid``: on ``title_row`` when the titles are data, on ``col_N`` for two columns that are one field or a field
    nobody knows, on ``columns`` for a required field that no column is.
    """
    wrong: dict[str, list[str]] = {}
    if tells_of_people(told.titles):
        sentence = _(
            "第 %(row)d 行像是内容，不像标题：有号码、日期或姓名。请选标题在哪一行；没有标题的表，先加一行标题。"
        )
        wrong["title_row"] = [sentence % {"row": told.title_row + 1}]
    by_key = {column.key: column for column in columns}
    found: dict[str, int] = {}
    for place, key in sorted(places.items()):
        if not key:
            continue
        if key not in by_key or not 0 <= place < len(told.titles):
            wrong[f"col_{place}"] = [_("没有这一项，请重新选择。")]
        elif key in found:
            words: dict[str, Any] = {
                "one": column_name(found[key]), "other": column_name(place), "title": by_key[key].title,
            }  # fmt: skip
            sentence = _("%(one)s 列和 %(other)s 列都选了“%(title)s”。请只留一列，另一列选“不导入”。")
            wrong[f"col_{place}"] = [sentence % words]
        else:
            found[key] = place
    missing = [column.title for column in columns if column.required and column.key not in found]
    if missing:
        sentence = _("还没有说哪一列是“%(titles)s”，这一项必须有。")
        wrong["columns"] = [sentence % {"titles": _("”、“").join(missing)}]
    if wrong:
        raise Invalid(wrong)
    return told.chosen(found)


def words_of(chosen: Chosen) -> list[str]:
    """Return which column is which as ``from_words`` takes it."""
    plain = [as_compared(title) for title in chosen.titles]
    words = []
    for key, place in sorted(chosen.places.items(), key=lambda pair: pair[1]):
        alone = plain[place] and plain.count(plain[place]) == 1
        words.append(f"{chosen.titles[place] if alone else column_name(place)}={key}")
    return words


def from_words(
    told: Look, words: Sequence[str], columns: Sequence[Column], *, by_title: bool = True
) -> Chosen:
    """Return which column is which as a command or program says: ``title=field`` each, the field by key or title.

    What is not named counts by its known title (``by_title``), else it is not imported; ``title=-`` leaves a column out. A column
    without a title, or one of two with the same, is named by its letter (``C=phone``). Raises ``Invalid`` on ``mapping``.
    """
    known = known_titles(columns)
    places = {
        place: known.get(as_compared(title), "") if by_title else ""
        for place, title in enumerate(told.titles)
    }
    said: dict[int, str] = {}
    wrong: list[str] = []
    for word in words:
        title, equals, name = word.rpartition("=")
        key = "" if name.strip() == IGNORED else known.get(as_compared(name), "?")
        if not equals or key == "?":
            sentence = _("“%(word)s”看不懂。请写成“标题=项目”，不导入的写“标题=-”。项目可以是：%(fields)s。")
            wrong.append(sentence % {"word": word[:60], "fields": _("、").join(one.title for one in columns)})
            continue
        try:
            said[_place(told, title)] = key
        except ValueError as error:
            wrong.append(str(error))
    if wrong:
        raise Invalid({"mapping": wrong})
    taken = {key for key in said.values() if key}
    rest = {place: "" if key in taken else key for place, key in places.items()}
    try:
        return check(told, rest | said, columns)
    except Invalid as refusal:
        raise Invalid({"mapping": [one for many in refusal.fields.values() for one in many]}) from None


def _place(told: Look, title: str) -> int:
    """Return where the column with a title lies, or the one with a letter; ``ValueError`` with what to do."""
    at = [place for place, one in enumerate(told.titles) if as_compared(one) == as_compared(title) != ""]
    if not at:
        at = [place for place in range(len(told.titles)) if column_name(place) == title.strip().upper()]
    if len(at) == 1:
        return at[0]
    if at:
        sentence = _("有 %(n)d 列都叫“%(title)s”，请用列号说明是哪一列，例如“%(letter)s=…”。")
        words = {"n": len(at), "title": title.strip()[:40], "letter": column_name(at[0])}
        raise ValueError(sentence % words)
    shown = _("、").join(one for one in told.titles if one)[:200]
    raise ValueError(
        _("文件里没有“%(title)s”这一列。有：%(titles)s。") % {"title": title.strip()[:40], "titles": shown}
    )
