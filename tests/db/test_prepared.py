"""Prepared queries return what Django's own would, with other values each time, and are compiled once."""

import datetime as dt
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from articles.db.prepared import Prepared
from articles.models import Article
from articles.models.page_queries import card_rows, next_change_by_time, related_rows
from articles.models.querysets import CARD_FIELDS
from tests.support.factories import make_article, make_topic

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def newer(ids: list[int], time: dt.datetime, quality: int) -> QuerySet[Article, Any]:
    found = Article.objects.filter(id__among=ids, quality__gte=quality, published_date_time__gt=time)
    return found.order_by("-quality", "id").values("id", "title", "published_date_time", "images", "published")


@pytest.fixture
def articles() -> list[Article]:
    topic = make_topic("AI")
    return [
        make_article(
            [topic],
            title=f"100 % of {number}",
            quality=number,
            images=[{"url": f"https://gazette.example/{number}.jpg"}],
        )
        for number in range(5)
    ]


def test_rows_are_those_of_the_query_for_each_set_of_values(articles: list[Article]) -> None:
    prepared = Prepared(newer)
    ids, old = [article.pk for article in articles], NOW - dt.timedelta(days=9000)
    for values in (
        {"ids": ids, "time": old, "quality": 2},
        {"ids": ids[1:3], "time": old, "quality": 0},
        {"ids": ids, "time": NOW + dt.timedelta(days=9000), "quality": 0},
        {"ids": [0], "time": old, "quality": 0},
    ):
        assert prepared.rows(**values) == list(newer(**values))  # type: ignore[arg-type]


def test_it_is_compiled_once(articles: list[Article]) -> None:
    built = []

    def build(quality: int) -> QuerySet[Article, Any]:
        built.append(quality)
        return Article.objects.filter(quality=quality).values_list("title", flat=True)

    prepared = Prepared(build)
    assert [prepared.rows(quality=each) for each in (1, 3)] == [["100 % of 1"], ["100 % of 3"]]
    after_first = len(built)
    assert prepared.rows(quality=4) == ["100 % of 4"]
    assert len(built) == after_first


def test_a_part_is_what_a_slice_returns(articles: list[Article]) -> None:
    query = Prepared(
        lambda least: Article.objects.filter(quality__gte=least).order_by("quality").values_list("quality")
    )
    assert query.rows(1, 2, least=1) == [(2,), (3,)]
    assert query.rows(0, 9, least=3) == [(3,), (4,)]


def test_an_empty_list_needs_no_query(articles: list[Article], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert Prepared(newer).rows(ids=[], time=NOW, quality=0) == []
        assert card_rows([]) == related_rows([], 10, 2) == []


def test_cards_come_in_the_order_of_their_ids(articles: list[Article]) -> None:
    ids = [articles[number].pk for number in (3, 0, 4)]
    rows = card_rows([*ids, 0])
    assert [row["id"] for row in rows] == ids
    assert set(rows[0]) == {*CARD_FIELDS, "topics_json"}
    assert rows == [Article.objects.filter(pk=pk).card_columns().get() for pk in ids]


def test_each_look_at_the_time_is_with_the_time_of_that_moment(articles: list[Article]) -> None:
    first, second = (NOW + dt.timedelta(days=days) for days in (1, 2))
    for time in (second, first):
        make_article([], published_date_time=time)
    assert next_change_by_time(NOW) == first
    assert next_change_by_time(first) == second
    assert next_change_by_time(second) is None
