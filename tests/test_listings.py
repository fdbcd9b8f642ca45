"""Pages of listings: right wherever they are, and right after every kind of change."""

import datetime as dt
import random
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from articles.changes import changing_articles
from articles.listings import Listing, Scope, listed_counts, rebuild_listings
from articles.models import Article, ArticleTopic, ListingMonth, Topic
from articles.pages.archive import MonthListing, archive_months
from tests.support.factories import make_article, make_provider, make_reference, make_topic

pytestmark = pytest.mark.django_db


def months() -> set[tuple[object, ...]]:
    return set(ListingMonth.objects.values_list("topic__name", "provider__domain", "month", "count"))


def plain_ids(topic: Topic) -> list[int]:
    listed = Article.objects.listed().filter(topics=topic).newest_first()
    return list(listed.values_list("id", flat=True))


def scattered(topic: Topic, number: int) -> list[Article]:
    chance = random.Random(7)
    times = [
        dt.datetime(2022, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=chance.randrange(10_000)) for _ in range(number)
    ]
    return [make_article([topic], published_date_time=time, slug=f"s{index}") for index, time in enumerate(times)]


def test_every_slice_of_a_listing_is_that_of_the_whole() -> None:
    topic = make_topic()
    scattered(topic, 60)
    whole = plain_ids(topic)
    listing = Listing(Scope(topic=topic))
    assert listing.count == 60
    for start in range(0, 60, 7):
        assert listing.ids(start, 7) == whole[start : start + 7]
    assert listing.ids(60, 7) == []


def test_articles_of_the_future_are_neither_listed_nor_counted() -> None:
    topic = make_topic()
    now = timezone.now()
    for days in (3, 40, 400):
        make_article([topic], published_date_time=now + dt.timedelta(days=days))
    past = [make_article([topic], published_date_time=now - dt.timedelta(minutes=minutes)) for minutes in (1, 2, 3)]
    listing = Listing(Scope(topic=topic))
    assert listing.count == 3
    assert listing.ids(0, 2) == [past[0].pk, past[1].pk]
    assert listing.ids(2, 2) == [past[2].pk]
    assert listed_counts("topic") == {topic.pk: 3}
    assert Listing(Scope(topic=topic), now + dt.timedelta(days=5)).count == 4
    assert [count for _, count in Listing(Scope()).listed_months()] in ([3], [1, 2], [2, 1])


def test_only_listed_articles_count() -> None:
    topic = make_topic()
    make_article([topic])
    make_article([topic], published=False)
    make_article([topic], removed=True)
    make_reference()
    assert (
        Listing(Scope()).count
        == Listing(Scope(topic=topic)).count
        == Listing(Scope(provider=make_provider())).count
        == 1
    )


@pytest.mark.parametrize(
    "change",
    [
        {"published": False},
        {"removed": True},
        {"published_date_time": dt.datetime(2020, 5, 5, tzinfo=dt.UTC)},
        {"provider_domain": "b.example"},
    ],
)
def test_a_saved_change_is_counted_where_it_was_and_where_it_is(change: dict[str, object]) -> None:
    topic = make_topic()
    scattered(topic, 10)
    article = make_article([topic])
    if domain := change.pop("provider_domain", None):
        change["provider"] = make_provider(str(domain))
    for name, value in change.items():
        setattr(article, name, value)
    article.save()
    kept = months()
    rebuild_listings()
    assert kept == months()


def test_giving_and_taking_topics_is_counted() -> None:
    first, second = make_topic("First"), make_topic("Second")
    article = make_article([first])
    ArticleTopic.objects.create(article=article, topic=second)
    assert listed_counts("topic") == {first.pk: 1, second.pk: 1}
    ArticleTopic.objects.get(topic=first).delete()
    assert listed_counts("topic") == {second.pk: 1}
    article.delete()
    assert listed_counts("topic") == {}
    assert months() == set()


def test_bulk_changes_inside_the_context_are_counted() -> None:
    topic = make_topic()
    articles = scattered(topic, 30)
    ids = [article.pk for article in articles[::3]]
    with changing_articles(ids):
        Article.objects.filter(pk__in=ids).update(published=False)
    kept = months()
    assert Listing(Scope(topic=topic)).count == 20
    rebuild_listings()
    assert kept == months()


def test_a_month_lists_its_own_articles_and_knows_its_neighbours() -> None:
    topic = make_topic()
    for month in (3, 5, 5, 9):
        make_article([topic], published_date_time=dt.datetime(2022, month, 2, tzinfo=dt.UTC))
    listing = MonthListing(dt.date(2022, 5, 1))
    assert listing.count == 2
    assert {Article.objects.get(pk=pk).published_date_time.month for pk in listing.ids(0, listing.count)} == {5}
    assert listing.neighbours() == (dt.date(2022, 3, 1), dt.date(2022, 9, 1))
    assert MonthListing(dt.date(2022, 4, 1)).count == 0


def test_a_december_is_followed_by_a_january() -> None:
    article = make_article(published_date_time=dt.datetime(2022, 12, 31, 23, 59, tzinfo=dt.UTC))
    assert Listing(Scope()).ids(0, 5) == [article.pk]
    assert MonthListing(dt.date(2022, 12, 1)).ids(0, 1) == [article.pk]


EDGE = dt.datetime(2026, 9, 30, 12, 30, tzinfo=dt.UTC)  # 1 October in Auckland


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Pacific/Auckland", {"2026-10": 1, "2027-01": 1, "2026-08": 1}),
        ("America/New_York", {"2026-09": 1, "2026-12": 1, "2026-07": 1}),
        ("UTC", {"2026-09": 1, "2026-12": 1, "2026-08": 1}),
    ],
)
def test_months_are_those_of_the_zone_that_dates_are_shown_in(
    zone: str, expected: dict[str, int], client: Client, settings: Settings
) -> None:
    settings.TIME_ZONE = zone
    edges = (EDGE, dt.datetime(2026, 12, 31, 12, tzinfo=dt.UTC), dt.datetime(2026, 8, 1, 2, tzinfo=dt.UTC))
    articles = [make_article(published_date_time=time) for time in edges]
    make_article(published_date_time=dt.datetime(2027, 5, 1, tzinfo=dt.UTC))  # not yet
    now = dt.datetime(2027, 2, 1, tzinfo=dt.UTC)
    assert {f"{month:%Y-%m}": count for month, count in archive_months(now)} == expected
    for article, month in zip(articles, (dt.date.fromisoformat(f"{key}-01") for key in expected), strict=True):
        assert MonthListing(month, now).ids(0, 5) == [article.pk]
    if timezone.now() > EDGE:
        month = next(iter(expected)).replace("-", "/")
        assert articles[0].title in client.get(f"/archive/{month}/").content.decode()
        assert (
            client.get("/search/", {"q": f"after:{month.replace('/', '-')}"}).context["page"].object_list[-1]
            == articles[0].pk
        )


def test_each_zone_lists_every_article_in_one_month(settings: Settings) -> None:
    chance = random.Random(36)
    for _ in range(30):
        hours = chance.randrange(-30, 30) + 24 * 365 * chance.randrange(3) + 24 * 31 * chance.randrange(12)
        make_article(published_date_time=dt.datetime(2021, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=hours))
    whole = list(Article.objects.listed().newest_first().values_list("pk", "published_date_time"))
    for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kolkata"):
        settings.TIME_ZONE = zone
        months = archive_months()
        assert [pk for month, count in months for pk in MonthListing(month).ids(0, count)] == [pk for pk, _ in whole]
        local = [time.astimezone(ZoneInfo(zone)).date().replace(day=1) for _, time in whole]
        assert dict(months) == Counter(local)


def test_among_takes_more_values_than_a_statement_takes_parameters() -> None:
    article = make_article()
    many = {*range(-300_000, 0), article.pk}
    assert Article.objects.filter(pk__among=many).get() == article
    assert (
        Article.objects.filter(provider__among={article.provider_id}, web_url__among=[article.web_url]).get() == article
    )
    assert not Article.objects.filter(pk__among=()).exists()
