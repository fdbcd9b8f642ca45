"""Old articles go without a trace in counts, stories and search, and no import brings their files back."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.changes import content_changed
from articles.changes.consistency import find_differences
from articles.editorial.cleanup import Wanted, bring_back, clean_up, find_old
from articles.editorial.recording import recording
from articles.editorial.undo import undo
from articles.models import Action, Article, Note, Pin, Provider, RelatedEntry, Story, StoryDecision, Tombstone
from tests.support.export_runs import run_export
from tests.support.factories import make_article, make_provider
from tests.support.import_runs import run_import

pytestmark = pytest.mark.django_db
YEAR = dt.timedelta(days=365)
OLD = timezone.now() - 2 * YEAR
BEFORE = timezone.now() - YEAR


def old(name: str = "", **values: Any) -> Article:
    number = Article.objects.count()
    values = {
        "published_date_time": OLD,
        "source_path": f"_news/{name or number}.md",
        "file_digest": f"{number:064d}",
    } | values
    return make_article(**values)


def going(**wanted: Any) -> set[str]:
    found = find_old(Wanted(BEFORE, **wanted))
    return set(Article.objects.filter(pk__among=found).values_list("title", flat=True))


def test_what_editors_touched_or_made_and_what_is_new_stays() -> None:
    old(title="Goes")
    old(title="Edited", edited={"title": "x"})
    old(title="Conflict", conflicts={"title": "x"})
    old(title="Scheduled", unlist_at=timezone.now())
    old(title="Made here", source_path=None)
    old(title="New", published_date_time=timezone.now())
    Pin.objects.create(article=old(title="Pinned"), starts=OLD, ends=timezone.now())
    Note.objects.create(article=old(title="Noted"), text="Hm")
    Note.objects.create(story=old(title="Noted story").member.story, text="Hm")
    StoryDecision.objects.create(article=old(title="Decided"), joins=old(title="Joined"))
    assert going() == {"Goes"}


def test_they_are_chosen_by_quality_provider_and_folder() -> None:
    old(title="Good", quality=80)
    old(title="Poor", quality=10, provider=make_provider("b.example"))
    assert going(quality_below=50) == {"Poor"}
    assert going(provider="b.example") == {"Poor"}
    assert going(provider="a.example") == {"Good"}
    assert going(folder="/nowhere") == set()
    assert going() == {"Good", "Poor"}


def test_a_story_with_a_new_article_is_alive() -> None:
    first = old(title="First of a story")
    make_article(related=[first], title="Newest", published_date_time=timezone.now())
    assert going() == set()


def test_what_articles_that_stay_list_as_related_stays_and_what_that_lists() -> None:
    last = old(title="Last")
    middle = old(title="Middle", related=[last])
    old(title="Stays", related=[middle], edited={"title": "x"})
    one = old(title="One")
    old(title="Two", related=[one])
    assert going() == {"One", "Two"}


def test_nothing_is_left_in_counts_stories_and_search_and_readers_are_told(
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = make_article(title="Kept", published_date_time=timezone.now())
    one = old(title="Gone one")
    old(title="Gone two", related=[one])
    story, ids = one.member.story_id, find_old(Wanted(BEFORE))
    raised: list[Any] = []
    receiver = lambda change, **kwargs: raised.append(change)  # noqa: E731
    content_changed.connect(receiver)
    monkeypatch.setattr("articles.editorial.cleanup.AT_ONCE", 1)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            assert clean_up(ids) == 2
    finally:
        content_changed.disconnect(receiver)
    assert list(Article.objects.all()) == [kept]
    assert not Story.objects.filter(pk=story, size__gt=0).exists()
    assert not find_differences().differences()
    assert set(ids) <= set().union(*(change.articles for change in raised))
    assert Action.objects.get().summary == "Cleaned up 2 old articles"
    assert set(Tombstone.objects.values_list("source_path", flat=True)) == {"_news/1.md", "_news/2.md"}


def test_an_article_that_an_editor_changes_meanwhile_stays() -> None:
    article = old()
    ids = find_old(Wanted(BEFORE))
    Article.objects.update(edited={"title": "x"})
    assert clean_up(ids) == 0
    assert Article.objects.get() == article
    assert not Tombstone.objects.exists()


# -- Files -------------------------------------------------------------------------------


def cleaned_site(tmp_path: Path, write_article: Callable[..., Path]) -> Path:
    """Import two files, of which the article of one is cleaned up; return that one's path."""
    path = write_article("_news/2019-03-02-old.md", publishedDateTime="2019-03-02T10:00:00Z")
    write_article("_news/2023-09-01-new.md", quality="90")
    run_import(tmp_path / "site")
    assert clean_up(find_old(Wanted(BEFORE, quality_below=90))) == 1
    return path


def test_an_import_leaves_files_out_and_says_so_once(tmp_path: Path, write_article: Callable[..., Path]) -> None:
    path = cleaned_site(tmp_path, write_article)
    for change in (lambda: None, lambda: path.write_text(path.read_text() + "\nMore text.\n"), lambda: None):
        change()
        report, problems = run_import(tmp_path / "site")
        assert (report.created, report.unchanged, report.exit_code) == (0, 2, 0)
        assert Article.objects.filter(is_reference=False).count() == 1
        assert [each for each in problems if "N507" in each] == [
            "_news/2019-03-02-old.md: 1 file stays out, as its article was cleaned up [note N507]"
        ]


def test_a_moved_file_stays_out_too(tmp_path: Path, write_article: Callable[..., Path]) -> None:
    path = cleaned_site(tmp_path, write_article)
    path.rename(path.with_name("2019-03-02-another-name.md"))
    report, _ = run_import(tmp_path / "site")
    assert (report.created, report.moved, report.unchanged) == (0, 0, 2)


def test_it_comes_back_when_somebody_says_so(tmp_path: Path, write_article: Callable[..., Path]) -> None:
    cleaned_site(tmp_path, write_article)
    assert bring_back(["_news/2019-03-02-old.md", "_news/never.md"]) == 1
    report, problems = run_import(tmp_path / "site")
    assert report.created == 1
    assert not [each for each in problems if "N507" in each]


def test_exports_neither_delete_nor_change_the_files(tmp_path: Path, write_article: Callable[..., Path]) -> None:
    path = cleaned_site(tmp_path, write_article)
    before = {each: each.read_bytes() for each in (tmp_path / "site").rglob("*.md")}
    for everything in (False, True):
        run_export(tmp_path / "site", everything=everything)
    assert {each: each.read_bytes() for each in (tmp_path / "site").rglob("*.md")} == before
    assert path in before


def test_entries_and_references_of_deleted_articles_go_with_them(
    tmp_path: Path, write_article: Callable[..., Path]
) -> None:
    related = [{"title": "Elsewhere", "webUrl": '"https://b.example/x"', "provider": "{name: B, domain: b.example}",
                "publishedDateTime": "2019-03-01T10:00:00Z"}]  # fmt: skip
    write_article("_news/2019-03-02-old.md", publishedDateTime="2019-03-02T10:00:00Z", related=related)
    run_import(tmp_path / "site")
    assert Article.objects.filter(is_reference=True).count() == 1
    clean_up(find_old(Wanted(BEFORE)))
    assert not Article.objects.exists()
    assert not RelatedEntry.objects.exists()
    assert not find_differences().differences()


def test_undoing_an_older_action_leaves_out_what_was_cleaned_up() -> None:
    article, other = old(), old()
    with recording(None, "test", "Changed two") as record:
        record.watch(Article, pk__among=[article.pk, other.pk])
        for row in (article, other):
            Article.objects.filter(pk=row.pk).update(quality=33)
    assert record.action
    clean_up([article.pk])
    undo(record.action, None)
    assert Article.objects.get().quality == 0
    assert Tombstone.objects.count() == 1


# -- The command -------------------------------------------------------------------------


def test_a_dry_run_says_what_would_go_and_deletes_nothing(capsys: Any) -> None:
    old(name="one")
    call_command("cleanup", older_than=YEAR, dry_run=True, verbosity=2)
    assert capsys.readouterr().out == "_news/one.md\nwould delete 1 articles\n"
    assert Article.objects.count() == 1
    call_command("cleanup", "--older-than", "1y")
    assert capsys.readouterr().out == "deleted 1 articles\n"
    call_command("cleanup", "--bring-back", "_news/one.md")
    assert capsys.readouterr().out == "1 files come back with the next import\n"
    assert not Tombstone.objects.exists()


@pytest.mark.parametrize("arguments", [(), ("--older-than", "soon"), ("--older-than", "0d"), ("--older-than", "1")])
def test_an_age_has_to_be_said(arguments: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("cleanup", *arguments)


def test_providers_stay() -> None:
    old()
    clean_up(find_old(Wanted(BEFORE)))
    assert Provider.objects.count() == 1
