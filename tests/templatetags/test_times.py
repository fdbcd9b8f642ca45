"""How long ago lists say that something was."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from articles.templatetags.times import ago
from tests.support.factories import TIME, make_article, make_topic

NOW = dt.datetime(2026, 3, 1, 12, 0, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("age", "words"),
    [
        ({"seconds": 0}, "1 minute ago"),
        ({"seconds": 119}, "1 minute ago"),
        ({"minutes": 2}, "2 minutes ago"),
        ({"minutes": 59, "seconds": 59}, "59 minutes ago"),
        ({"minutes": 60}, "1 hour ago"),
        ({"hours": 3, "minutes": 59}, "3 hours ago"),
        ({"hours": 47, "minutes": 59}, "47 hours ago"),
        ({"hours": 48}, ""),
        ({"days": 900}, ""),
        ({"seconds": -1}, ""),
    ],
)
def test_what_is_younger_than_two_days_is_told_by_its_age(
    monkeypatch: pytest.MonkeyPatch, age: dict[str, int], words: str
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    assert ago(NOW - dt.timedelta(**age)) == words


@pytest.mark.django_db
def test_lists_say_how_long_ago_and_keep_the_date_beside_it(client: Client) -> None:
    time = timezone.now().replace(microsecond=0) - dt.timedelta(hours=3, minutes=5)
    article = make_article([make_topic()], published_date_time=time)
    html = client.get("/topics/ai/").content.decode()
    assert f'datetime="{time.isoformat()}"' in html
    assert f'{time:%H:%M} UTC" data-date="{time.day} {time:%b %Y}">3 hours ago</time>' in html
    page = client.get(article.get_absolute_url()).content.decode()
    assert "ago</time>" not in page
    assert f">{time.day} {time:%B %Y, %H:%M}</time>" in page


@pytest.mark.django_db
def test_what_is_older_shows_its_date_in_lists(client: Client) -> None:
    make_article([make_topic()], published_date_time=TIME)
    html = client.get("/topics/ai/").content.decode()
    assert 'title="Friday 1 September 2023, 12:00 UTC">1 Sep 2023</time>' in html
