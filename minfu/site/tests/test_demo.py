"""The demo county loads whole, twice alike, and plays every story through the verbs without a refusal."""

from collections import Counter
from datetime import datetime

import pytest
import time_machine
from pytest_django import Settings

from minfu.accounts.access import actor_for
from minfu.accounts.models import Post, Role, Unit, User
from minfu.cases import states
from minfu.cases.models import Approval, Case, Help, Objection, Release
from minfu.disputes.models import Mediation
from minfu.hazards.models import Alarm, Call, Evidence, Hazard
from minfu.kernel.errors import Refused
from minfu.notices.models import Channel
from minfu.site import demo
from minfu.site.demo import halfyear, player, script
from minfu.topics.models import Topic
from minfu.workbooks.models import Workbook

MONDAY = datetime.fromisoformat("2026-11-23T07:10:00+08:00")
AFTER_NATIONAL_DAY = datetime.fromisoformat("2026-10-09T16:30:00+08:00")
SUNDAY_NIGHT = datetime.fromisoformat("2026-06-14T23:59:00+08:00")


@pytest.fixture
def in_the_demo(settings: Settings) -> None:
    """Run as ``minfu demo`` does."""
    settings.MINFU_DEMO = True


@pytest.fixture(autouse=True)
def played(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the townships whose half-year would be played: a walk of its own plays one."""
    found: list[str] = []
    monkeypatch.setattr(halfyear, "load", lambda _county, township: found.append(township))
    return found


def loaded(settings: Settings, county: str, now: datetime) -> list[demo.Login]:
    settings.MINFU_COUNTY = county
    with time_machine.travel(now, tick=False):
        return demo.load()


def test_every_story_names_what_exists_and_has_days_enough() -> None:
    courses = script.courses()
    told = script.stories()
    keys = {story.key for story in told if story.key}
    assert len(told) >= 160
    for story in told:
        steps = courses[story.course]
        assert max((step.day for step in steps), default=0) <= story.workdays_ago < script.WORKDAYS_BACK
        assert not story.start.startswith("m") or not steps
        assert story.course != "merged" or story.other in keys
    assert set(courses) == {story.course for story in told}


def test_it_is_refused_outside_the_demo(settings: Settings) -> None:
    settings.MINFU_DEMO = False
    with pytest.raises(Refused):
        demo.load()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("county", "now"), [("350922", MONDAY), ("610422", AFTER_NATIONAL_DAY), ("350922", SUNDAY_NIGHT)]
)
@pytest.mark.usefixtures("in_the_demo")
def test_the_whole_county_loads(
    settings: Settings,
    county: str,
    now: datetime,
    caplog: pytest.LogCaptureFixture,
    played: list[str],
) -> None:
    logins = loaded(settings, county, now)
    assert "refused" not in caplog.text
    assert played == ([halfyear.SHIPPED[county]] if county in halfyear.SHIPPED else [])
    assert {login.role.split(" · ")[0] for login in logins} == {
        str(role.label) for role in Role if role != Role.PARTNER
    }
    assert all(User.objects.get(username=login.username).check_password(login.password) for login in logins)
    areas = {post.area_id for post in Post.objects.filter(user__username__in=["xiang", "xiang2"])}
    assert len(areas) == 2, "two clerks, so that areas can be seen to bind"
    assert Case.objects.count() >= 160
    assert not Case.objects.filter(registered_at__gt=now).exists()
    seen = set(Case.objects.values_list("state", flat=True))
    assert {state.code for state in states.CASE.states} - seen == set()
    assert set(Help.objects.values_list("state", flat=True)) >= {"coming", "done"}
    assert set(Approval.objects.values_list("state", flat=True)) == {"asked", "granted", "refused"}
    assert set(Objection.objects.values_list("upheld", flat=True)) == {None, True, False}
    assert Case.objects.filter(reopened=1, state=states.SOLVED).exists()
    mediated = set(Mediation.objects.values_list("state", flat=True))
    assert mediated >= {"asking", "mediating", "keeping", "kept", "failed", "dropped"}
    assert {"found", "rectifying", "inspecting", "gone", "none"} <= set(
        Hazard.objects.values_list("state", flat=True)
    )
    assert Hazard.objects.filter(rounds=1, state="gone").exists(), "checked twice"
    assert Hazard.objects.filter(state="rectifying", due_at__lt=now, stage__gt=0).exists(), "late, and told"
    assert set(Evidence.objects.values_list("when", flat=True)) == {"before", "after"}
    assert set(Alarm.objects.values_list("state", flat=True)) >= {"sounding", "over"}
    assert Call.objects.filter(stage=2).exists(), "nobody answered the first round"
    assert Case.objects.filter(is_open=True, due_at__lt=now).exclude(escalated_to="").exists()
    assert Release.objects.filter(state="released").count() == len(script.releases())
    assert Topic.objects.filter(state="taken", people__gte=5, title__contains="自来水").exists()
    assert Topic.objects.filter(state="open", people__gte=3).exists()
    assert Workbook.objects.get(state="open").told, "a form from above, half filled in"


@pytest.mark.django_db
@pytest.mark.usefixtures("in_the_demo")
def test_a_second_load_changes_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    told = script.stories()[:12]
    monkeypatch.setattr(player, "stories", lambda: told)
    first = loaded(settings, "610422", MONDAY)
    before = {model: model.objects.count() for model in (Case, Unit, User, Post)}
    assert Channel.objects.get().kind == "catcher", "nothing leaves the house in a demo; what would is kept"
    versions = list(Case.objects.order_by("pk").values_list("pk", "version", "state"))
    second = loaded(settings, "610422", MONDAY)
    assert second == first
    assert before == {model: model.objects.count() for model in (Case, Unit, User, Post)}
    assert versions == list(Case.objects.order_by("pk").values_list("pk", "version", "state"))


@pytest.mark.django_db
@pytest.mark.usefixtures("in_the_demo")
def test_everyone_can_act_and_every_unit_has_someone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player, "stories", list)
    logins = loaded(settings, "610422", MONDAY)
    for login in logins:
        user = User.objects.get(username=login.username)
        assert actor_for(user, None, "screen") is not None, login
    duties = Counter(Unit.objects.filter(kind="department").values_list("duty", flat=True))
    assert max(duties.values()) == 1
    assert not Unit.objects.filter(posts__isnull=True).exists()
    others = User.objects.exclude(username__in=[login.username for login in logins])
    assert not any(user.has_usable_password() for user in others)


@pytest.mark.django_db
@pytest.mark.usefixtures("in_the_demo")
def test_a_refused_step_is_written_down_and_ends_nothing_else(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told = script.stories()[:3]
    wrong = {**script.courses(), told[0].course: [script.Step(0, "+5", "lead", "report", {"what": "好了"})]}
    monkeypatch.setattr(player, "stories", lambda: told[:1])
    monkeypatch.setattr(player, "courses", lambda: wrong)
    loaded(settings, "610422", MONDAY)
    assert Case.objects.get().state == states.ASSIGNED
    assert "report" in caplog.text
