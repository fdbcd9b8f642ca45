"""Articles of one same time stand in one order in every database, whatever the order in which their files came."""

import datetime as dt
from collections.abc import Collection, Sequence
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import Settings

from articles.changes import changing_articles
from articles.content.identity import tie_of
from articles.models import Article, ArticleTopic, Provider, SearchDocument, Story, Topic
from articles.pages.story_coverage import accounts_from
from articles.search.index import rebuild_index
from articles.search.query import parse
from articles.search.searching import find, prepare
from articles.stories.update import rebuild_stories
from tests.support.export_runs import run_export
from tests.support.factories import TIME, make_article, make_reference, make_topic
from tests.support.import_runs import import_problems

pytestmark = pytest.mark.django_db
NAMES = "abcdefgh"
FILE = """---
title: "Pier {name}"
publishedDateTime: 2026-03-02T00:00:00Z
webUrl: "https://quay.example/{name}"
published: true
topics: [Harbours]
provider:
  domain: quay.example
---
Text.
"""
STORY = """---
title: "Harbour in numbers"
publishedDateTime: 2026-03-03T00:00:00Z
webUrl: "https://port.example/numbers"
published: true
heat: 50
provider:
  domain: port.example
related:
{related}
---
Text.
"""
ENTRY = """- title: "{title}"
  publishedDateTime: 2026-03-02T00:00:00Z
  webUrl: "https://{name}.example/x"
  provider:
    domain: {name}.example"""
LISTINGS = (
    "/",
    "/providers/quay.example/",
    "/topics/harbours/",
    "/topics/harbours/?view=stories",
    "/archive/2026/03/",
    "/search/?q=harbours",
    "/search/?q=provider:quay.example&sort=date",
)


def write(site: Path, name: str, text: str) -> None:
    path = site / "_news" / f"2026-03-02-{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def forget_everything() -> None:
    cache.clear()
    Story.objects.all().delete()
    for model in (Article, Topic, Provider):
        model._default_manager.all().delete()


def order_on(client: Client, address: str, names: Collection[str] = NAMES) -> list[str]:
    """Return the names of articles in the order in which a page has their titles first."""
    html = client.get(address, follow=True).content.decode()
    assert all(f"Pier {name}<" in html for name in names), address
    return sorted(names, key=lambda name: html.index(f"Pier {name}<"))


def orders(client: Client) -> dict[str, list[str]]:
    return {address: order_on(client, address) for address in LISTINGS}


def import_each(site: Path, order: Sequence[str]) -> None:
    for name in order:
        write(site, name, FILE.format(name=name))
        assert not [problem for problem in import_problems(site) if "E" in problem.split()[1]]


def test_a_whole_export_keeps_the_order_of_articles_of_one_time(
    client: Client, tmp_path: Path, settings: Settings
) -> None:
    settings.RANKING_PER_PROVIDER = len(NAMES)
    import_each(tmp_path / "one", NAMES[::-1])
    before = orders(client)
    run_export(tmp_path / "out", everything=True)
    forget_everything()
    import_problems(tmp_path / "out")
    assert orders(client) == before
    forget_everything()
    import_each(tmp_path / "two", NAMES[3:] + NAMES[:3])
    assert orders(client) == before


def test_accounts_of_one_time_stand_in_one_order_in_their_story(client: Client, tmp_path: Path) -> None:
    found = []
    for order in (NAMES, NAMES[::-1]):
        entries = [ENTRY.format(title=f"Pier {name}", name=name) for name in order]
        # One after the other, so that the references come in that order, too.
        for end in range(1, len(entries) + 1):
            write(tmp_path / order, "numbers", STORY.format(related="\n".join(sorted(entries[:end]))))
            import_problems(tmp_path / order)
        story = Story.objects.get(size=len(NAMES) + 1)
        others = [getattr(story, f"other_{place}").domain for place in (1, 2, 3)]
        shown = [order_on(client, f"{story.get_absolute_url()}?by={fold}") for fold in ("provider", "time", "quality")]
        found.append((others, shown))
        forget_everything()
    assert found[0] == found[1]
    assert found[0][1][0] != sorted(NAMES)


def test_of_verbatim_copies_of_one_time_the_same_is_the_original(tmp_path: Path) -> None:
    found = []
    for order in (NAMES, NAMES[::-1]):
        entries = [ENTRY.format(title="The same words", name=name) for name in order]
        for end in range(1, len(entries) + 1):
            write(tmp_path / order, "numbers", STORY.format(related="\n".join(sorted(entries[:end]))))
            import_problems(tmp_path / order)
        story = Story.objects.get(size=len(NAMES) + 1)
        accounts = accounts_from(Article.objects.accounts_of(story.pk))
        found.append([account.item.url for account in accounts if not account.is_copy])
        forget_everything()
    assert found[0] == found[1]


def links() -> set[tuple[Any, ...]]:
    return set(ArticleTopic.objects.values_list("article__tie", "tie"))


def test_the_tie_follows_from_the_address_whoever_writes_it() -> None:
    article, reference = make_article([make_topic()]), make_reference()
    assert article.tie == tie_of(article.date, article.slug, "")
    assert reference.tie == tie_of(None, "", reference.web_url)
    old = article.tie
    with changing_articles([article.pk]):
        Article.objects.filter(pk=article.pk).update(slug="another", date=dt.date(2020, 1, 1))
    article.refresh_from_db()
    assert article.tie == tie_of(dt.date(2020, 1, 1), "another", "") != old
    assert links() == {(article.tie, article.tie)}
    assert Story.objects.get(lead=article).tie == SearchDocument.objects.get(article_id=article.pk).tie == article.tie
    article.slug = "saved"
    article.save(update_fields=["slug"])
    article.refresh_from_db()
    assert article.tie == tie_of(article.date, "saved", "")
    assert links() == {(article.tie, article.tie)}


def test_a_reference_whose_file_comes_is_ordered_by_its_address_here(tmp_path: Path) -> None:
    write(tmp_path, "numbers", STORY.format(related=ENTRY.format(title="Pier quay", name="quay")))
    import_problems(tmp_path)
    reference = Article.objects.get(is_reference=True)
    write(tmp_path, "pier", FILE.format(name="pier").replace("https://quay.example/pier", "https://quay.example/x"))
    import_problems(tmp_path)
    article = Article.objects.get(pk=reference.pk)
    assert not article.is_reference
    assert article.tie == tie_of(article.date, article.slug, "") != reference.tie
    assert links() == {(article.tie, article.tie)}


def test_ties_are_the_same_in_every_version_and_fit_into_the_databases() -> None:
    date = dt.date(2026, 3, 2)
    assert tie_of(date, "a", "https://quay.example/a") == tie_of(date, "a", "") == 329723279675753366
    ties = {tie_of(date, str(number), "") for number in range(1000)}
    assert len(ties) == 1000
    assert all(0 <= tie < 2**62 for tie in ties)


def ties() -> list[list[Any]]:
    models = (Article, ArticleTopic, Story, SearchDocument)
    return [list(model._default_manager.order_by("pk").values_list("pk", "tie")) for model in models]


def test_rows_of_older_versions_get_their_ties(monkeypatch: pytest.MonkeyPatch) -> None:
    migration = import_module("articles.migrations.0018_ties")
    monkeypatch.setattr(migration, "BATCH", 2)
    for _ in range(5):
        make_article([make_topic()], published_date_time=TIME)
    make_reference()
    before = ties()
    for model in (Article, ArticleTopic, Story, SearchDocument):
        model._default_manager.update(tie=0)
    migration.fill(apps, SimpleNamespace(connection=connection))
    assert ties() == before
    rebuild_stories()
    rebuild_index()
    assert ties() == before


def test_what_is_deleted_leaves_the_search_after_the_migration() -> None:
    article = make_article(title="Zeppelin")
    assert len(find(prepare(parse("zeppelin"))).ids) == 1
    article.delete()
    assert len(find(prepare(parse("zeppelin"))).ids) == 0
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO articles_search (articles_search, rank) VALUES ('integrity-check', 1)")
