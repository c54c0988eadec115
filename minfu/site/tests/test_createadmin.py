"""``minfu createadmin``: the first account, with sentences for what is wrong."""

import re

import pytest
import typer
from typer.testing import CliRunner

from minfu.accounts.models import Post, Role, User
from minfu.kernel import record
from minfu.kernel.pg_account import Trouble
from minfu.places.loading import load_county
from minfu.site.cli.createadmin import createadmin

app = typer.Typer()
app.command()(createadmin)


def run(*lines: str) -> str:
    """Answer the prompts and return what was printed; ``Trouble`` is raised as it is."""
    return CliRunner().invoke(app, input="\n".join(lines) + "\n", catch_exceptions=False).output


@pytest.fixture
def county(db: None) -> None:
    """Load the county this installation serves."""
    load_county("350922")


@pytest.mark.usefixtures("county")
def test_creates_an_administrator_with_a_password_for_once() -> None:
    printed = run("admin1", "系统员")
    password = re.search(r":(\w{4}-\w{4}-\w{4})", printed)
    assert password, printed
    user = User.objects.get(username="admin1")
    assert user.check_password(password[1])
    assert user.must_change_password
    post = Post.objects.get(user=user)
    assert (post.role, post.area.code) == (Role.ADMINISTRATOR, "350922000000")
    assert record.history(("user", user.pk))[0].door == "command"


@pytest.mark.usefixtures("county")
def test_second_administrator_works_in_the_same_unit() -> None:
    run("admin1", "系统员")
    run("admin2", "另一人")
    assert len({post.unit_id for post in Post.objects.all()}) == 1


@pytest.mark.usefixtures("county")
def test_name_in_use_is_refused_and_leaves_nothing() -> None:
    run("admin1", "系统员")
    with pytest.raises(Trouble, match="用户名"):
        run("admin1", "另一人")
    assert Post.objects.count() == 1


@pytest.mark.django_db
def test_without_divisions_it_says_what_to_run_first() -> None:
    with pytest.raises(Trouble, match="places import"):
        run("admin1", "系统员")
