"""Commits that are made up for, and what git is kept from."""

from pathlib import Path

import pytest

from articles.sync.exports import git as repository
from articles.sync.exports.commit import NOTES
from articles.sync.imports.run import import_paths
from tests.support.factories import make_article
from tests.support.repositories import (
    NAME,
    count,
    edit,
    export,
    files_of_head,
    git,
    head,
    hook,
    is_clean,
    refusal,
    user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_what_a_hook_kept_out_is_committed_by_the_next_run(root: Path) -> None:
    edit(user("ada"), "a", title="Mine")
    make_article(slug="new")
    path = hook(root, "echo 'no commits on Fridays' >&2; exit 1")
    error = refusal(root)
    assert (error.returncode, "no commits on Fridays" in str(error)) == (4, True)
    assert b'"Mine"' in (root / NAME).read_bytes()
    assert git(root, "diff", "--cached", "--name-only") == ""
    path.unlink()
    edit(user("grace"), "b", heat=3)
    export(root)
    assert count(root) == 2
    assert len(files_of_head(root)) == 3
    assert ("ada" in head(root), "grace" in head(root)) == (True, True)
    assert is_clean(root)


def test_a_commit_is_made_up_for_when_there_is_nothing_new(root: Path) -> None:
    edit(user("ada"), "a", title="Mine")
    path = hook(root, "exit 1")
    assert refusal(root).returncode == 4
    path.unlink()
    import_paths([root], lambda root, problem: None)
    export(root)
    assert (files_of_head(root), "ada" in head(root)) == ([NAME], True)
    assert is_clean(root)


def test_what_somebody_changed_after_a_failed_commit_is_theirs(root: Path) -> None:
    edit(user("ada"), "a", title="Mine")
    path = hook(root, "exit 1")
    assert refusal(root).returncode == 4
    path.unlink()
    (root / NAME).write_text((root / NAME).read_text() + "\nBy hand.\n")
    with pytest.raises(SystemExit) if False else pytest.MonkeyPatch.context():
        export(root)
    assert count(root) == 1
    assert git(root, "status", "--porcelain") == f" M {NAME}\n"


def test_a_run_that_was_killed_before_its_commit_is_made_up_for(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(user("ada"), "a", title="Mine")
    make_article(slug="new")

    def killed(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(repository.Repository, "commit", killed)
        with pytest.raises(KeyboardInterrupt):
            export(root)
    export(root)
    assert len(files_of_head(root)) == 2
    assert "ada" in head(root)


def test_without_an_identity_files_are_written_and_git_says_what_to_do(root: Path, configuration: Path) -> None:
    edit(None, "a", title="Mine")
    text = configuration.read_text()
    configuration.write_text("[user]\n\tuseConfigOnly = true\n")
    error = refusal(root)
    assert (error.returncode, "user.email" in str(error)) == (4, True)
    configuration.write_text(text)
    export(root)
    assert files_of_head(root) == [NAME]


def test_a_hook_that_never_ends_is_ended(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(None, "a", title="Mine")
    path = hook(root, "sleep 600")
    monkeypatch.setattr(repository, "COMMIT_TIMEOUT", 1)
    error = refusal(root)
    assert (error.returncode, "did not end within 1 seconds" in str(error)) == (4, True)
    assert not (root / ".git/index.lock").exists()
    path.unlink()
    export(root)
    assert is_clean(root)


def test_an_environment_of_another_repository_leads_nowhere_else(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    edit(None, "a", title="Mine")
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init")
    with monkeypatch.context() as patch:
        patch.setenv("GIT_DIR", str(other / ".git"))
        patch.setenv("GIT_INDEX_FILE", str(other / "index"))
        export(root)
    assert files_of_head(root) == [NAME]


def test_a_repository_starts_no_program_of_its_own_to_look_for_changes(root: Path, tmp_path: Path) -> None:
    edit(None, "a", title="Mine")
    program = hook(root, f"touch {tmp_path / 'ran'}", "watch")
    for name in ("core.fsmonitor", "core.pager", "diff.external", "core.editor"):
        git(root, "config", name, str(program))
    git(root, "config", "commit.verbose", "true")
    export(root)
    assert not (tmp_path / "ran").exists()
    assert files_of_head(root) == [NAME]


@pytest.mark.parametrize("text", ["[]", "{", '{"../x": ["", [], true]}', '{"x": 5}', "null"])
def test_notes_that_make_no_sense_are_no_error(root: Path, text: str) -> None:
    (root / ".git" / NOTES).write_text(text)
    edit(None, "a", title="Mine")
    export(root)
    assert files_of_head(root) == [NAME]
