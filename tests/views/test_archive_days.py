"""The archive finds the page on which a day begins."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.support.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _articles(settings: Settings) -> None:
    settings.PAGE_SIZE = 2
    for month, day in ((5, 20), (7, 3), (7, 9), (7, 9), (7, 9), (7, 28)):
        make_article(published_date_time=dt.datetime(2023, month, day, 12, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    ("day", "url"),
    [
        ("2023-07-28", "/archive/2023/07/"),
        ("2023-07-31", "/archive/2023/07/"),
        ("2023-07-09", "/archive/2023/07/"),  # the second of the first page
        ("2023-07-08", "/archive/2023/07/?page=3"),
        ("2023-07-03", "/archive/2023/07/?page=3"),
        ("2023-07-01", "/archive/2023/07/?page=3"),  # nothing then, nor before it in this month
        ("2023-06-15", "/archive/2023/05/"),
        ("2025-01-01", "/archive/2023/07/"),
        ("1999-01-01", "/archive/2023/05/"),
    ],
)
def test_a_day_leads_to_the_page_that_it_begins_on(client: Client, day: str, url: str) -> None:
    response = client.get("/archive/", {"day": day})
    assert (response.status_code, response["Location"]) == (302, url)
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("day", ["", "yesterday", "2023-02-30", "0000-00-00"])
def test_what_is_no_day_changes_nothing(client: Client, day: str) -> None:
    response = client.get("/archive/", {"day": day})
    assert response.status_code == 200
    assert "Find a day" in response.content.decode()


def test_days_are_those_of_the_readers_time_zone(client: Client) -> None:
    make_article(published_date_time=dt.datetime(2023, 7, 31, 23, tzinfo=dt.UTC))
    assert client.get("/archive/", {"day": "2023-08-01"})["Location"] == "/archive/2023/07/"
    with timezone.override("Asia/Tokyo"):
        assert client.get("/archive/", {"day": "2023-08-01"})["Location"] == "/archive/2023/08/"
