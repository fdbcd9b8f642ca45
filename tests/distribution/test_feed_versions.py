"""A feed's time and names say when an item leaves it, and are the same for as long as nothing changes."""

import datetime as dt
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import feedparser
import pytest
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import Client, TestCase
from django.utils import timezone
from django.utils.http import http_date
from pytest_django import DjangoAssertNumQueries, Settings

from articles.distribution.feeds import unchanged, versions, views
from articles.distribution.feeds.records import EPOCH, Feed
from articles.editorial.edits import edit_articles, remove_topics
from articles.models import Article, FeedVersion
from tests.support.factories import TIME, make_article, make_provider, make_topic
from tests.support.feeds import entries, feed_addresses
from tests.support.stories import link

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LEAVES: dict[str, Callable[[Article], Any]] = {
    "withdrawn": lambda article: edit_articles([article.pk], removed=True),
    "unlisted": lambda article: edit_articles([article.pk], published=False),
    "planned": lambda article: edit_articles([article.pk], published_date_time=timezone.now() + DAY),
    "of another month": lambda article: edit_articles([article.pk], published_date_time=TIME - 300 * DAY),
    "of another topic": lambda article: remove_topics([article.pk], list(article.topics.all())),
    "of another provider": lambda article: edit_articles([article.pk], provider=make_provider("other.example")),
    "less good": lambda article: edit_articles([article.pk], quality=-5),
    "deleted": lambda article: article.delete(),
}


def make_site() -> Article:
    """Return an article that is neither the newest nor the only one of any feed."""
    science = make_topic("Science")
    space = make_topic("Space", parent=science)
    bee = make_provider("b.example")
    leaving = make_article([space, science], title="Excerpt that leaves", provider=bee, quality=3)
    other = make_article([space, science], title="Excerpt that stays", provider=bee, published_date_time=TIME)
    link(make_article([space], title="Second excerpt", provider=make_provider("c.example")), leaving, other)
    later = make_article([space], title="Later excerpt", published_date_time=TIME + 30 * DAY, provider=bee)
    link(later, leaving)
    return leaving


def get_all(client: Client, form: str, **headers: Any) -> dict[str, HttpResponse]:
    return {url: client.get(url, **headers) for url in feed_addresses(form) if not url.endswith(".opml")}


def ids(client: Client, url: str) -> list[str]:
    return [entry["id"] for entry in entries(client, url)]


KINDS = [("withdrawn", form) for form in views.FORMATS] + [(name, "atom") for name in LEAVES if name != "withdrawn"]


@pytest.mark.parametrize(("name", "form"), KINDS)
def test_a_feed_has_changed_when_an_item_has_left_it(client: Client, name: str, form: str) -> None:
    leaving = make_site()
    before = get_all(client, form)
    held = {url: ids(client, url) for url in before}
    began = timezone.now().replace(microsecond=0)
    with TestCase.captureOnCommitCallbacks(execute=True):
        LEAVES[name](leaving)
    left = 0
    for url, first in before.items():
        now = client.get(url)
        if now.status_code != 200:
            continue
        changed = now.content != first.content
        assert (now["ETag"] != first["ETag"], now.get("Last-Modified") != first.get("Last-Modified")) == (changed,) * 2
        assert status(client, url, first) == {200 if changed else 304}, url
        assert status(client, url, now) == {304}, url
        if not set(held[url]) <= set(ids(client, url)):
            left += 1
            assert parsedate_to_datetime(now["Last-Modified"]) >= began, url
            assert form == "json" or _updated(now) == parsedate_to_datetime(now["Last-Modified"]), url
    assert left >= (8 if name in ("withdrawn", "unlisted", "planned", "deleted") else 1)


def status(client: Client, url: str, known: HttpResponse) -> set[int]:
    """Return how those are answered who have a feed, and say so in either way."""
    headers = [{"If-None-Match": known["ETag"]}]
    if time := known.get("Last-Modified"):
        headers.append({"If-Modified-Since": time})
    return {client.get(url, headers=each).status_code for each in headers}


def _updated(response: HttpResponse) -> dt.datetime:
    return dt.datetime(*feedparser.parse(response.content).feed.updated_parsed[:6], tzinfo=dt.UTC)


def test_a_feed_that_lost_an_item_is_the_same_from_then_on_and_is_not_made_again(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    leaving = make_site()
    get_all(client, "rss")
    with TestCase.captureOnCommitCallbacks(execute=True):
        edit_articles([leaving.pk], removed=True)
    after = {url: response for url, response in get_all(client, "rss").items() if response.status_code == 200}
    unchanged.cache.clear()
    made_again = get_all(client, "rss")
    assert {url: made_again[url].content for url in after} == {url: each.content for url, each in after.items()}
    monkeypatch.setattr(views, "_answer", None)
    for url, response in after.items():
        with django_assert_max_num_queries(2):
            assert status(client, url, response) == {304}


def test_two_changes_of_one_second_have_different_times(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = make_topic()
    articles = [make_article([topic]) for _ in range(4)]
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    times = []
    for article in articles:
        times.append(client.get("/topics/ai/feed.rss")["Last-Modified"])
        with TestCase.captureOnCommitCallbacks(execute=True):
            edit_articles([article.pk], removed=True)
    empty = client.get("/topics/ai/feed.rss")
    assert len({*times, empty["Last-Modified"]}) == 5
    assert b"<lastBuildDate>" in empty.content


def test_a_feed_that_gets_an_item_is_as_old_as_that(client: Client) -> None:
    topic = make_topic()
    make_article([topic])
    client.get("/topics/ai/feed.rss")
    time = timezone.now() - 2 * dt.timedelta(hours=1)
    make_article([topic], published_date_time=time)
    assert client.get("/topics/ai/feed.rss")["Last-Modified"] == http_date(time.timestamp())


def test_a_feed_has_a_time_of_its_own_on_each_host_and_the_same_in_all_formats(
    client: Client, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    topic = make_topic()
    article = make_article([topic])
    make_article([topic])
    hosts = ("one.example", "other.example")
    for host in hosts:
        client.get("/topics/ai/feed.rss", HTTP_HOST=host)
    assert FeedVersion.objects.count() == 2
    with TestCase.captureOnCommitCallbacks(execute=True):
        edit_articles([article.pk], removed=True)
    for host in hosts:
        addresses = [f"/topics/ai/feed.{form}" for form in views.FORMATS] * 2
        assert len({client.get(url, HTTP_HOST=host)["Last-Modified"] for url in addresses}) == 1


def test_a_feed_of_the_same_slot_takes_its_place(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "SLOTS", 1)
    for name in ("AI", "Space"):
        make_article([make_topic(name)])
    first = client.get("/topics/ai/feed.rss")
    assert client.get("/topics/space/feed.rss").status_code == 200
    unchanged.cache.clear()
    assert client.get("/topics/ai/feed.rss").content == first.content
    assert FeedVersion.objects.count() == 1


def test_a_feed_is_served_when_its_time_cannot_be_stored(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*values: Any, **options: Any) -> None:
        raise DatabaseError("database is locked")

    monkeypatch.setattr(FeedVersion.objects, "bulk_create", refuse)
    make_article([make_topic()])
    assert client.get("/topics/ai/feed.rss").status_code == 200
    assert not FeedVersion.objects.exists()


@pytest.mark.parametrize("is_down", [False, True])
def test_what_a_replica_does_not_have_yet_is_read_from_the_primary_if_that_is_there(
    monkeypatch: pytest.MonkeyPatch, is_down: bool
) -> None:
    feed, later = Feed("x", "X", "", "/", "/", "en"), timezone.now() + DAY
    versions.with_last_change(feed, "https://news.example/")
    FeedVersion.objects.update(updated=later)
    read = versions._known

    def known(version: FeedVersion, alias: str) -> FeedVersion | None:
        if alias == "replica":
            return None
        if is_down:
            raise DatabaseError("no connection")
        return read(version, alias)

    monkeypatch.setattr(versions.router, "db_for_read", lambda model: "replica")
    monkeypatch.setattr(versions, "_known", known)
    monkeypatch.setattr(versions, "_store", lambda version: None)
    assert versions.with_last_change(feed, "https://news.example/").updated == (EPOCH if is_down else later)
