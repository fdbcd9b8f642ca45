"""Bulk writes: what arrives in the database, and in how many statements."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from articles.db.bulk import (
    add_to_counts,
    delete_rows,
    insert_missing,
    insert_tuples,
    refresh_statistics,
    update_columns,
    update_objects,
)
from articles.models import Article, ListingMonth, RelatedEntry, RelatedLink, SearchWord, StoryMark
from tests.support.factories import make_article

pytestmark = pytest.mark.django_db
STRANGE = ['"', "\\", '\\"', "a,b", "{c}", "NULL", "None", "%s", "{source}", "it's", " ", "ü\n\t", "\\N", "-- d"]


def test_texts_arrive_whatever_characters_they_have() -> None:
    insert_missing(SearchWord, ["word", "key"], [(word, f"<{word}>") for word in [*STRANGE, *STRANGE]])
    assert dict(SearchWord.objects.values_list("word", "key")) == {word: f"<{word}>" for word in STRANGE}
    insert_missing(SearchWord, ["word", "key"], [(word, "not written") for word in STRANGE])
    update_columns(SearchWord, "word", ["key"], [(f"{word}!", word) for word in STRANGE])
    assert dict(SearchWord.objects.values_list("word", "key")) == {word: f"{word}!" for word in STRANGE}
    assert set(
        SearchWord.objects.filter(key__among=[f"{word}!" for word in STRANGE]).values_list("word", flat=True)
    ) == {*STRANGE}
    delete_rows(SearchWord, "word", STRANGE[1:])
    assert [word.word for word in SearchWord.objects.all()] == STRANGE[:1]


def test_objects_are_written_with_all_kinds_of_values() -> None:
    articles = [make_article() for _ in range(3)]
    time = dt.datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=dt.UTC)
    for number, article in enumerate(articles):
        article.title = STRANGE[number]
        article.date = dt.date(1999, 12, 31) if number else dt.date(2024, 2, 29)
        article.published_date_time = time + dt.timedelta(microseconds=number)
        article.images = [{"url": f'/{number}"\\'}]
        article.extra = {"a": STRANGE} if number else {}
        article.publish_at = time if number == 1 else None
        article.is_draft = False
        article.tie = -(2**62) + number
        article.drafted_by_id = None
    columns = [
        "title",
        "date",
        "published_date_time",
        "images",
        "extra",
        "publish_at",
        "is_draft",
        "tie",
        "drafted_by",
    ]
    update_objects(Article, columns, articles)
    for article in articles:
        stored = Article.objects.get(pk=article.pk)
        for name in columns:
            assert getattr(stored, name) == getattr(article, name), name


def test_texts_that_are_too_long_for_their_column_are_refused_and_not_cut() -> None:
    if connection.vendor == "postgresql":
        make_article(slug="short")
        pk = Article.objects.get(slug="short").pk
        with pytest.raises(DatabaseError, match="too long"):
            update_columns(Article, "id", ["slug"], [("x" * 5000, pk)])


def test_numbers_arrive_with_and_without_values() -> None:
    articles = [make_article() for _ in range(3)]
    entry = RelatedEntry.objects.create(digest="0", address="https://a.example/", target=articles[2])
    insert_tuples(
        RelatedLink,
        ["article_id", "target_id", "entry_id", "position"],
        [(articles[0].pk, articles[1].pk, None, 0), [articles[0].pk, articles[2].pk, entry.pk, 1]],
    )
    links = RelatedLink.objects.order_by("position").values_list("article", "target", "entry", "position")
    assert list(links) == [
        (articles[0].pk, articles[1].pk, None, 0),
        (articles[0].pk, articles[2].pk, entry.pk, 1),
    ]


def test_counts_are_added_to_those_of_the_same_key() -> None:
    months = ["2024-01-01", "2024-02-01"]
    values: list[tuple[str | None, int, int]] = [
        (connection.ops.adapt_datefield_value(dt.date.fromisoformat(month)), 2, 1) for month in months
    ]
    for rows in (values[:1], values):
        condition = '"provider_id" IS NULL AND "topic_id" IS NULL'
        add_to_counts(ListingMonth, ["month"], condition, ["count", "folded"], rows)
    stored = ListingMonth.objects.order_by("month").values_list("count", "folded")
    assert list(stored) == [(4, 2), (2, 1)]


@pytest.mark.parametrize(
    "write",
    [
        lambda: insert_missing(StoryMark, ["article_id"], [(number,) for number in range(500)]),
        lambda: update_columns(Article, "id", ["title", "heat"], [(f"T{pk}", pk, pk) for pk in range(500)]),
        lambda: delete_rows(StoryMark, "article_id", range(500)),
    ],
)
def test_many_rows_are_one_statement(write: Callable[[], None]) -> None:
    with CaptureQueriesContext(connection) as captured:
        write()
    [query] = captured.captured_queries
    if connection.vendor == "postgresql":
        assert " times: " not in query["sql"]


def test_statistics_are_refreshed_without_those_of_long_texts() -> None:
    make_article(body="long")
    refresh_statistics([Article, RelatedLink])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT attname FROM pg_stats WHERE tablename = %s", [Article._meta.db_table])
            names = {row[0] for row in cursor.fetchall()}
        assert {"web_url", "provider_id"} <= names
        assert names.isdisjoint({"body", "images", "extra"})
