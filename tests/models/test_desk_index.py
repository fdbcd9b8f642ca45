"""The index of the few articles that editors look for in the list of the desk."""

import re
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from articles.models import Article
from articles.models.states import filter_by_state

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["scheduled", "draft", "conflict", "edited"])
def test_rare_articles_are_found_without_reading_all(state: str) -> None:
    articles = filter_by_state(Article.objects.order_by("-published_date_time", "-tie", "-id"), state)
    assert "article_desk" in plan(articles.values_list("pk")[:200])


def test_articles_of_the_future_are_found_by_their_time() -> None:
    articles = filter_by_state(Article.objects.order_by("-published_date_time", "-tie", "-id"), "later")
    # PostgreSQL may also take the index that has the provider before the time, while the table is as small as here.
    assert re.search(r"article_(provider_)?listed", plan(articles.values_list("pk")[:200]))


def plan(articles: QuerySet[Any, Any]) -> str:
    """Return how the database would find articles if it had many."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for option in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
                cursor.execute(f"SET LOCAL {option} = off")
    return articles.explain()
