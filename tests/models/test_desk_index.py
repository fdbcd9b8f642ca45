"""The index of the few articles that editors look for in the list of the desk."""

import datetime as dt

import pytest
from django.db import connection

from articles.models import Article
from articles.models.states import filter_by_state
from tests.support.factories import TIME, make_provider

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["scheduled", "draft", "conflict", "edited"])
def test_rare_articles_are_found_without_reading_all(state: str) -> None:
    make_many()
    articles = filter_by_state(Article.objects.order_by("-published_date_time", "-tie", "-id"), state)
    assert "article_desk" in articles.values_list("pk")[:200].explain()


def test_articles_of_the_future_are_found_by_their_time() -> None:
    make_many()
    articles = filter_by_state(Article.objects.order_by("-published_date_time", "-tie", "-id"), "later")
    assert "article_listed" in articles.values_list("pk")[:200].explain()


def make_many() -> None:
    """Add as many listed articles as PostgreSQL needs to prefer an index, and let the database count them."""
    if connection.vendor == "sqlite":
        # It takes the index that fits, however few the rows.
        return
    times = (TIME - dt.timedelta(hours=number) for number in range(3000))
    provider = make_provider()
    Article.objects.bulk_create(
        Article(
            title="A",
            slug=f"a-{number}",
            date=time.date(),
            published_date_time=time,
            web_url=f"https://a.example/{number}",
            published=True,
            provider=provider,
        )
        for number, time in enumerate(times)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE articles_article")
