"""The page cache and the API."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.support.api import get
from tests.support.factories import make_article

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]


@pytest.mark.parametrize("url", ["/api/v1/articles?limit=5", "/api/v1/front?", "/api/news/index.json?"])
def test_answers_are_kept_with_limits_of_their_own(reader: Client, settings: Settings, url: str) -> None:
    settings.API_RATE_LIMIT = 600
    make_article()
    first, again = reader.get(url), reader.get(f"{url}&utm_source=x")
    assert (first["Cache-Status"], again["Cache-Status"]) == ("newsreader; fwd=miss; stored", "newsreader; hit")
    assert first.content == again.content
    assert first["RateLimit"].partition(";t=")[0] != again["RateLimit"].partition(";t=")[0]
    assert reader.get(url, headers={"If-None-Match": again["ETag"]}).status_code == 304


def test_an_answer_shows_what_was_just_added(reader: Client) -> None:
    make_article(title="First")
    assert [each["title"] for each in get(reader, "/api/v1/articles")["data"]] == ["First"]
    make_article(title="Second")
    assert [each["title"] for each in get(reader, "/api/v1/articles")["data"]] == ["First", "Second"]
