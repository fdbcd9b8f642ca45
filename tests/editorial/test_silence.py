"""Topics without news of late, and providers that fell silent."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.editorial.silence import silent_providers, silent_topics
from articles.models import Provider, Topic
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db
NEWEST = dt.datetime(2024, 6, 1, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def wrote(provider: Provider, *days_ago: float, topic: Topic | None = None) -> None:
    for days in days_ago:
        make_article([topic] if topic else [], provider=provider, published_date_time=NEWEST - days * DAY)


@pytest.fixture(autouse=True)
def _newest(db: None) -> None:
    """An article of years ago, the newest of an archive."""
    wrote(make_provider("newest.example"), 0)


def test_providers_fall_silent_by_their_own_pace() -> None:
    wrote(make_provider("daily.example"), 15, 16, 17, 18)
    wrote(make_provider("weekly.example"), 30, 37, 44)
    wrote(make_provider("weekly-no-more.example"), 36, 43, 50)
    wrote(make_provider("a-fortnight.example"), 13, 13.5, 14)
    assert {each.domain for each in silent_providers()} == {"daily.example", "weekly-no-more.example"}


def test_two_articles_are_no_pace_and_hidden_ones_do_not_count() -> None:
    wrote(make_provider("two.example"), 200, 201)
    unlisted = make_provider("unlisted.example")
    wrote(unlisted, 200, 201, 202)
    make_article(provider=unlisted, published_date_time=NEWEST - 300 * DAY)
    unlisted.articles.all().update(published=False)
    back = make_provider("later.example")
    wrote(back, 200, 201, 202)
    make_article(provider=back, published_date_time=timezone.now() + DAY)
    assert {each.domain for each in silent_providers()} == {"later.example"}


def test_topics_without_articles_of_the_last_30_days_are_silent() -> None:
    provider = make_provider("example.org")
    wrote(provider, 31, topic=make_topic("Old"))
    wrote(provider, 29, 31, topic=make_topic("New"))
    make_topic("Never had any")
    assert [topic.name for topic in silent_topics()] == ["Old"]


def test_a_topic_lives_while_one_below_it_does() -> None:
    provider = make_provider("example.org")
    top, between = make_topic("Top"), make_topic("Between")
    below = make_topic("Below")
    Topic.objects.filter(pk=between.pk).update(parent=top)
    Topic.objects.filter(pk=below.pk).update(parent=between)
    for topic in (top, between):
        wrote(provider, 90, topic=topic)
    assert {topic.name for topic in silent_topics()} == {"Top", "Between"}
    wrote(provider, 1, topic=below)
    assert not silent_topics()


def test_lists_show_the_latest_article_and_find_the_silent(
    editor: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    topic, provider = make_topic("Old"), make_provider("daily.example", name="Daily")
    wrote(provider, 40, 41, 42, topic=topic)
    for number in range(30):
        wrote(make_provider(f"lively-{number}.example"), 1, topic=make_topic(f"Lively {number}"))
    for kind, name in (("provider", "Daily"), ("topic", "Old")):
        with django_assert_max_num_queries(12):
            page = editor.get(f"/admin/articles/{kind}/?news=silent")
        assert [str(row) for row in page.context["cl"].result_list] == [name]
        assert "22 Apr 2024" in page.content.decode()
        with django_assert_max_num_queries(12):
            everything = editor.get(f"/admin/articles/{kind}/")
        assert len(everything.context["cl"].result_list) > 30
        ordered = editor.get(f"/admin/articles/{kind}/?news=silent&o=4")
        assert ordered.status_code == 200
