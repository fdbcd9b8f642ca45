"""Articles that do not come from files: a record in, a row out, by the writing that imports use."""

import datetime as dt
from typing import Any

import pytest

from articles.content.parsing import parse_article
from articles.content.problems import Problem
from articles.db.locks import writing
from articles.models import Article, ListingMonth, StoryMember
from articles.stories import update_marked_stories
from articles.sync.imports.context import Context
from articles.sync.imports.incoming import IncomingArticle, incoming_article
from articles.sync.imports.report import Report
from articles.sync.imports.row import Row
from articles.sync.imports.writing import ArticleWriter
from tests.support.factories import make_reference
from tests.support.site_files import article_text

pytestmark = pytest.mark.django_db

DATE = dt.date(2023, 9, 1)


def incoming(slug: str = "first", **keys: Any) -> IncomingArticle:
    parsed = parse_article("feed.md", article_text(**keys).encode() + b"The *text*.\n", dt.datetime.now(dt.UTC))
    assert parsed.record
    return incoming_article(parsed.record, parsed.values, parsed.body, (DATE, slug))


def write(article: IncomingArticle, over: Article | None = None, run: int | None = None) -> tuple[Row, list[Problem]]:
    problems: list[Problem] = []
    with writing():
        [row] = ArticleWriter(Context(Report(), problems.append, run=run), {}).write([(article, over)])
        update_marked_stories()
    return row, problems


def test_an_article_without_a_file_is_made_with_all_that_hangs_on_it() -> None:
    row, problems = write(incoming(topics="[AI, Law]"))
    article = Article.objects.get()
    assert row.is_new
    assert (article.pk, article.title, article.body, article.provider.domain) == (
        row.pk, "A title", "The *text*.", "a.example",
    )  # fmt: skip
    assert (article.source_path, article.folder, article.file_digest, article.date, article.slug) == (
        None, None, "", DATE, "first",
    )  # fmt: skip
    assert [link.topic.name for link in article.topic_links.all()] == ["AI", "Law"]
    assert ListingMonth.objects.filter(provider=article.provider, count=1).exists()
    assert StoryMember.objects.get().article == article
    assert [(each.path, each.line, each.code) for each in problems] == [("https://a.example/first", 1, "N501")] * 2


def test_it_is_written_over_the_row_that_it_is() -> None:
    write(incoming())
    article = Article.objects.select_related("provider").get()
    row, _ = write(incoming(title='"Another"', topics="[Law]"), article)
    assert (row.is_new, row.is_changed, row.changes["title"]) == (False, True, ["A title", "Another"])
    article.refresh_from_db()
    assert (article.title, [link.topic.name for link in article.topic_links.all()]) == ("Another", ["Law"])
    row, _ = write(incoming(title='"Another"', topics="[Law]"), Article.objects.select_related("provider").get())
    assert not row.is_changed


def test_what_an_editor_changed_stays() -> None:
    write(incoming())
    Article.objects.update(title="Editor title", edited={"title": "A title"})
    article = Article.objects.select_related("provider").get()
    _, problems = write(incoming(title='"Another"', quality=7), article)
    article = Article.objects.get()
    assert (article.title, article.quality, article.conflicts) == ("Editor title", 7, {"title": "Another"})
    assert [problem.code for problem in problems] == ["W408"]


def test_a_reference_becomes_the_article() -> None:
    reference = make_reference(web_url="https://a.example/first")
    row, _ = write(incoming(), Article.objects.select_related("provider").get())
    article = Article.objects.get()
    assert row.is_new
    assert (article.pk, article.is_reference, article.slug) == (reference.pk, False, "first")
