"""An editor's work and a file's news, side by side: nothing of either is lost."""

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from articles.content.three_way_merge import ABSENT, apply_difference, difference, merge, note_edits
from articles.editorial.edits import edit_articles, editing, keep_edited_value, take_file_value
from articles.models import Article, ArticleTopic, Provider, RelatedEntry, RelatedLink, Topic
from articles.sync.related_entries import values_of_entry
from tests.conftest import taken_back
from tests.support.factories import make_article, make_provider, make_reference, make_topic
from tests.support.import_runs import run_import
from tests.support.rows import article, rows
from tests.support.site_files import entry, write_data

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
NAME = "2023-09-01-a.md"


@pytest.mark.parametrize(
    ("base", "mine", "file", "result", "conflict"),
    [
        ("a", "a", "a", "a", None),
        ("a", "a", "b", "b", None),
        ("a", "b", "a", "b", None),
        ("a", "b", "b", "b", None),
        ("a", "b", "c", "b", "c"),
    ],
)
def test_three_values_become_one(base: str, mine: str, file: str, result: str, conflict: str | None) -> None:
    edited = note_edits({"x": base}, {"x": mine}, {})
    merged = merge({"x": mine}, edited, {}, {"x": file})
    assert (file if "x" in merged.taken else mine) == result
    assert merged.conflicts.get("x") == conflict
    assert merged.new_conflicts == ({"x"} if conflict else set())


def test_a_field_set_back_to_its_files_value_follows_the_file_again() -> None:
    edited = note_edits({"x": 1}, {"x": 2}, {})
    assert edited == {"x": 1}
    assert note_edits({"x": 2}, {"x": 3}, edited) == {"x": 1}
    assert note_edits({"x": 3}, {"x": 1}, edited) == {}


@pytest.mark.parametrize(
    "said", [{"a": 1, "b": 2}, {"a": 1, "b": 3}, {"a": 1}, {"b": 2, "a": 1}, {"a": 1, "b": 2, "c": 3}, {"c": 3}]
)
def test_a_difference_gives_back_what_was_said(said: dict[str, int]) -> None:
    expected = {"a": 1, "b": 2}
    assert list(apply_difference(expected, difference(said, expected)).items()) == list(said.items())
    assert ABSENT not in apply_difference(expected, difference(said, expected)).values()


def test_only_the_editors_fields_stay_when_a_file_changes(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME, title='"Old"', quality=1, heat=70)
    run_import(tmp_path / "site")
    edit_articles([article().pk], title="Mine")
    write_article(NAME, title='"Old"', quality=2, heat=71)
    report, _ = run_import(tmp_path / "site")
    assert (article().title, article().quality, article().heat) == ("Mine", 2, 71)
    assert (report.updated, report.conflicts) == (1, 0)
    assert article().edited == {"title": "Old"}


def test_a_field_that_both_changed_is_a_conflict_with_its_line(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME, title='"Old"')
    run_import(tmp_path / "site")
    edit_articles([article().pk], title="Mine", published=False)
    write_article(NAME, title='"Theirs"', heat=99)
    report, problems = run_import(tmp_path / "site")
    assert (article().title, article().heat, article().published) == ("Mine", 99, False)
    assert article().conflicts == {"title": "Theirs"}
    assert report.conflicts == 1
    assert [problem.split(" ")[0] for problem in problems] == [f"{NAME}:2:"]
    assert run_import(tmp_path / "site")[0].conflicts == 0


@pytest.mark.parametrize(("resolve", "title"), [(keep_edited_value, "Mine"), (take_file_value, "Theirs")])
def test_a_conflict_is_settled_for_good(
    tmp_path: Path, write_article: Write, resolve: Callable[[Article, str], None], title: str
) -> None:
    write_article(NAME, title='"Old"')
    run_import(tmp_path / "site")
    edit_articles([article().pk], title="Mine")
    write_article(NAME, title='"Theirs"')
    run_import(tmp_path / "site")
    resolve(article(), "title")
    assert (article().title, article().conflicts) == (title, {})
    write_article(NAME, title='"Theirs"', quality=77)
    report, _ = run_import(tmp_path / "site")
    assert (article().title, article().quality, report.conflicts) == (title, 77, 0)
    write_article(NAME, title='"Theirs again"')
    assert run_import(tmp_path / "site")[0].conflicts == (1 if title == "Mine" else 0)


def test_a_conflict_goes_away_when_the_file_comes_round(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME, title='"Old"')
    run_import(tmp_path / "site")
    edit_articles([article().pk], title="Mine")
    for theirs, conflicts in (
        ("Theirs", {"title": "Theirs"}),
        ("Old", {}),
        ("Theirs", {"title": "Theirs"}),
        ("Mine", {}),
    ):
        write_article(NAME, title=f'"{theirs}"')
        run_import(tmp_path / "site")
        assert article().conflicts == conflicts
    assert article().edited == {}


def test_topics_related_images_provider_and_time_are_fields_too(tmp_path: Path, write_article: Write) -> None:
    def write(number: int) -> None:
        write_article(
            NAME,
            topics=f"[First, T{number}]",
            images=f"[{{url: 'https://a.example/{number}.png', width: 9, height: 9}}]",
            provider=f"{{domain: p{number}.example}}",
            publishedDateTime=f"2023-09-0{number}T00:00:00Z",
            related=[entry("https://b.example/same"), entry(f"https://b.example/{number}")],
        )

    write(1)
    run_import(tmp_path / "site")
    mine = make_topic("Mine")
    target = make_reference(web_url="https://c.example/mine")
    pk = article().pk
    with editing([pk]):
        ArticleTopic.objects.filter(article=pk, topic__name="T1").update(topic=mine)
        RelatedLink.objects.filter(article=pk, position=0).delete()
        RelatedLink.objects.create(article_id=pk, target=target, position=9)
    edit_articles([pk], images=[], provider=make_provider("mine.example"), published_date_time="2023-01-01T00:00:00Z")
    write(2)
    report, _ = run_import(tmp_path / "site")
    assert set(article().conflicts) == {"topics", "images", "provider", "published_date_time", "related"}
    assert report.conflicts == 5
    assert [link.topic.name for link in article().topic_links.all()] == ["First", "Mine"]
    for name in sorted(article().conflicts):
        take_file_value(article(), name)
    after = article()
    assert [link.topic.name for link in after.topic_links.all()] == ["First", "T2"]
    assert [link.target.web_url for link in after.related_links.all()] == [
        "https://b.example/same",
        "https://b.example/2",
    ]
    assert (after.provider.domain, after.published_date_time.day, after.images[0]["width"]) == ("p2.example", 2, 9)
    assert (after.edited, after.conflicts) == ({}, {})


def test_what_editors_made_and_corrected_survives_any_import(tmp_path: Path, write_article: Write) -> None:
    write_article(f"_news/{NAME}", provider="{name: Tpyo, domain: p.example}")
    write_data(tmp_path, "topics/00-ai.yaml", "_id: ai\nname: AI\ndescription: theirs\n")
    run_import(tmp_path / "site")
    Provider.objects.filter(domain="p.example").update(name="Typo", edited=["name"])
    Topic.objects.filter(slug="ai").update(description="mine", edited=["description"])
    own = make_article(title="Made here", provider=make_provider("mine.example"))
    write_article(f"_news/{NAME}", provider="{name: Tpyo Inc, domain: p.example}", heat=99)
    write_data(tmp_path, "topics/00-ai.yaml", "_id: ai\nname: AI\ndescription: theirs again\nshortname: A\n")
    run_import(tmp_path / "site", prune=True)
    assert Provider.objects.get(domain="p.example").name == "Typo"
    topic = Topic.objects.get(slug="ai")
    assert (topic.description, topic.shortname) == ("mine", "A")
    own.refresh_from_db()
    assert (own.is_listed, own.edited) == (True, {})


def test_a_file_that_has_gone_is_named_and_pruned_only_when_asked(tmp_path: Path, write_article: Write) -> None:
    file = write_article(NAME, related=[entry("https://b.example/b")])
    write_article("2023-09-02-b.md", webUrl='"https://b.example/other"')
    run_import(tmp_path / "site")
    text = file.read_text()
    file.unlink()
    report, problems = run_import(tmp_path / "site")
    assert (report.missing, article().is_listed) == (1, True)
    assert problems == [f"{NAME}: the file has gone; its article is kept; --prune withdraws it [warning W407]"]
    report, _ = run_import(tmp_path / "site", prune=True)
    assert (article().is_withdrawn, article().is_listed, article().related_links.count()) == (True, False, 1)
    assert run_import(tmp_path / "site", prune=True)[0].missing == 0
    file.write_text(text)
    report, _ = run_import(tmp_path / "site")
    assert (article().is_withdrawn, article().is_listed, report.created) == (False, True, 0)


def test_only_files_of_the_folder_that_is_imported_are_missed(tmp_path: Path, write_article: Write) -> None:
    write_article(f"x/{NAME}")
    write_article("y/2023-09-02-b.md", webUrl='"https://a.example/b"')
    run_import(tmp_path / "site")
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(tmp_path / "site" / "x" / NAME, other / "2023-09-03-c.md")
    assert run_import(other)[0].missing == 0
    (tmp_path / "site" / "y" / "2023-09-02-b.md").unlink()
    assert run_import(tmp_path / "site" / "x" / NAME)[0].missing == 0
    assert run_import(tmp_path / "site")[0].missing == 1


def test_a_renamed_file_is_the_same_article_at_the_same_address(tmp_path: Path, write_article: Write) -> None:
    file = write_article(NAME)
    run_import(tmp_path / "site")
    before = article()
    edit_articles([before.pk], title="Mine")
    file.rename(file.with_name("2023-10-10-renamed.md"))
    report, problems = run_import(tmp_path / "site")
    assert (report.moved, report.created, report.missing, problems) == (1, 0, 0, [])
    after = Article.objects.get()
    assert (after.pk, after.get_absolute_url(), after.title) == (before.pk, before.get_absolute_url(), "Mine")
    assert after.source_path == "2023-10-10-renamed.md"
    assert run_import(tmp_path / "site")[0].unchanged == 1


def test_a_copied_file_is_another_article(tmp_path: Path, write_article: Write) -> None:
    file = write_article(NAME)
    run_import(tmp_path / "site")
    shutil.copy(file, file.with_name("2023-10-10-copy.md"))
    report, _ = run_import(tmp_path / "site")
    assert (report.moved, report.created) == (0, 1)


def test_a_reference_says_what_the_latest_entry_says_in_whatever_order(tmp_path: Path, write_article: Write) -> None:
    old = entry("https://b.example/b", title='"Old"', publishedDateTime="2023-08-01T00:00:00Z")
    new = entry("https://b.example/b", title='"New"', publishedDateTime="2023-08-02T00:00:00Z")
    first = write_article(NAME, related=[old])
    second = write_article("2023-09-02-b.md", webUrl='"https://a.example/b"', related=[new])
    for order in ((first, second), (second, first)):
        run_import(*order)
        assert Article.objects.get(is_reference=True).title == "New"
        assert sorted(values_of_entry(each)["title"] for each in RelatedEntry.objects.all()) == ["New", "Old"]
        Article.objects.all().delete()
    run_import(first, second)
    write_article("2023-09-02-b.md", webUrl='"https://a.example/b"')
    run_import(second)
    assert Article.objects.get(is_reference=True).title == "Old"
    write_article(NAME)
    run_import(first)
    assert not Article.objects.filter(is_reference=True).exists()
    assert not RelatedEntry.objects.exists()


def test_entries_keep_their_words_when_their_article_changes(tmp_path: Path, write_article: Write) -> None:
    said = entry("https://b.example/b", title='"Then"')
    write_article(NAME, related=[said])
    write_article("2023-09-02-b.md", webUrl='"https://b.example/b"', title='"Now"')
    run_import(tmp_path / "site")
    words = values_of_entry(RelatedEntry.objects.get())
    assert words["title"] == "Then"
    for title in ("Then", "Later"):
        write_article("2023-09-02-b.md", webUrl='"https://b.example/b"', title=f'"{title}"')
        run_import(tmp_path / "site")
        assert values_of_entry(RelatedEntry.objects.get()) == words
    edit_articles([Article.objects.get(slug="b").pk], title="Edited")
    assert values_of_entry(RelatedEntry.objects.get()) == words


def test_an_address_that_an_article_gives_up_leads_to_a_reference_again(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME, related=[entry("https://b.example/b")])
    write_article("2023-09-02-b.md", webUrl='"https://b.example/b"')
    run_import(tmp_path / "site")
    write_article("2023-09-02-b.md", webUrl='"https://b.example/changed"')
    run_import(tmp_path / "site")
    target = article().related_links.get().target
    assert (target.is_reference, target.web_url, target.title) == (
        True,
        "https://b.example/b",
        "About https://b.example/b",
    )


REVISIONS = ["v1", "v2", "v3"]


@contextmanager
def site_at(corpora: Path, tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Yield a function that lets one folder hold the files of a revision."""
    site = tmp_path / "site"

    def check_out(revision: str) -> Path:
        shutil.rmtree(site, ignore_errors=True)
        shutil.copytree(corpora / "revisions" / revision, site)
        return site

    yield check_out


def test_revisions_in_turn_end_as_the_last_one_alone(corpora: Path, tmp_path: Path) -> None:
    with site_at(corpora, tmp_path) as check_out:
        with taken_back():
            run_import(check_out("v3"))
            expected = rows()
        for order in (REVISIONS, ["v2", "v1", "v3"], ["v3", "v1", "v2", "v3"]):
            with taken_back():
                for revision in order:
                    run_import(check_out(revision))
                assert rows() == expected, order


def test_files_in_any_order_give_the_same_rows(corpora: Path, tmp_path: Path) -> None:
    with site_at(corpora, tmp_path) as check_out:
        files = sorted((check_out("v3") / "_news").iterdir())
        with taken_back():
            run_import(*files)
            expected = rows()
        for seed in range(3):
            random.Random(seed).shuffle(files)
            with taken_back():
                run_import(*files)
                assert rows() == expected, seed


def test_edits_between_revisions_are_kept_and_everything_else_follows(corpora: Path, tmp_path: Path) -> None:
    seed = "dasa-plans-to-use-advanced-facial-recognition-tech-for-security"
    with site_at(corpora, tmp_path) as check_out:
        run_import(check_out("v1"))
        edit_articles([Article.objects.get(slug=seed).pk], title="My title", heat=77)
        run_import(check_out("v2"))
        other = Article.objects.exclude(slug=seed).filter(is_reference=False).order_by("source_path")[0]
        edit_articles([other.pk], removed=True)
        report, problems = run_import(check_out("v3"))
        mine = Article.objects.get(slug=seed)
        assert (mine.title, mine.heat, mine.conflicts) == ("My title", 77, {"heat": 96})
        assert mine.related_links.count() == 4
        assert report.conflicts == 1
        assert [problem.rpartition(" ")[2] for problem in problems] == ["W408]"]
        other.refresh_from_db()
        assert other.removed
