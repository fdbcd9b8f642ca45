"""A feed without news answers 304, in two queries at most and without being made."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client, TestCase
from django.utils import timezone
from django.utils.http import http_date
from pytest_django import DjangoAssertNumQueries, Settings

from articles.changes import announce
from articles.distribution.feeds import unchanged, views
from articles.editorial.edits import edit_articles
from articles.models import Article, RecordedChange, Story, Thread
from tests.support.factories import make_article, make_provider, make_topic
from tests.support.feeds import feed_addresses, titles
from tests.support.stories import link

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def change(article: Article, **values: Any) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        edit_articles([article.pk], **values)


def make_site() -> Article:
    parent = make_topic("Science")
    topic = make_topic("Space", parent=parent)
    first = make_article([topic], title="First excerpt", provider=make_provider("b.example"))
    link(first, make_article([parent], title="Second excerpt", provider=make_provider("c.example")))
    later = make_article([topic], title="Later excerpt", published_date_time=first.published_date_time + 30 * 24 * HOUR)
    link(later, first)
    return first


def addresses(form: str) -> list[str]:
    threads = [f"{thread.get_absolute_url()}feed.{form}" for thread in Thread.objects.with_page()]
    assert threads
    stories = {story.get_absolute_url() for story in Story.objects.filter(size__gt=1)}
    assert stories
    return [url for url in [*feed_addresses(form), *threads] if not url.endswith(".opml")]


@pytest.mark.parametrize("form", views.FORMATS)
def test_every_feed_without_news_answers_304_without_being_made(
    client: Client, form: str, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_site()
    found = {url: client.get(url) for url in addresses(form)}
    assert len(found) > 15
    monkeypatch.setattr(views, "_answer", None)
    for url, first in found.items():
        for _ in range(2):
            with django_assert_max_num_queries(2):
                response = client.get(url, headers={"If-None-Match": first["ETag"]})
            assert response.status_code == 304, url
            assert response["ETag"] in first["ETag"]  # which may be a weak one
            assert [response.get(name) for name in unchanged.KEPT[1:]] == [
                first.get(name) for name in unchanged.KEPT[1:]
            ]


def test_news_elsewhere_do_not_make_a_feed_again(client: Client, django_assert_max_num_queries: Any) -> None:
    make_article([make_topic("AI")])
    other = make_article([make_topic("Space")], provider=make_provider("b.example"))
    url = "/topics/ai/feed.rss"
    first = client.get(url)
    for number in range(3):
        change(other, title=f"News {number}")
        with django_assert_max_num_queries(1):
            assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304


@pytest.mark.parametrize("values", [{"title": "News"}, {"removed": True}, {"published": False}])
def test_news_are_in_the_answer(client: Client, values: dict[str, Any]) -> None:
    article = make_site()
    before = {url: client.get(url) for url in addresses("atom")}
    change(article, **values)
    headers = {url: {"If-None-Match": first["ETag"]} for url, first in before.items()}
    answers = {url: client.get(url, headers=headers[url]) for url in before}
    unchanged.cache.clear()
    now = {url: client.get(url) for url in before}
    changed = {url for url in before if (now[url].status_code, now[url].content) != (200, before[url].content)}
    assert {url for url in before if answers[url].status_code != 304} == changed
    assert len(changed) > 5


def test_an_article_whose_time_comes_is_news(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    topic, later = make_topic("AI"), timezone.now() + HOUR
    make_article([topic], published_date_time=later, title="Later")
    url = "/topics/ai/feed.rss"
    first = client.get(url)
    monkeypatch.setattr(timezone, "now", lambda: later)
    monkeypatch.setattr(unchanged.time, "time", later.timestamp)
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert titles(client, url) == ["Later"]


def test_a_story_that_ends_is_news(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    article = make_article(published_date_time=timezone.now() - HOUR)
    url = f"{Story.objects.get(members=article.pk).get_absolute_url()}feed.json"
    first = client.get(url)
    end = timezone.now() + dt.timedelta(days=3)
    monkeypatch.setattr(timezone, "now", lambda: end)
    monkeypatch.setattr(unchanged.time, "time", end.timestamp)
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_after_many_changes_or_in_another_database_a_feed_is_made_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_article([make_topic("AI")])
    url = "/topics/ai/feed.rss"
    first = client.get(url)
    made: list[str] = []
    made_by = views._answer
    monkeypatch.setattr(views, "_answer", lambda *values: made.append(url) or made_by(*values))
    monkeypatch.setattr(unchanged, "ROWS", 3)
    with TestCase.captureOnCommitCallbacks(execute=True):
        for _ in range(3):
            announce(topics=[10**9])
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert len(made) == 1
    RecordedChange.objects.all().delete()
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert len(made) == 2


def test_readers_who_send_a_time_alone_see_that_the_newest_item_has_gone(client: Client) -> None:
    topic = make_topic("AI")
    make_article([topic], title="Older", published_date_time=timezone.now() - 2 * HOUR)
    newest = make_article([topic], title="Newest", published_date_time=timezone.now() - HOUR)
    url = "/topics/ai/feed.rss"
    time = client.get(url)["Last-Modified"]
    assert client.get(url, headers={"If-Modified-Since": time}).status_code == 304
    change(newest, removed=True)
    assert client.get(url, headers={"If-Modified-Since": time}).status_code == 200
    assert client.get(url, headers={"If-Modified-Since": http_date(0)}).status_code == 200


def test_behind_the_page_cache_nothing_is_stored_twice(client: Client, settings: Settings) -> None:
    make_article([make_topic("AI")])
    settings.PAGE_CACHE_BYTES = 1
    unchanged.cache.clear()
    assert client.get("/topics/ai/feed.rss").status_code == 200
    assert unchanged.cache.get(unchanged._key("http://testserver/topics/ai/feed.rss")) is None
