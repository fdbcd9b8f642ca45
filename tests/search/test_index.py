"""The index follows whatever changes articles, and a rebuild gives the same."""

import random
import shutil
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection

from articles.content.processes import Workers
from articles.editorial.edits import edit_articles
from articles.models import Article, ArticleTopic, Provider, SearchAddress, SearchDocument, SearchWord, StoryMark, Topic
from articles.search import index
from articles.search.engines import COLUMNS, engine
from articles.search.index import rebuild_index
from articles.search.query import parse
from articles.search.searching import find, prepare
from articles.stories import mark_changed, rebuild_stories, update_marked_stories
from bench.generate import generate_site
from tests.support.factories import make_article, make_provider, make_reference, make_topic
from tests.support.import_runs import run_import
from tests.support.site_files import article_text

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


def found(text: str) -> list[int]:
    return find(prepare(parse(text)), "date").ids


def snapshot() -> tuple[object, ...]:
    """Return all that search keeps but for words, and what the engine itself makes of it."""
    documents = set(SearchDocument.objects.values_list(*COLUMNS))
    addresses = sorted(SearchAddress.objects.values_list("number", "article_id"))
    return documents, addresses, terms()


def terms() -> list[tuple[object, ...]]:
    """Return each term of the engine's index with the number of documents that have it."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO articles_search (articles_search, rank) VALUES ('integrity-check', 1)")
            cursor.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab('main', 'articles_search', 'row')")
            cursor.execute("SELECT term, doc, cnt FROM temp.terms ORDER BY term")
            rows = cursor.fetchall()
            cursor.execute("DROP TABLE temp.terms")
            return rows
        cursor.execute("SELECT place, vector::text FROM articles_searchdocument ORDER BY place")
        return cursor.fetchall()


def words() -> set[str]:
    return set(SearchWord.objects.values_list("word", flat=True))


def assert_rebuild_gives_the_same() -> None:
    before = snapshot()
    known = words()
    assert rebuild_index() == len(before[0])  # type: ignore[arg-type]
    assert snapshot() == before
    assert words() <= known


def test_an_edit_is_followed_at_once() -> None:
    article = make_article([make_topic()], title="Tram")
    assert found("tram") == [article.pk]
    edit_articles([article.pk], title="Bus")
    assert (found("tram"), found("bus")) == ([], [article.pk])
    article.refresh_from_db()
    article.excerpt = "By ferry."
    article.save()
    assert found("ferry") == [article.pk]
    edit_articles([article.pk], published=False)
    assert found("bus") == []
    edit_articles([article.pk], published=True)
    assert found("bus topic:ai") == [article.pk]
    ArticleTopic.objects.all().delete()
    assert found("bus topic:ai") == []
    article.delete()
    assert found("bus") == []
    assert not SearchAddress.objects.exists()
    assert_rebuild_gives_the_same()


def test_renamed_topics_and_providers_are_followed() -> None:
    topic, provider = make_topic(), make_provider()
    article = make_article([topic], title="Tram", provider=provider)
    topic.name = "Railways"
    topic.save()
    provider.name = "Harbour Gazette"
    provider.save()
    assert found("railway harbour gazette") == [article.pk]
    assert found("ai") == []
    Topic.objects.get().delete()
    assert found("railway") == []
    assert_rebuild_gives_the_same()


def test_a_provider_that_an_import_renames_is_followed(write_article: Write) -> None:
    site = write_article().parents[0]
    run_import(site)
    article = Article.objects.get()
    assert found("paper") == [article.pk]
    organization = site / "_data" / "organizations" / "a.example.md"
    organization.parent.mkdir(parents=True)
    organization.write_text("---\nname: Harbour Gazette\ndomain: a.example\n---\n")
    (site / "_news").mkdir()
    shutil.move(str(site / "2023-09-01-first.md"), site / "_news" / "2023-09-01-first.md")
    run_import(site)
    assert Provider.objects.get().name == "Harbour Gazette"
    assert (found("gazette"), found("paper")) == ([article.pk], [])
    assert_rebuild_gives_the_same()


def test_an_import_without_changes_writes_nothing_to_the_index(
    write_article: Write, django_assert_num_queries: object
) -> None:
    site = write_article().parents[0]
    run_import(site)
    assert not StoryMark.objects.exists()
    before = snapshot()
    run_import(site)
    edit_articles([Article.objects.get().pk], heat=99)
    assert snapshot() == before


def test_a_dry_run_leaves_the_index_as_it_was(write_article: Write) -> None:
    site = write_article().parents[0]
    run_import(site, dry_run=True)
    assert snapshot() == (set(), [], [])
    assert words() == set()


NAMES = [f"2023-09-{day:02d}-piece-{day}.md" for day in range(1, 13)]
VOCABULARY = ["tram", "bus", "ferry", "Zürich", "night", "東京", "running", "council"]


def random_text(dice: random.Random, name: str) -> str:
    """Return the text of an article file that may be listed or not, and have related articles."""
    related = [
        {"title": "x", "webUrl": f'"https://a.example/{dice.choice(NAMES)}"', "provider": "{domain: a.example}"}
        for _ in range(dice.randint(0, 2))
    ]
    return article_text(
        related,
        title=" ".join(dice.choices(VOCABULARY, k=3)),
        excerpt=f'"{" ".join(dice.choices(VOCABULARY, k=9))}"',
        webUrl=f'"https://a.example/{name}?utm_source={dice.randint(1, 3)}"',
        published=dice.choice(["true", "true", "false"]),
        removed=dice.choice(["false", "false", "false", "true"]),
        topics=dice.choice(["[AI]", "[AI, Trams]", "[]"]),
        provider=f"{{name: Paper {dice.randint(1, 3)}, domain: {dice.choice('ab')}.example}}",
    )


def test_random_imports_and_edits_leave_what_a_rebuild_makes(tmp_path: Path) -> None:
    dice = random.Random(7)
    site = tmp_path / "site" / "_news"
    site.mkdir(parents=True)
    for _ in range(6):
        for name in dice.sample(NAMES, 6):
            (site / name).write_text(random_text(dice, name), encoding="utf-8")
        for name in dice.sample(NAMES, 2):
            (site / name).unlink(missing_ok=True)
        run_import(site.parent, prune=dice.random() < 0.5)
        some = [
            pk for pk in Article.objects.filter(is_reference=False).values_list("pk", flat=True) if dice.random() < 0.3
        ]
        edit_articles(some, title=" ".join(dice.choices(VOCABULARY, k=2)), published=dice.random() < 0.7)
        for topic in Topic.objects.all():
            topic.name = f"{topic.name} {dice.choice(VOCABULARY)}"
            topic.save()
        listed = set(Article.objects.listed().values_list("pk", flat=True))
        accounts = set(Article.objects.coverage().values_list("pk", flat=True))
        assert set(SearchDocument.objects.values_list("article_id", flat=True)) == listed | accounts
        assert_rebuild_gives_the_same()
    assert SearchDocument.objects.exists()


def test_the_real_sites_are_indexed_as_a_rebuild_does_it(corpora: Path) -> None:
    run_import(corpora / "powerapps")
    listed, accounts = Article.objects.listed().count(), Article.objects.coverage().count()
    assert listed > 400
    assert SearchDocument.objects.count() == listed + accounts
    assert_rebuild_gives_the_same()


def test_after_an_upgrade_the_next_settling_indexes_what_is_there() -> None:
    """The migration marks all articles."""
    article = make_article(title="Tram")
    SearchDocument.objects.all().delete()
    StoryMark.objects.create(article_id=article.pk)
    update_marked_stories()
    assert found("tram") == [article.pk]
    SearchDocument.objects.all().delete()
    StoryMark.objects.create(article_id=article.pk)
    rebuild_stories()
    assert found("tram") == [article.pk]


def test_after_an_upgrade_of_the_analysis_the_next_settling_indexes_anew() -> None:
    """As the version before had it: another document, and a key of a word that was folded in another way."""
    article = make_article(title="Łódź")
    document = SearchDocument.objects.get()
    SearchDocument.objects.all().delete()
    engine().insert([tuple("łodz" if name == "title" else getattr(document, name) for name in COLUMNS)])
    SearchWord.objects.update(key="łodz")
    migration = import_module("articles.migrations.0016_search_words_anew")
    migration.mark_all(None, SimpleNamespace(connection=connection))
    update_marked_stories()
    assert found("lodz") == [article.pk]
    assert SearchWord.objects.get().key == "lodz"
    assert_rebuild_gives_the_same()


def test_what_is_worked_out_elsewhere_is_indexed_as_here(tmp_path: Path) -> None:
    generate_site(tmp_path, 60, seed=3)
    run_import(tmp_path)
    expected, expected_words = snapshot(), words()
    assert expected_words
    for model in (SearchDocument, SearchAddress, SearchWord):
        model._default_manager.all().delete()
    mark_changed(Article.objects.values_list("id", flat=True))
    with Workers(ThreadPoolExecutor(1)) as workers:
        update_marked_stories(workers)
    assert (snapshot(), words()) == (expected, expected_words)


def test_workers_get_the_texts_of_few_articles_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    pks = {make_article(title=f"Tram {number}").pk for number in range(7)}
    expected = snapshot()
    SearchDocument.objects.all().delete()
    monkeypatch.setattr(index, "CHUNK", 2)
    prepared: list[int] = []
    texts_of = index.listed_texts

    def counted(ids: Collection[int]) -> index.Texts:
        prepared.append(len(ids))
        return texts_of(ids)

    monkeypatch.setattr(index, "listed_texts", counted)
    with Workers(ThreadPoolExecutor(1)) as workers:
        write = index.prepare_documents(pks, workers)
        assert prepared == [2] * index.AHEAD
        write()
    assert prepared == [2, 2, 2, 1]
    assert snapshot() == expected


def test_rebuild_search_indexes_everything_and_forgets_words_that_have_gone(capsys: pytest.CaptureFixture[str]) -> None:
    article = make_article(title="Tram")
    make_reference()
    edit_articles([article.pk], title="Ferry")
    assert {"tram", "ferry"} <= words()
    Article.objects.filter(pk=article.pk).update(title="Bus")
    StoryMark.objects.create(article_id=article.pk)
    call_command("rebuild_search")
    assert capsys.readouterr().out == "1 articles can be searched for\n"
    assert found("bus") == [article.pk]
    assert words() & {"tram", "ferry", "bus"} == {"bus"}
    assert not StoryMark.objects.exists()


def test_another_language_is_searched_after_a_rebuild(settings: object) -> None:
    article = make_article(title="Die Häuser")
    settings.LANGUAGE_CODE = "de"  # type: ignore[attr-defined]
    assert found("Häusern") == []
    rebuild_index()
    assert found("Häusern") == [article.pk]


def test_words_are_those_of_listed_articles_that_are_worth_suggesting() -> None:
    make_article(title="A Zürich café, 2023 東京 x2y", excerpt="Et &eacute;t&eacute;")
    make_article(title="Hidden", published=False)
    assert set(SearchWord.objects.values_list("word", "key")) == {
        ("zürich", "zurich"), ("café", "cafe"), ("x2y", "x2y"), ("été", "ete")
    }  # fmt: skip
