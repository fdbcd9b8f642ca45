"""The sample edition gives way to files of one's own, and does not mix with them unasked."""

import io
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from articles.changes.consistency import find_differences
from articles.editorial.edits import edit_articles
from articles.editorial.recording import recording
from articles.models import Article, Provider, Topic
from tests.support.checking import PROJECT
from tests.support.import_runs import import_problems
from tests.support.rows import rows

pytestmark = pytest.mark.django_db(transaction=True)
SEED = PROJECT / "articles" / "seed"
POST = "---\ntitle: Mine\ndate: 2024-08-08T10:00:00Z\ntags: [Health, Quay]\n---\nText.\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    (folder / "_posts").mkdir(parents=True)
    (folder / "_posts" / "2024-08-08-mine.md").write_text(POST)
    return folder


def sample() -> None:
    """Import a part of the sample edition that has topics, providers, related articles and a story."""
    call_command("import_articles", str(SEED), "--quiet")


def offer(folder: Path, **options: Any) -> None:
    call_command("import_articles", folder, quiet=True, instead="make fresh CONTENT=mine", **options)


def edit() -> None:
    article = Article.objects.filter(is_reference=False)[0]
    with recording(None, "edit", "Edited") as record:
        record.watch_articles({article.pk}, ("heat",))
        edit_articles([article.pk], heat=1)


def test_where_nobody_can_be_asked_nothing_mixes_and_the_command_is_named(mine: Path) -> None:
    sample()
    before = Article.objects.count()
    with pytest.raises(CommandError, match=r"do not mix(?s:.*)\n  make fresh CONTENT=mine\n") as caught:
        offer(mine)
    assert caught.value.returncode == 2
    assert Article.objects.count() == before


def test_both_are_there_if_that_is_said_and_a_dry_run_asks_nothing(mine: Path) -> None:
    sample()
    before = Article.objects.count()
    offer(mine, dry_run=True)
    assert Article.objects.count() == before
    offer(mine, with_sample=True)
    assert Article.objects.filter(title="Mine").exists()
    assert Article.objects.count() > before


def test_the_command_itself_says_what_to_do(mine: Path) -> None:
    sample()
    with pytest.raises(CommandError, match=r"\n  manage.py remove_sample\n\nWith --with-sample"):
        call_command("import_articles", SEED, mine)


@pytest.mark.parametrize(("answer", "stays"), [("y\n", False), ("\n", False), ("what\nn\n", True)])
def test_on_a_terminal_it_is_asked(
    mine: Path, answer: str, stays: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sample()
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    offer(mine)
    assert Article.objects.exclude(title="Mine").exists() is stays
    assert Article.objects.filter(title="Mine").exists()
    assert "Take it away before" in capsys.readouterr().out


def test_whoever_gives_no_answer_imports_nothing(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample()
    monkeypatch.setattr("sys.stdin", Terminal(""))
    with pytest.raises(CommandError, match="nothing was imported"):
        offer(mine)
    assert not Article.objects.filter(title="Mine").exists()
    assert Article.objects.exists()


def test_nothing_is_asked_where_there_is_nothing_to_mix(mine: Path) -> None:
    offer(mine)  # an empty database
    call_command("import_articles", SEED, quiet=True)
    offer(SEED)  # the sample edition itself
    offer(mine)  # what was mixed already
    assert Article.objects.filter(title="Mine").exists()
    assert Article.objects.count() > 2


def test_taken_away_alone_nothing_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    sample()
    call_command("remove_sample")
    assert [model for model in (Article, Topic, Provider) if model.objects.exists()] == []
    assert "is out" in capsys.readouterr().out
    call_command("remove_sample")
    assert capsys.readouterr().out == ""


def test_taken_away_beside_others_it_leaves_what_they_would_be_alone(mine: Path) -> None:
    import_problems(mine)
    alone = rows(), set(Topic.objects.values_list("name", flat=True)), Provider.objects.count()
    sample()
    assert Topic.objects.filter(name="Transport").exists()
    call_command("remove_sample")
    assert (rows(), set(Topic.objects.values_list("name", flat=True)), Provider.objects.count()) == alone
    assert find_differences().differences() == []


def test_what_editors_did_goes_only_if_that_is_said(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample()
    edit()
    with pytest.raises(CommandError, match="--with-edits"):
        call_command("remove_sample")
    monkeypatch.setattr("sys.stdin", Terminal("\n"))
    with pytest.raises(CommandError, match="--with-edits"):
        call_command("remove_sample")
    assert Article.objects.exists()
    call_command("remove_sample", with_edits=True)
    assert not Article.objects.exists()


@pytest.mark.parametrize("target", ["serve", "import"])
def test_make_imports_a_folder_with_the_question(target: str) -> None:
    steps = subprocess.run(
        ["make", "--dry-run", target, "CONTENT=my site", "PORT=8001"],
        cwd=PROJECT, capture_output=True, text=True, timeout=60, check=True,
    ).stdout.splitlines()  # fmt: skip
    [imported] = [line for line in steps if 'import_articles "my site"' in line]
    command = {"serve": "make fresh CONTENT=my site PORT=8001", "import": "make import CONTENT=my site"}[target]
    assert f'{command}" || [ $? -eq 1 ]' in imported
    assert "--with-sample" not in imported
