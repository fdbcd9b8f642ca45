"""An export as one git commit, in a real repository, in the names of those who edited it."""

import datetime as dt
import os
import re
import stat
import subprocess
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from articles.editorial.edits import edit_articles, editing
from articles.editorial.merging import merge_providers, order_topics
from articles.editorial.recording import recording
from articles.models import Article, ArticleTopic, Pin, Provider, StoryDecision
from articles.sync.exports import git as repository
from articles.sync.exports.commit import NOTES, co_author
from articles.sync.imports.run import import_paths
from tests.support.factories import make_article, make_topic

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
NAME, OTHER = "_news/2023-09-01-a.md", "_news/2023-09-02-b.md"


@pytest.fixture
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one configuration that git reads, beside the repository's."""
    path = tmp_path / "gitconfig"
    path.write_text("[user]\n\tname = The Site\n\temail = site@a.example\n[init]\n\tdefaultBranch = main\n")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("HOME", str(tmp_path))
    return path


@pytest.fixture
def root(tmp_path: Path, configuration: Path, write_article: Write) -> Path:
    """A site folder with two articles, imported and committed."""
    write_article(NAME)
    write_article(OTHER, webUrl='"https://a.example/b"')
    root = tmp_path / "site"
    git(root, "init")
    commit_all(root)
    import_paths([root], lambda root, problem: None)
    return root


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)
    return done.stdout.decode()


def commit_all(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "-m", "Before")


def user(name: str, **values: Any) -> User:
    return User.objects.create_user(name, **values)


def edit(who: User | None, slug: str, **values: Any) -> None:
    pk = Article.objects.get(slug=slug).pk
    with recording(who, "change", "Changed") as record:
        record.watch_articles([pk])
        edit_articles([pk], **values)


def export(root: Path, *options: str) -> str:
    output = StringIO()
    call_command("export_articles", str(root), "--commit", *options, stdout=output)
    return output.getvalue()


def refusal(root: Path, *options: str) -> CommandError:
    with pytest.raises(CommandError) as caught:
        export(root, *options)
    return caught.value


def head(root: Path) -> str:
    return git(root, "log", "-1", "--format=%B").strip()


def count(root: Path) -> int:
    return int(git(root, "rev-list", "--count", "HEAD"))


def files_of_head(root: Path) -> list[str]:
    return git(root, "show", "--format=", "--name-only", "-z", "HEAD").split("\0")[:-1]


def is_clean(root: Path) -> bool:
    return not git(root, "status", "--porcelain", "--untracked-files=all") and not (root / ".git" / NOTES).exists()


def hook(root: Path, text: str, name: str = "pre-commit") -> Path:
    path = root / ".git/hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


# -- The commit -------------------------------------------------------------------


def test_one_commit_holds_all_files_and_names_their_editors(root: Path) -> None:
    edit(user("ada", first_name="Ada", last_name="Lovelace", email="ada@a.example"), "a", title="Mine")
    edit(user("grace"), "b", heat=5)
    time = Article.objects.get(slug="a").published_date_time
    make_article(title="New", slug="new", published_date_time=time, drafted_by=user("alan"))
    output = export(root)
    assert count(root) == 2
    assert files_of_head(root) == ["_news/2023-09-01-a.md", "_news/2023-09-01-new.md", "_news/2023-09-02-b.md"]
    assert head(root) == (
        "Export 2 edited articles and 1 new article\n\n"
        "- changed: _news/2023-09-01-a.md\n- new: _news/2023-09-01-new.md\n- changed: _news/2023-09-02-b.md\n\n"
        "Co-authored-by: Ada Lovelace <ada@a.example>\nCo-authored-by: grace <grace@users.noreply.invalid>\n"
        "Co-authored-by: alan <alan@users.noreply.invalid>"
    )
    trailers = git(root, "log", "-1", "--format=%(trailers:key=Co-authored-by,valueonly)")
    assert len(trailers.split("\n")[:-2]) == 3
    assert output.splitlines()[-1].endswith(": Export 2 edited articles and 1 new article")
    assert is_clean(root)


def test_nothing_to_write_makes_no_commit(root: Path) -> None:
    assert export(root).endswith("nothing to commit\n")
    edit(user("ada"), "a", title="Mine")
    export(root)
    export(root)
    assert count(root) == 2
    assert is_clean(root)


def test_who_changed_something_before_the_last_export_or_import_is_not_named_again(root: Path) -> None:
    ada, grace = user("ada"), user("grace")
    edit(ada, "a", title="Mine")
    export(root)
    edit(grace, "a", excerpt="More")
    export(root)
    assert ("grace" in head(root), "ada" in head(root)) == (True, False)
    import_paths([root], lambda root, problem: None)
    edit(ada, "a", heat=1)
    export(root)
    assert ("grace" in head(root), "ada" in head(root)) == (False, True)


def test_who_changed_topics_is_named_and_who_changed_what_no_file_says_is_not(root: Path) -> None:
    pk = Article.objects.get(slug="a").pk
    for who, name in ((user("ada"), "Sea"), (user("grace"), "Sky")):
        with recording(who, "change", "Topics") as record, editing([pk]):
            record.watch_articles([pk])
            ArticleTopic.objects.create(article_id=pk, topic=make_topic(name), position=5)
    edit(user("alan"), "a", unlist_at=Article.objects.get(pk=pk).published_date_time.replace(year=2999))
    export(root)
    assert ("ada" in head(root), "grace" in head(root), "alan" in head(root)) == (True, True, False)


def test_other_changes_in_the_work_tree_stay_where_they_are(root: Path) -> None:
    (root / OTHER).write_text((root / OTHER).read_text() + "\nBy hand.\n")
    (root / "notes.txt").write_text("mine")
    edit(None, "a", title="Mine")
    export(root)
    assert files_of_head(root) == [NAME]
    assert "Co-authored-by" not in head(root)
    assert git(root, "status", "--porcelain") == f" M {OTHER}\n?? notes.txt\n"


def test_changes_of_others_in_a_file_that_is_written_are_named(root: Path) -> None:
    (root / NAME).write_text((root / NAME).read_text().replace("heat: 70", "heat: 71"))
    import_paths([root], lambda root, problem: None)
    edit(None, "a", title="Mine")
    assert "1 of these files had changes that were not committed before" in export(root)


def test_the_site_may_be_a_folder_of_its_repository(tmp_path: Path, configuration: Path, write_article: Write) -> None:
    write_article(f"content/{NAME}")
    top = tmp_path / "site"
    git(top, "init")
    commit_all(top)
    import_paths([top / "content"], lambda root, problem: None)
    edit(None, "a", title="Mine")
    make_article(slug="new")
    export(top / "content")
    assert len(files_of_head(top)) == 2
    assert all(path.startswith("content/_news/") for path in files_of_head(top))
    assert is_clean(top)


def test_all_files_go_into_a_folder_that_was_not_there(root: Path) -> None:
    export(root / "copies/site", "--all")
    assert files_of_head(root) == [f"copies/site/{NAME}", f"copies/site/{OTHER}"]
    assert head(root).startswith("Export 2 new articles\n")


def test_the_first_commit_of_a_repository_can_be_an_export(tmp_path: Path, configuration: Path) -> None:
    root = tmp_path / "site"
    root.mkdir()
    git(root, "init")
    make_article(slug="new")
    hook(root, "exit 1")
    assert refusal(root).returncode == 4
    hook(root, "exit 0")
    export(root)
    assert count(root) == 1
    assert is_clean(root)


def test_those_who_spoke_of_topics_providers_pins_and_stories_are_named(root: Path) -> None:
    ann, ben, cem, dora = (user(name) for name in ("ann", "ben", "cem", "dora"))
    topics = [make_topic("One"), make_topic("Two")]
    order_topics(ann, [topics[1].pk, topics[0].pk])
    merge_providers(
        ben, Provider.objects.create(domain="old.example", name="Old"), Provider.objects.get(domain="a.example")
    )
    articles = list(Article.objects.filter(is_reference=False).order_by("pk"))
    with recording(cem, "pin", "Pinned") as record:
        record.watch(Pin)
        Pin.objects.create(article=articles[0], ends=timezone.now() + dt.timedelta(days=1), reason="Read this")
    with recording(dora, "story", "Set apart") as record:
        record.watch(StoryDecision)
        StoryDecision.objects.create(article=articles[0])
    export(root)
    assert {name for name in ("ann", "ben", "cem", "dora") if f"Co-authored-by: {name} <" in head(root)} == {
        *("ann", "ben", "cem", "dora")
    }
    pinned = Pin.objects.get()
    with recording(ann, "pin", "Taken back") as record:
        record.watch(Pin)
        Pin.objects.filter(pk=pinned.pk).delete()
    export(root)
    assert files_of_head(root) == ["_data/pins.yaml"]
    assert re.findall(r"Co-authored-by: (\w+)", head(root)) == ["ann"]


def test_many_files_are_one_commit_and_its_message_stays_short(root: Path) -> None:
    for number in range(700):
        make_article(slug=f"new-{number}")
    export(root)
    assert (count(root), len(files_of_head(root))) == (2, 700)
    assert "\n- and 680 more" in head(root)
    assert len(head(root).splitlines()) == 23


@pytest.mark.parametrize(
    "name",
    ["_news/:(top)*.md", "_news/*.md", "_news/[a]!#.md", "_news/a\nb\rc.md", '_news/-x "y" \\.md', "_news/é\u202e.md"],
)
def test_a_path_is_never_taken_for_a_pattern(tmp_path: Path, root: Path, write_article: Write, name: str) -> None:
    write_article(name, webUrl='"https://a.example/odd"', title='"Odd"')
    commit_all(root)
    import_paths([root], lambda root, problem: None)
    (root / OTHER).write_text("by hand")
    edit(None, Article.objects.get(web_url="https://a.example/odd").slug, heat=1)
    export(root)
    assert files_of_head(root) == [name]
    assert len(head(root).splitlines()) == 3


def test_a_link_inside_the_folder_is_followed_to_the_file_that_changed(root: Path) -> None:
    (root / "real").mkdir()
    (root / NAME).rename(root / "real/a.md")
    (root / NAME).symlink_to("../real/a.md")
    commit_all(root)
    edit(None, "a", title="Mine")
    export(root)
    assert files_of_head(root) == ["real/a.md"]


# -- What keeps it from one -------------------------------------------------------


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


# -- Commits that fail ------------------------------------------------------------


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


# -- Names ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"first_name": "Ada", "last_name": "L", "email": "ada@a.example"}, "Ada L <ada@a.example>"),
        ({"first_name": "A\nSigned-off-by: B", "email": "x@a.example"}, "A Signed-off-by: B <x@a.example>"),
        (
            {"first_name": "<b@b.example>", "email": "x@a.example> <y@b.example"},
            "b@b.example <ada@users.noreply.invalid>",
        ),
        ({"first_name": "A\u202eB\x00\x1b[31m", "email": "x@a.example\nx: y"}, "A B [31m <ada@users.noreply.invalid>"),
        ({"first_name": " <> ", "email": "no address"}, "ada <ada@users.noreply.invalid>"),
        ({"first_name": "علي", "email": "علي@a.example"}, "علي <علي@a.example>"),
    ],
)
def test_no_name_or_address_can_say_more_than_a_name_or_address(values: dict[str, str], expected: str) -> None:
    assert co_author(User(username="ada", pk=7, **values)) == expected


def test_the_address_of_who_has_none_is_one_that_nobody_reads(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "*", ".news.example"]
    assert co_author(User(username="ada", pk=7)) == "ada <ada@users.noreply.news.example>"
    assert co_author(User(username="a b@c", pk=7)) == "a b@c <a-b-c-7@users.noreply.news.example>"
    assert co_author(User(username="علي", pk=7)) == "علي <user-7@users.noreply.news.example>"
