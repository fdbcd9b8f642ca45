"""Imports raise one event for each batch, and what they leave as it was raises none; exports raise none at all."""

import math
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.editorial.edits import edit_articles
from articles.models import Article, Pin, Provider, Story, StoryLead, StoryMember, Topic
from articles.sync.imports import batch, recorded, run
from tests.support.events import events, one_event
from tests.support.factories import make_article
from tests.support.import_runs import run_import

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


def ids(model: type[Article] | type[Topic] | type[Provider] | type[Story]) -> set[int]:
    return set(model._default_manager.values_list("pk", flat=True))


def write_site(write_article: Write, number: int = 6) -> None:
    for index in range(number):
        write_article(f"_news/2023-09-01-{index}.md", title=f"Title {index}", topics=f"[Topic {index // 3}]")


def test_each_batch_is_an_event_and_settling_stories_another(
    tmp_path: Path, write_article: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "BATCH_SIZE", 2)
    write_site(write_article)
    with events() as raised:
        run_import(tmp_path / "site")
    *batches, settling = raised
    assert [len(each.articles) for each in batches] == [2, 2, 2]
    assert set().union(*(each.articles for each in batches)) == settling.articles == ids(Article)
    assert set().union(*(each.topics for each in batches)) == ids(Topic)
    assert all(each.listings and each.providers == ids(Provider) for each in batches)
    # The first one made the provider, and the topics come with their first articles.
    assert [each.catalogue for each in batches] == [True, True, False]
    assert settling.stories == ids(Story)


def test_an_import_of_more_files_asks_no_more_queries(
    tmp_path: Path, write_article: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    # How far an import is, is written each second, which a busy machine may need.
    monkeypatch.setattr(recorded, "WRITTEN_EVERY", math.inf)
    numbers = []
    for number in (5, 25):
        write_site(write_article, number)
        for path in (tmp_path / "site/_news").iterdir():
            path.write_text(path.read_text().replace("An excerpt.", f"Excerpt {number}."))
        run_import(tmp_path / "site")
        for path in (tmp_path / "site/_news").iterdir():
            path.write_text(path.read_text().replace(f"Excerpt {number}.", "An excerpt."))
        with CaptureQueriesContext(connection) as captured, events():
            run_import(tmp_path / "site")
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]


def test_a_changed_file_names_where_its_article_was_and_is(tmp_path: Path, write_article: Write) -> None:
    write_article("_news/2023-09-01-a.md", topics="[One]")
    run_import(tmp_path / "site")
    write_article("_news/2023-09-01-a.md", topics="[Two]", provider="{name: B, domain: b.example}")
    with events() as raised:
        run_import(tmp_path / "site")
    writing, settling = raised
    assert writing.articles == ids(Article)
    assert (writing.topics, writing.providers) == (ids(Topic), ids(Provider))
    assert len(writing.topics) == len(writing.providers) == 2
    assert writing.listings
    assert settling.stories == ids(Story)


def test_what_is_as_it_was_raises_nothing(tmp_path: Path, write_article: Write) -> None:
    write_site(write_article)
    run_import(tmp_path / "site")
    with events() as raised:
        run_import(tmp_path / "site")
    assert raised == []


def test_a_dry_run_raises_nothing(tmp_path: Path, write_article: Write) -> None:
    write_site(write_article)
    with events() as raised:
        run_import(tmp_path / "site", dry_run=True)
    assert raised == []


def test_a_batch_that_fails_raises_nothing(
    tmp_path: Path, write_article: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise ValueError("no")

    monkeypatch.setattr(batch, "_count", fail)
    write_site(write_article)
    with events() as raised:
        report, _ = run_import(tmp_path / "site")
    assert report.left_out == 6
    assert raised == []


def test_what_is_withdrawn_since_its_file_has_gone_is_named(tmp_path: Path, write_article: Write) -> None:
    write_site(write_article)
    run_import(tmp_path / "site")
    (tmp_path / "site/_news/2023-09-01-0.md").unlink()
    gone = Article.objects.get(slug="0")
    story = StoryMember.objects.get(article=gone).story_id
    with events() as raised:
        run_import(tmp_path / "site", prune=True)
    assert [each.articles for each in raised] == [{gone.pk}] * 2
    assert (raised[0].topics, raised[0].listings) == ({Topic.objects.get(slug="topic-0").pk}, True)
    assert story in raised[1].stories


def test_references_and_the_articles_they_turn_out_to_be_are_named(tmp_path: Path, write_article: Write) -> None:
    entry = {"title": "Known", "webUrl": "https://b.example/known", "publishedDateTime": "2023-09-01T12:00:00Z"}
    write_article("_news/2023-09-01-a.md", related=[entry | {"provider": "{name: B, domain: b.example}"}])
    with events() as raised:
        run_import(tmp_path / "site")
    reference = Article.objects.get(is_reference=True)
    assert reference.pk in raised[0].articles
    write_article("_news/2023-09-01-b.md", webUrl='"https://b.example/known"', title="Known")
    with events() as raised:
        run_import(tmp_path / "site")
    assert raised[0].articles >= {reference.pk}
    assert raised[0].listings


def test_files_of_topics_and_providers_are_named(tmp_path: Path, write_article: Write) -> None:
    write_article("_news/2023-09-01-a.md", topics="[AI]")
    run_import(tmp_path / "site")
    for path, text in {
        "_data/topics/1-ai.yaml": "name: AI\ndescription: New\n",
        "_data/organizations/a.md": "---\ndomain: a.example\nname: Other\n---\n",
    }.items():
        (tmp_path / "site" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / path).write_text(text)
    with events() as raised:
        run_import(tmp_path / "site")
    topics, providers, settling = raised
    assert (topics.topics, topics.articles) == (ids(Topic), set())
    assert (providers.providers, providers.articles) == (ids(Provider), ids(Article))
    assert settling.articles == ids(Article)
    assert topics.catalogue
    assert providers.catalogue


def test_logos_that_come_are_named(tmp_path: Path, write_article: Write) -> None:
    logo = "/assets/images/logo.png"
    write_article("_news/2023-09-01-a.md", provider=f"{{name: A, domain: a.example, images: [{{url: {logo}}}]}}")
    run_import(tmp_path / "site")
    assert Provider.objects.get().own_images == {logo: None}
    folder = tmp_path / "site/assets/images"
    folder.mkdir(parents=True)
    (folder / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with one_event() as raised:
        run_import(tmp_path / "site")
    assert (raised[0].providers, raised[0].articles) == (ids(Provider), ids(Article))


def test_files_of_pins_and_decisions_are_named(tmp_path: Path, write_article: Write) -> None:
    write_site(write_article, 2)
    run_import(tmp_path / "site")
    data = tmp_path / "site/_data"
    data.mkdir()
    article = Article.objects.get(slug="1")
    name = f"article: {article.source_path}\n"
    (data / "pins.yaml").write_text(
        f"pins:\n- {name}  starts: 2023-09-01T00:00:00Z\n  ends: 2023-09-02T00:00:00Z\n  reason: Hot\n"
    )
    (data / "stories.yaml").write_text(f"leads:\n- {name}  reason: Best\n")
    with events() as raised:
        run_import(tmp_path / "site")
    assert Pin.objects.get().article == StoryLead.objects.get().article == article
    assert (raised[0].articles, raised[0].pins) == ({article.pk}, True)
    assert raised[1].stories == {StoryMember.objects.get(article=article).story_id}


def test_addresses_of_stories_from_a_file_are_named(tmp_path: Path, write_article: Write) -> None:
    write_site(write_article, 1)
    data = tmp_path / "site/_data"
    data.mkdir()
    (data / "story-addresses.yaml").write_text("7-old: _news/2023-09-01-0.md\n")
    with events() as raised:
        run_import(tmp_path / "site")
    assert Story.objects.get().pk == 7
    assert sum(each.stories == {7} for each in raised) == 2  # when it is made, and when its article joins it


def test_an_export_changes_nothing_that_readers_see(tmp_path: Path, write_article: Write) -> None:
    write_site(write_article)
    run_import(tmp_path / "site")
    make_article(title="Made here")
    edit_articles(list(ids(Article)), quality=7)
    with events() as raised:
        call_command("export_articles", tmp_path / "site", quiet=True, stdout=StringIO())
    assert Article.objects.exclude(exported_digest="").count() == 7
    assert raised == []
