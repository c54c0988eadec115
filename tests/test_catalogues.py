"""Every sentence is there in every language and says the same; the catalogues are what the source says today.

After a change of sentences run ``make messages``, write what it names into ``locale/en/LC_MESSAGES/django.po``, then again.
"""

import ast
import re
import string
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.base import Lexer, TokenType

from tools import messages

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
#: English texts that hold Chinese on purpose: what must be typed in Chinese, or an example of it.
CHINESE_IN_ENGLISH = {
    "FeatureCollection；属性写 网格编码，或写 村码、网格名称、网格类型",
    "把国务院办公厅的通知整理成 CSV，每行：日期,是否上班(1/0),名称。例如 2027-02-05,0,春节。先给您看会改哪些天，确认后才改。",
}
#: Pages for developers, with invented data.
UNTRANSLATED = re.compile(r"gallery")
PERCENT = re.compile(r"%(?:\((\w+)\))?[#0 +-]*\d*(?:\.\d+)?[a-zA-Z%]")
TAG = re.compile(r"</?\w[^>]*>")
FULL_WIDTH = re.compile(r"[，。：；？！（）、「」『』《》]")


@pytest.fixture(scope="module")
def gathered() -> dict[tuple[str, str], messages.Message]:
    return messages.gathered()


def entries(locale: str) -> dict[tuple[str, str], Any]:
    """The entries of a catalogue by text and context."""
    read = messages.read(messages.catalogue(locale))
    return {
        (str(one.id if isinstance(one.id, str) else one.id[0]), one.context or ""): one
        for one in read
        if one.id
    }


def strings(entry: Any) -> tuple[str, ...]:
    return entry.string if isinstance(entry.string, tuple) else (entry.string,)


def placeholders(text: str) -> Counter[str]:
    """What is filled in: ``%(name)s`` and ``{name}`` with how often, ``%%``."""
    found = Counter(match[0] for match in PERCENT.finditer(text) if match[1] or match[0] == "%%")
    try:
        found.update(f"{{{name}}}" for _text, name, _spec, _conv in string.Formatter().parse(text) if name)
    except ValueError:  # a text about braces
        found.update(re.findall(r"\{\{|\}\}", text))
    return found


def told(problems: list[str]) -> str:
    return f"run `make messages` and mend locale/: {len(problems)} texts\n" + "\n".join(problems[:40])


@pytest.mark.parametrize("locale", ["en", "zh_Hant"])
def test_the_catalogue_has_what_the_source_says_and_nothing_else(
    gathered: dict[tuple[str, str], messages.Message], locale: str
) -> None:
    have = entries(locale)
    problems = [f"not in the catalogue: {text}" for text, context in gathered if (text, context) not in have]
    problems += [
        f"no longer in the source: {text}" for text, context in have if (text, context) not in gathered
    ]
    problems += [
        f"has a plural in one of them only: {text}"
        for (text, context), message in gathered.items()
        if (text, context) in have and bool(message.plural) != isinstance(have[text, context].id, tuple)
    ]
    assert not problems, told(problems)


@pytest.mark.parametrize("locale", ["en", "zh_Hant"])
def test_nothing_is_missing(locale: str) -> None:
    problems = [
        text for (text, _context), entry in entries(locale).items() if entry.fuzzy or not all(strings(entry))
    ]
    assert not problems, told(problems)


@pytest.mark.parametrize("locale", ["en", "zh_Hant"])
def test_a_translation_fills_in_the_same_and_keeps_the_tags(locale: str) -> None:
    problems = []
    for (text, _context), entry in entries(locale).items():
        for number, said in enumerate(strings(entry)):
            wanted, has = placeholders(text), placeholders(said)
            if isinstance(entry.id, tuple) and number == 0 and not has - wanted:  # "once" says the number
                continue
            if wanted != has or Counter(TAG.findall(text)) != Counter(TAG.findall(said)):
                problems.append(f"{text} → {said}")
    assert not problems, told(problems)


def test_english_is_english() -> None:
    problems = [
        f"{text} → {said}"
        for (text, _context), entry in entries("en").items()
        for said in strings(entry)
        if (HAN.search(said) and text not in CHINESE_IN_ENGLISH) or FULL_WIDTH.search(HAN.sub("", said))
    ]
    assert not problems, told(problems)


def test_traditional_is_what_the_table_and_the_converter_say() -> None:
    convert = messages.Traditional()
    problems = [
        f"{text} → {strings(entry)[0]}"
        for (text, _context), entry in entries("zh_Hant").items()
        if strings(entry)[0] != convert(text)
    ]
    assert not problems, told(problems)


def test_the_tables_terms_are_all_used(gathered: dict[tuple[str, str], messages.Message]) -> None:
    unused = [term for term in messages.terms() if not any(term in text for text, _context in gathered)]
    assert not unused


def test_gathering_finds_every_kind_of_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "minfu").mkdir()
    (tmp_path / "minfu" / "a.py").write_text(
        "from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext\n"
        'A = _("一" "二")\nB = gettext_lazy("三")\nC = ngettext("%(n)d 件", "%(n)d 件们", 2)\nD = pgettext("上下文", "四")\n'
        'E = "不收"\n',
        encoding="utf-8",
    )
    (tmp_path / "minfu" / "a.html").write_text(
        '{% load i18n %}<p title="{% translate \'五\' %}">{{ x|default:_("六") }}</p>'
        "{% blocktranslate with n=x %}七 {{ n }} 100%{% endblocktranslate %}{# 不收 #}"
        '{% blocktranslate count n=x %}八{% plural %}九{% endblocktranslate %}{% include "b" with t=_("十") %}don\'t "x',
        encoding="utf-8",
    )
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    found = messages.gathered()
    assert {(one.text, one.context, one.plural) for one in found.values()} == {
        ("一二", "", ""),
        ("三", "", ""),
        ("%(n)d 件", "", "%(n)d 件们"),
        ("四", "上下文", ""),
        ("五", "", ""),
        ("六", "", ""),
        ("七 %(n)s 100%%", "", ""),
        ("八", "", "九"),
        ("十", "", ""),
    }


def test_a_new_sentence_is_named_and_what_was_translated_stays(
    gathered: dict[tuple[str, str], messages.Message],
) -> None:
    new = messages.Message("一句刚写的话。", places=("minfu/x.py",))
    content, missing = messages.updated("en", {**gathered, new.key: new})
    assert "一句刚写的话。" in missing
    text = content.decode()
    assert 'msgid "一句刚写的话。"\nmsgstr ""' in text
    assert 'msgid "首页"\nmsgstr "Home"' in text
    content, missing = messages.updated("zh_Hant", {new.key: new})
    assert not missing
    assert "一句剛寫的話。" in content.decode()
    assert "首頁" not in content.decode(), "what left the source leaves the catalogue"


def test_scripts_say_everything_in_every_language() -> None:
    text = (Path(settings.BASE_DIR) / "static" / "minfu" / "texts.js").read_text(encoding="utf-8")
    blocks = dict(re.findall(r'^  "?([\w-]+)"?: \{(.*?)\n  \}', text, re.DOTALL | re.MULTILINE))
    assert set(blocks) == {code for code, _name in settings.LANGUAGES}
    names = {
        code: set(re.findall(r'(?:^|,)\s*(\w+): "', block, re.MULTILINE)) for code, block in blocks.items()
    }
    assert names["en"] == names["zh-hans"] == names["zh-hant"]
    assert not HAN.search(blocks["en"])


def test_no_page_says_anything_that_is_not_translated() -> None:
    bare = []
    for path in (path for path in messages.sources() if path.suffix == ".html"):
        inside = False
        for token in Lexer(path.read_text(encoding="utf-8")).tokenize():
            if token.token_type is TokenType.BLOCK and re.match(
                r"(end)?(blocktrans|comment)", token.contents
            ):
                inside = not token.contents.startswith("end")
            elif token.token_type is TokenType.TEXT and not inside and HAN.search(token.contents):
                bare.append(f"{path.relative_to(messages.ROOT)}: {token.contents.strip()[:60]}")
    assert not [line for line in bare if not UNTRANSLATED.search(line)]


def test_nothing_is_translated_while_modules_load() -> None:
    """A sentence that is fetched then has the first reader's language for ever: it wants ``gettext_lazy``."""
    early = []
    for path in (path for path in messages.sources() if path.suffix == ".py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        now = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
            for alias in node.names
            if alias.name in {"gettext", "ngettext", "pgettext", "npgettext"}
        }
        early += [f"{path.relative_to(messages.ROOT)}:{line}" for line in at_load(tree, now)]
    assert not early


def at_load(node: ast.AST, names: set[str]) -> Iterator[int]:
    """The lines of calls of ``names`` that run when the module is loaded."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            given = [*getattr(child, "decorator_list", []), *child.args.defaults, *child.args.kw_defaults]
            for one in given:
                if one is not None:
                    yield from at_load(ast.Expr(one), names)
        else:
            if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in names:
                yield child.lineno
            yield from at_load(child, names)


def test_no_sentence_stands_in_an_f_string() -> None:
    """Python before 3.12 reads an f-string as one token: gathering would not see the sentence."""
    inside = [
        f"{path.relative_to(messages.ROOT)}:{call.lineno}"
        for path in messages.sources()
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr)
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in messages.KEYWORDS
    ]
    assert not inside
