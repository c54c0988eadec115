"""The rules of the house that no linter knows: each names what to do when it fails."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test.utils import isolate_apps
from django.urls import URLPattern, URLResolver, get_resolver

from minfu.kernel import gate, jobs, record
from minfu.registry import rotation
from tools import draw_states

ROOT = Path(settings.BASE_DIR)
SOURCES = sorted(path for top in ("minfu", "config", "tools", "bench") for path in (ROOT / top).rglob("*.py"))
#: Domain rooms: subjects of their own with states, entered by others only through ``door.py``.
ROOMS = sorted(
    path.parent.name
    for path in (ROOT / "minfu").glob("*/door.py")
    if (path.parent / "rules" / "access.py").exists()
)
LONGEST_MODULE = 500
#: Framework views that guard themselves.
SELF_GUARDED = {"serve", "JavaScriptCatalog"}


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every route with its full pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, pattern)
        else:
            yield pattern, entry


def test_every_route_declares_its_right() -> None:
    bare = [
        pattern
        for pattern, entry in routes()
        if not hasattr(entry.callback, "gate") and getattr(entry.callback, "__name__", "") not in SELF_GUARDED
    ]
    assert not bare, f"declare a right with minfu.kernel.gate on: {bare}"


def test_declared_rights_are_registered() -> None:
    known = set(gate.rights())
    declared = {str(entry.callback.gate) for _pattern, entry in routes() if hasattr(entry.callback, "gate")}
    unknown = {
        name
        for name in declared
        if name not in known and name != "signed in" and not name.startswith("open: ")
    }
    assert not unknown


def test_every_event_has_a_sentence_for_people() -> None:
    for name, sentence in record.sentences().items():
        assert re.search(r"[\u4e00-\u9fff]", str(sentence)), f"{name} needs a Chinese sentence"
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", name), f"{name} is not room.event"


def test_every_task_waits_in_a_served_queue() -> None:
    from procrastinate.contrib.django import app

    unserved = {name: task.queue for name, task in app.tasks.items() if task.queue not in jobs.QUEUES}
    assert not unserved


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_the_shape(room: str) -> None:
    folder = ROOT / "minfu" / room
    needed = [
        "README.md",
        "apps.py",
        "door.py",
        "events.py",
        "models",
        "rights.py",
        "rules",
        "states.py",
        "tests",
        "urls.py",
    ]
    needed += ["rules/access.py", "rules/actions", f"templates/{room}", "migrations/0001_initial.py"]
    missing = [
        name for name in needed if not (folder / name).exists() and not (folder / f"{name}.py").exists()
    ]
    assert not missing, f"room {room} lacks {missing}; see docs/howto/add-a-room.md"


def test_state_diagrams_are_fresh() -> None:
    assert draw_states.stale() == [], "run tools/draw_states.py"


def test_no_foreign_key_between_rooms() -> None:
    crossing = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.remote_field
        and model._meta.app_label in ROOMS
        and field.remote_field.model._meta.app_label in ROOMS
        and field.remote_field.model._meta.app_label != model._meta.app_label
    ]
    assert not crossing


def test_nothing_cascades_into_evidence() -> None:
    ours = [model for model in apps.get_models() if model.__module__.startswith("minfu.")]
    cascades = [
        f"{model.__name__}.{field.name}"
        for model in ours
        for field in model._meta.concrete_fields
        if field.remote_field and field.remote_field.on_delete is models.CASCADE
    ]
    allowed = {"PlaceAlias.place", "ApiToken.user", "ApiToken.post", "OneTimeCode.identity"}  # no evidence
    assert set(cascades) <= allowed, cascades


def test_modules_stay_short() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if "migrations" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }
    assert not long, f"split: {long}"


def test_every_setting_is_documented() -> None:
    text = (ROOT / "config" / "settings.py").read_text(encoding="utf-8")
    names = {
        str(node.args[0].value)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and getattr(node.func.value, "id", "") == "env"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    documented = (ROOT / "docs" / "operations" / "settings.md").read_text(encoding="utf-8")
    missing = sorted(name for name in names if f"`{name}`" not in documented)
    assert names
    assert not missing, f"describe in docs/operations/settings.md: {missing}"


def test_no_template_is_unused() -> None:
    folders = [ROOT / "templates", *(ROOT / "minfu").glob("*/templates")]
    templates = {path.relative_to(folder).as_posix() for folder in folders for path in folder.rglob("*.html")}
    everything = "\n".join(
        path.read_text(encoding="utf-8") for folder in folders for path in folder.rglob("*.html")
    ) + "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    framework = ("django/forms/", "400.html", "403.html", "404.html", "500.html")
    unused = sorted(
        name
        for name in templates
        if not name.startswith(framework)
        and name not in everything
        and f'"{name.rpartition("_")[0]}_{{'
        not in everything  # a name put together: f"site/gallery_{part}.html"
    )
    assert not unused, f"delete or use: {unused}"


#: A column that names a person.
_PERSON = re.compile(
    r"(^|_)(user|post|person|worker|officer|staff|reporter|identity|resident|handler|mediator)(_id)?$"
)
#: Tables in which a person and a number stand side by side: what a row, and hence the number, is about.
_ABOUT_MATTERS = {
    "kernel.Event": "a step in the history", "accounts.Session": "a signed-in browser",
    "registry.Reveal": "a look at sealed data", "registry.OneTimeCode": "a code sent once", "files.StoredFile": "a file",
    "notices.Channel": "a way to send messages", "notices.Notice": "a message", "notices.Delivery": "a message on its way",
    "tables.ExportRun": "a table handed out", "cases.Case": "a demand", "cases.TableRun": "a table taken in",
    "cases.Approval": "a request about a demand", "cases.Answer": "what a resident said of a demand",
    "workbooks.Workbook": "a form from above", "documents.Document": "a document", "hazards.AlarmStep": "whom an alarm wakes",
    "hazards.Alarm": "an alarm", "hazards.Call": "a call of an alarm", "figures.Exclusion": "a demand left out of rates",
    "answers.Answer": "a number of a place or unit", "returns.Form": "a form", "returns.Copy": "a unit's copy of a form",
}  # fmt: skip
#: Keyed by a post that is no person's: another system acts in it.
_NOBODY = {"accounts.System"}
_NUMBERS = (models.IntegerField, models.FloatField, models.DecimalField, models.DurationField)


def _is_person(field: models.Field) -> bool:
    related = getattr(field.related_model, "__name__", "") if field.is_relation else ""
    return bool(_PERSON.search(field.name)) or related in ("User", "Post", "Identity")


def tables_of_persons(found: Iterable[type[models.Model]]) -> list[str]:
    """Return the tables with a number of a person: keyed by a person, or not known to be about a matter."""
    told = []
    for model in found:
        fields = model._meta.concrete_fields
        persons = {field.name for field in fields if _is_person(field)}
        numbers = [
            one
            for one in fields
            if isinstance(one, _NUMBERS) and not (one.primary_key or one.name in persons)
        ]
        keys = [{field.name} for field in fields if field.unique and not field.primary_key]
        keys += [
            set(one.fields) for one in model._meta.constraints if isinstance(one, models.UniqueConstraint)
        ]
        label = f"{model._meta.app_label}.{model.__name__}"
        of_a_person = any(key & persons for key in keys) and label not in _NOBODY
        if persons and numbers and (of_a_person or label not in {*_ABOUT_MATTERS, *_NOBODY}):
            told.append(label)
    return told


def counts_by_person(source: str) -> list[int]:
    """Return the lines of a source in which a query counts, or adds up, for each person."""

    def names(call: ast.AST) -> Iterator[str]:
        while isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            if call.func.attr in ("values", "values_list"):
                yield from (str(one.value) for one in call.args if isinstance(one, ast.Constant))
            call = call.func.value

    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "annotate"
        and re.search(r"\b(Count|Sum|Avg)\(", ast.unparse(node.args + [one.value for one in node.keywords]))  # type: ignore[arg-type]  # unparses a list
        and any(_PERSON.search(part) for name in names(node) for part in name.split("__"))
    ]


def test_a_table_of_persons_by_figure_does_not_exist() -> None:
    """Figures judge matters and units, never people: no model counts or scores a person, no query counts for each.

    A new table with a number beside a person: say in ``_ABOUT_MATTERS`` which matter its row is about. There is no other way.
    """
    ours = [model for model in apps.get_models() if model.__module__.startswith("minfu.")]
    assert not tables_of_persons(ours)
    forbidden = re.compile(r"(score|rank|points|online_time|check_in|track)", re.IGNORECASE)
    assert not [
        f"{model.__name__}.{one.name}"
        for model in ours
        for one in model._meta.concrete_fields
        if forbidden.search(one.name)
    ]
    sources = [path for path in SOURCES if "tests" not in path.parts]
    assert not {str(path): lines for path in sources if (lines := counts_by_person(path.read_text("utf-8")))}


@isolate_apps("minfu.figures")
def test_a_table_of_persons_would_be_seen() -> None:
    class OfficerMonth(models.Model):  # noqa: DJ008 - made for this test, never shown
        officer_user_id = models.BigIntegerField()
        month = models.DateField()
        handled = models.IntegerField()

        class Meta:
            app_label = "figures"

    class Exclusion(models.Model):  # noqa: DJ008 - known to be about a matter; keyed by a person all the same
        asked_by_user_id = models.BigIntegerField(unique=True)
        number = models.IntegerField()

        class Meta:
            app_label = "figures"

    class Township(models.Model):  # noqa: DJ008 - made for this test, never shown
        code = models.CharField(max_length=12, unique=True)
        handled = models.IntegerField()

        class Meta:
            app_label = "figures"

    assert tables_of_persons([OfficerMonth, Exclusion, Township]) == [
        "figures.OfficerMonth",
        "figures.Exclusion",
    ]
    by_unit = 'Case.objects.values("lead").annotate(n=Count("pk"))\n'
    by_person = 'rows.filter(a=1).values("lead__posts__user_id").order_by().annotate(n=Count("pk"))\n'
    assert counts_by_person(by_unit + by_person) == [2]


def test_no_figure_is_split_by_person() -> None:
    """No indicator knows a split by person, and no cell or bucket says who did it: there is nothing to rank people by."""
    from minfu.figures.models import Bucket, Cell, Key, Shape
    from minfu.figures.rules import registry

    of_matters = {"place", "unit", "level", "category", "kind", "door", "period"}
    assert of_matters >= registry.SPLITS
    assert all(of_matters >= set(one.splits) for one in registry.indicators())
    personal = re.compile(r"user|post|person|actor|staff|worker|reporter|identity|name", re.IGNORECASE)
    columns = {field.name for model in (Bucket, Cell, Key, Shape) for field in model._meta.concrete_fields}
    assert not {name for name in columns if personal.search(name)}


def test_nothing_names_the_machine_it_was_made_on() -> None:
    needle = re.compile(r"(?<![\w.])/(work|farm)/")
    texts = [
        path for path in ROOT.rglob("*.md") if not {"node_modules", "var", ".venv"} & set(path.parts)
    ] + SOURCES
    found = [str(path.relative_to(ROOT)) for path in texts if needle.search(path.read_text(encoding="utf-8"))]
    assert not found


#: The lockout counts per address, which only the request knows.
MAY_KNOW_THE_WEB = {"minfu/accounts/rules/sign_in.py"}
WEB = (
    "django.http",
    "django.shortcuts",
    "django.views",
    "django.urls",
    "django.forms",
    "django.template",
    "ninja",
)


#: Binary columns that hold digests, which no key opens.
DIGESTS = {
    "accounts.ApiToken.digest", "kernel.Event.hash", "kernel.Event.prev_hash", "kernel.KeptAnswer.key",
    "kernel.KeptAnswer.request", "kernel.Limit.key", "kernel.Seal.digest", "registry.Identity.id_index",
    "registry.Identity.phone_index", "registry.OneTimeCode.digest",
}  # fmt: skip


def test_every_sealed_column_is_sealed_anew_when_keys_rotate() -> None:
    sealed = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("minfu.")
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField)
    }
    assert not DIGESTS - sealed
    assert sealed - DIGESTS == set(rotation.columns()), "register the column with minfu/registry/rotation.py"


def test_rules_know_no_web() -> None:
    """Rules run the same from a screen, the API, an import and a job."""
    inner = [
        path
        for path in SOURCES
        if re.search(r"minfu/\w+/(rules|models)(/|\.py)|minfu/\w+/(states|events)\.py", str(path))
    ]
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in inner
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _imported(node)
        if name.startswith(WEB) and str(path.relative_to(ROOT)) not in MAY_KNOW_THE_WEB
    ]
    assert inner
    assert not found


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


#: Rooms whose sentences stand on screens; what only an operator's terminal shows is left aside.
SPOKEN = (
    "accounts", "answers", "cases", "disputes", "documents", "figures", "files", "hazards",
    "language", "notices", "open311", "opendata", "places", "returns", "topics", "webhooks", "workbooks",
)  # fmt: skip
_HALF = re.compile(
    r"[\u4e00-\u9fff”）][,;:?!](?=[\u4e00-\u9fff“（])|[\u4e00-\u9fff”]\((?=[^)]*[\u4e00-\u9fff])"
)


def spoken(path: Path) -> Iterator[str]:
    """Yield every sentence of a module or template that is marked for translation."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        for quoted, block in re.findall(
            r"{%\s*translate\s+[\"']([^\"']+)|{%\s*blocktranslate[^%]*%}(.*?){%\s*endblocktranslate",
            source,
            re.DOTALL,
        ):
            yield quoted or block
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "").lstrip("_") in {
            "",
            "gettext",
            "gettext_lazy",
            "ngettext",
        }:
            yield from (
                one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )


def test_chinese_sentences_have_chinese_punctuation() -> None:
    places = [ROOT / "templates", *(ROOT / "minfu" / room for room in SPOKEN)]
    files = [path for place in places for ending in ("*.py", "*.html") for path in place.rglob(ending)]
    wrong = [
        f"{path.relative_to(ROOT)}: {sentence.strip()[:60]}"
        for path in files
        if "tests" not in path.parts and path.name != "cli.py"
        for sentence in spoken(path)
        if _HALF.search(sentence) and "CSV" not in sentence  # whose columns are parted by half-width commas
    ]
    assert not wrong, "write ，；：？！（） between Chinese words:\n" + "\n".join(wrong)
