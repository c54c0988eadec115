"""The county's own category model: learned from what was confirmed, replaced by no worse one, done without when broken."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.urls import reverse

from minfu.cases import checks, events, tasks
from minfu.cases.models import Case, Category
from minfu.cases.rules import catalog, hints, learning
from minfu.cases.rules.intake import Spot
from minfu.cases.tests.screens import client_of
from minfu.cases.tests.world import World
from minfu.language import training, versions
from minfu.language.tests.invented import invented
from minfu.notices.models import Notice

#: The test county's categories for the invented matters.
CODES = {"路灯": "040101", "供水": "040102"}


@pytest.fixture(autouse=True)
def home(settings: LazySettings, tmp_path: Path) -> Iterator[Path]:
    """Keep models apart from those of other tests."""
    settings.MINFU_HOME = tmp_path
    versions.forget()
    yield tmp_path
    versions.forget()


@pytest.fixture
def settled(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Forty demands to learn from, which are enough here. That they were settled is told, not played: it takes a minute."""
    row = Category.objects.get(code="040101")
    Category.objects.filter(pk=row.pk).update(keywords="路灯")
    if not Category.objects.filter(code="040102").exists():
        row.pk, row.code, row.name, row.keywords = None, "040102", "停水", "停水"
        row.save()
    catalog.forget()
    monkeypatch.setattr(learning, "ENDED", ("assigned",))
    monkeypatch.setattr(learning, "LEAST", 20)
    monkeypatch.setattr(learning, "LEAST_OF_ONE", 3)
    monkeypatch.setattr(learning, "LEAST_TESTED", 2)
    for text, label in zip(*invented(80), strict=True):
        if label in CODES:
            world.register(description=text, category_code=CODES[label])
    return world


def test_too_few_confirmed_demands_teach_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.at("solved")
    world.register()
    monkeypatch.setattr(learning, "LEAST_OF_ONE", 1)
    done = learning.learn()
    assert (done.learned_from + done.tested, done.version, done.used) == (1, 0, False)
    assert versions.in_use(hints.folder()) is None


def test_what_was_confirmed_is_learned_and_suggested_with_probability_and_words(settled: World) -> None:
    done = learning.learn()
    assert (done.version, done.used) == (1, True)
    assert done.right >= done.before
    assert done.tested >= 2
    found = hints.categories("桥头的自来水停了，水管漏水", catalog.current())
    assert found[0].category.code == "040102"
    assert 0 < (found[0].probability or 0) <= 1
    assert any("水" in word for word in found[0].words)
    page = (
        client_of(settled, "clerk")
        .post(reverse("cases:suggest"), {"description": "桥头的自来水停了，水管漏水"})
        .content.decode()
    )
    assert f"{found[0].percent}%" in page
    assert 'aria-keyshortcuts="Alt+1"' in page
    assert (
        page.count('data-pick="category"') == page.count("· 依据：") == page.count('aria-describedby="why-')
    )
    assert all(f"{word}" in page for word in found[0].words)


@pytest.mark.parametrize(("probability", "percent"), [(1.0, 99), (0.996, 99), (0.984, 98), (0.0, 0)])
def test_nothing_that_is_read_is_called_certain(probability: float, percent: int) -> None:
    assert hints.in_percent(probability) == percent


def test_confidential_and_open_demands_are_not_learned_from(settled: World) -> None:
    before = learning.learn()
    settled.register(spot=Spot())
    for case in Case.objects.order_by("-pk")[1:11]:
        Case.objects.filter(pk=case.pk).update(restricted=True)
    after = learning.learn()
    assert after.learned_from + after.tested == before.learned_from + before.tested - 10


def test_a_worse_model_is_kept_but_not_used_and_one_can_go_back(
    settled: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert learning.learn().used
    texts, labels = invented(200)
    wrong = {"路灯": "040102", "供水": "040101"}
    told = [(text, wrong[label]) for text, label in zip(texts, labels, strict=True) if label in wrong]
    worse = training.learned([text for text, _code in told], [code for _text, code in told])
    monkeypatch.setattr(training, "learned", lambda *_given: worse)
    done = learning.learn()
    assert (done.version, done.used) == (2, False)
    assert done.right < done.before
    assert versions.in_use(hints.folder()) == 1
    monkeypatch.undo()
    versions.use(hints.folder(), 2)
    assert learning.go_back() == 1
    assert learning.go_back() is None
    assert versions.in_use(hints.folder()) == 1


def test_with_a_broken_or_missing_model_words_suggest_and_the_doctor_says_so(settled: World) -> None:
    assert learning.learn().used
    assert [one.well for one in checks.category_model(lambda _done, _all: None)] == [True]
    versions.path_of(hints.folder(), 1).write_bytes(b"broken")
    versions.forget()
    found = hints.categories("村口的路灯坏了", catalog.current())
    assert found[0].category.code == "040101"
    assert found[0].probability is None
    told = list(checks.category_model(lambda _done, _all: None))
    assert [one.well for one in told] == [False]
    assert "minfu learn" in told[0].remedy
    assert settled.register().pk


def test_the_administrators_are_told_while_the_model_in_use_cannot_be_read(settled: World) -> None:
    administrator = client_of(settled, "administrator")
    page = reverse("cases:understanding")
    assert learning.learn().used
    tasks.watch_model()
    assert not Notice.objects.filter(event=events.MODEL_BROKEN).exists()
    assert "读不出来" not in administrator.get(page).content.decode()
    whole = versions.path_of(hints.folder(), 1).read_bytes()
    versions.path_of(hints.folder(), 1).unlink()
    tasks.watch_model()
    told = Notice.objects.get(event=events.MODEL_BROKEN)
    assert told.user_id == settled.administrator.user_id
    assert "类别模型读不出来" in administrator.get(reverse("notices:inbox")).content.decode()
    assert "读不出来" in administrator.get(page).content.decode()
    assert "minfu_category_model_broken 1.0" in administrator.get("/metrics").content.decode()
    versions.path_of(hints.folder(), 1).write_bytes(whole)
    tasks.watch_model()
    assert Notice.objects.filter(event=events.MODEL_BROKEN).count() == 1
    assert "minfu_category_model_broken 0.0" in administrator.get("/metrics").content.decode()


def test_a_model_that_is_put_right_is_read_again_by_every_process(
    settled: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert learning.learn().used
    path = versions.path_of(hints.folder(), 1)
    whole = path.read_bytes()
    monkeypatch.setattr(versions, "TTL", 0.0)
    path.write_bytes(b"broken")
    versions.forget()
    assert versions.current(hints.folder()) is None
    beside = path.with_name("whole")
    beside.write_bytes(whole)
    beside.replace(path)
    assert versions.current(hints.folder()) is not None


def test_old_versions_are_forgotten_but_never_the_one_in_use(tmp_path: Path) -> None:
    model = training.learned(*invented(60))
    for _time in range(versions.KEPT + 3):
        number = versions.add(tmp_path, model)
        if number == 1:
            versions.use(tmp_path, 1)
    assert versions.numbers(tmp_path)[0] == 1
    assert len(versions.numbers(tmp_path)) == versions.KEPT + 1
    assert versions.current(tmp_path) is not None
