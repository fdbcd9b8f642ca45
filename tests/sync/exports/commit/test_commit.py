"""An export as one git commit, in a real repository, in the names of those who edited it."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django import Settings

from articles.editorial.edits import editing
from articles.editorial.merging import merge_providers, order_topics
from articles.editorial.recording import recording
from articles.models import Article, ArticleTopic, Pin, Provider, StoryDecision
from articles.sync.exports.commit import co_author
from articles.sync.imports.run import import_paths
from tests.support.factories import make_article, make_topic
from tests.support.repositories import (
    NAME,
    OTHER,
    commit_all,
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

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


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


def test_many_files_are_one_commit_and_its_message_stays_short(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("commit", "export"):
        monkeypatch.setattr(f"articles.sync.exports.{module}.BATCH_SIZE", 10)
    for number in range(27):
        make_article(slug=f"new-{number}")
    export(root)
    assert (count(root), len(files_of_head(root))) == (2, 27)
    assert "\n- and 7 more" in head(root)
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
