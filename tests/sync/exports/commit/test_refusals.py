"""What keeps an export from its commit; nothing is written then."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError

from articles.models import Article
from tests.support.factories import make_article
from tests.support.repositories import commit_all, edit, export, git, refusal, user

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def snapshot(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*.md") if path.is_file()}


def staged(root: Path) -> None:
    (root / "more.txt").write_text("x")
    git(root, "add", "more.txt")


def merging(root: Path) -> None:
    git(root, "checkout", "-b", "side")
    git(root, "commit", "--allow-empty", "-m", "side")
    git(root, "checkout", "main")
    git(root, "commit", "--allow-empty", "-m", "main")
    git(root, "merge", "--no-commit", "side")


def rebasing(root: Path) -> None:
    (root / ".git/rebase-merge").mkdir()


def ignoring(root: Path) -> None:
    (root / ".gitignore").write_text("*-new.md\n")
    commit_all(root)


def unversioned(root: Path) -> None:
    (root / ".git").rename(root.parent / "elsewhere")


def bare(root: Path) -> None:
    git(root, "config", "core.bare", "true")


def submodule(root: Path) -> None:
    git(root, "rm", "-r", "--cached", "--quiet", "_news")
    git(root / "_news", "init")
    git(root / "_news", "add", "--all")
    git(root / "_news", "commit", "-m", "x")
    git(root, "add", "_news")
    git(root, "commit", "-m", "x")


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (staged, "something is staged"),
        (merging, "a merge is under way"),
        (rebasing, "a rebase is under way"),
        (ignoring, "git ignores _news/2023-09-01-new.md"),
        (unversioned, "is not in the work tree of a git repository"),
        (bare, "is not in the work tree of a git repository"),
        (submodule, "submodule"),
    ],
)
def test_without_the_means_for_a_commit_nothing_is_written(
    root: Path, prepare: Callable[[Path], None], reason: str
) -> None:
    edit(user("ada"), "a", title="Mine")
    time = Article.objects.get(slug="a").published_date_time
    make_article(slug="new", published_date_time=time)
    prepare(root)
    before = snapshot(root)
    error = refusal(root)
    assert (error.returncode, reason in str(error)) == (2, True), error
    assert snapshot(root) == before
    assert Article.objects.exclude(exported_digest="").count() == 0


def test_without_git_nothing_is_written(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(None, "a", title="Mine")
    before = snapshot(root)
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "/nowhere")
        error = refusal(root)
    assert (error.returncode, "there is no git" in str(error)) == (2, True)
    assert snapshot(root) == before


@pytest.mark.parametrize("option", ["--dry-run", "--check"])
def test_a_rehearsal_makes_no_commit(root: Path, option: str) -> None:
    with pytest.raises(CommandError, match="not allowed with argument"):
        export(root, option)
