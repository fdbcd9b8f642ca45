"""What a listing has had each month."""

import datetime as dt

import pytest
from django.test import Client

from articles.pages.activity import HEIGHT, MONTHS, STEP, activity_of
from tests.support.factories import make_article, make_topic


def months(*counts: int, newest: dt.date = dt.date(2024, 3, 1)) -> list[tuple[dt.date, int]]:
    """Return months from the newest to older ones; those without articles are left out, as in a listing."""
    found, month = [], newest
    for count in counts:
        if count:
            found.append((month, count))
        month = (month - dt.timedelta(days=1)).replace(day=1)
    return found


def page(number: int) -> str:
    return f"?page={number}"


def test_each_month_leads_to_the_page_that_it_begins_on() -> None:
    activity = activity_of(months(10, 15, 5, 40), page, 20)
    assert activity
    assert [bar.url for bar in activity.bars] == ["?page=1", "?page=1", "?page=2", "?page=2"]
    assert activity.total == 70


def test_bars_are_as_high_as_their_share_of_the_largest_and_gaps_stay_empty() -> None:
    activity = activity_of(months(10, 0, 20, 5), page, 20)
    assert activity
    assert [(bar.x // STEP, bar.height) for bar in activity.bars] == [(3, 24), (1, 48), (0, 12)]
    assert all(bar.y + bar.height == HEIGHT for bar in activity.bars)
    assert activity.width == 4 * STEP


def test_only_the_last_three_years_are_drawn() -> None:
    activity = activity_of(months(*[1] * 60), page, 20)
    assert activity
    assert len(activity.bars) == MONTHS
    assert (activity.last, activity.first) == (dt.date(2024, 3, 1), dt.date(2021, 4, 1))


@pytest.mark.parametrize("counts", [(), (7,), (7, 3)])
def test_a_month_or_two_are_not_drawn(counts: tuple[int, ...]) -> None:
    assert activity_of(months(*counts), page, 20) is None


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/topics/ai/", "/providers/a.example/"])
def test_pages_of_topics_and_providers_show_it(client: Client, path: str) -> None:
    topic = make_topic()
    for month in (5, 6, 9):
        make_article(topics=[topic], published_date_time=dt.datetime(2023, month, 3, tzinfo=dt.UTC))
    assert [bar.month.month for bar in client.get(path).context["activity"].bars] == [9, 6, 5]
    assert "Articles per month" in client.get(path).content.decode()
