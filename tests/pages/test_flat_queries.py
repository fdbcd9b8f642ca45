"""Queries whose cost must not grow with the number of articles, by how they are written."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article
from articles.pages.archive import MonthListing
from articles.pages.front import choose_leads
from tests.support.factories import make_article, make_topic

pytestmark = pytest.mark.django_db

MONTH = dt.date(2023, 9, 1)


def at(time: dt.datetime) -> Article:
    return make_article([make_topic()], published_date_time=time)


def test_the_newest_of_an_old_month_are_found_without_reading_newer_ones() -> None:
    end = dt.datetime(2023, 10, 1, tzinfo=dt.UTC)
    last = at(end - dt.timedelta.resolution)
    at(end)
    with CaptureQueriesContext(connection) as captured:
        assert MonthListing(MONTH).ids(0, 10) == [last.pk]
    # An index is read from one bound, whichever of several that is.
    assert captured.captured_queries[-1]["sql"].count('"listed_from" <') == 1


def test_a_month_that_has_not_ended_has_no_later_articles() -> None:
    now = dt.datetime(2023, 9, 10, 12, tzinfo=dt.UTC)
    listed = at(now)
    at(now + dt.timedelta.resolution)
    assert MonthListing(MONTH, now).ids(0, 10) == [listed.pk]


def test_pins_are_looked_for_among_pins() -> None:
    with CaptureQueriesContext(connection) as captured:
        choose_leads(5, 5)
    [pins] = [query["sql"] for query in captured.captured_queries if 'FROM "articles_pin"' in query["sql"]]
    # With a join, the database may begin with the articles.
    assert 'FROM "articles_pin" WHERE' in pins
