"""Every channel has the same articles in the same order: pages, feeds, sitemaps, the API, the old API, and Markdown."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from articles.changes import stories_at_the_end
from articles.distribution.feeds.items import SIZE
from articles.models import Article, Topic
from tests.support.distribution import HOST, LOC
from tests.support.factories import TIME, make_article, make_provider, make_topic
from tests.support.feeds import FORMATS, entries

pytestmark = pytest.mark.django_db
NUMBER = 33  # articles: more than a page or a feed has, of several months
FILE = re.compile(r"_news/(\d{4})-(\d{2})-(\d{2})-(.+)\.md")
ENTRY = re.compile(r'class="[^"]*p-name[^"]*"[^>]*><a class="u-url" href="([^"]+)"')


@pytest.fixture
def topic(settings: Settings) -> Topic:
    """Return a topic with two of three articles, which are of four providers and three months; some are not listed."""
    settings.PAGE_SIZE = 10
    found = make_topic("Harbours")
    with stories_at_the_end():
        for number in range(NUMBER):
            make_article(
                [found] if number % 3 else [make_topic("Gardens")],
                title=f"Piece {number}",
                published_date_time=TIME - dt.timedelta(days=2 * number, minutes=number % 7),
                provider=make_provider(f"p{number % 4}.example"),
            )
        make_article([found], title="Unlisted", published=False)
        make_article([found], title="Withdrawn", removed=True)
        make_article([found], title="To come", published_date_time=dt.datetime(2999, 1, 1, tzinfo=dt.UTC))
    return found


def paths(urls: Iterator[str] | list[str]) -> list[str]:
    return [urlsplit(url).path for url in urls]


def of_pages(client: Client, path: str) -> list[str]:
    """Return the articles of a listing's pages."""
    found: list[str] = []
    for number in count(1):
        response = client.get(path, {"page": number} if number > 1 else {})
        if response.status_code == 404:
            return found
        found += ENTRY.findall(response.content.decode().partition("<aside")[0])
    return found


def of_archive(client: Client) -> list[str]:
    months = re.findall(r'href="(/archive/\d{4}/\d{2}/)"', client.get("/archive/").content.decode())
    years = sorted(set(months), reverse=True)
    return [url for month in years for url in of_pages(client, month)]


def of_api(client: Client, path: str) -> list[str]:
    """Return the articles of a list of the API, from cursor to cursor."""
    found: list[str] = []
    while path:
        answer = client.get(path).json()
        found += [each["url"] for each in answer["data"]]
        path = (answer["next"] or "").removeprefix(HOST)
    return paths(found)


def of_old_api(client: Client, stem: str) -> list[str]:
    """Return the articles of a list in the shape of the engine that the format comes from, which names files."""
    found: list[str] = []
    for number in count(1):
        response = client.get(f"{stem}page/{number}/index.json")
        if response.status_code == 404:
            return found
        files = [FILE.fullmatch(each["path"]) for each in response.json()["value"]]
        found += ["/{}/{}/{}/{}/".format(*file.groups()) for file in files if file]
    return found


def of_sitemaps(client: Client) -> list[str]:
    """Return the articles of the sitemaps of months; these grow at their ends, so that files keep what they have."""
    index = LOC.findall(client.get("/sitemap.xml").content.decode())
    months = [path for path in paths(index) if re.search(r"/\d{4}-\d{2}\.xml", path)]
    return [url for path in months for url in reversed(paths(LOC.findall(client.get(path).content.decode())))]


def of_markdown(client: Client, path: str) -> list[str]:
    found: list[str] = []
    while path:
        text = client.get(path).content.decode()
        found += paths(re.findall(r"\]\(<([^>]+)>\)", text))
        after = re.search(r"Next: <([^>]+)>", text)
        path = after[1].removeprefix(HOST) if after else ""
    return found


def of_feed(client: Client, path: str) -> list[str]:
    return paths([entry["url"] for entry in entries(client, path)])


def of_all(client: Client) -> list[str]:
    return [article.get_absolute_url() for article in Article.objects.listed().newest_first()]


EVERYTHING: dict[str, Callable[[Client], list[str]]] = {
    "the archive": of_archive,
    "the API": lambda client: of_api(client, "/api/v1/articles"),
    "the old API": lambda client: of_old_api(client, "/api/news/"),
    "sitemaps": of_sitemaps,
    **{form: partial(of_feed, path=f"/feeds/latest.{form}") for form in FORMATS},
}
TOPIC: dict[str, Callable[[Client], list[str]]] = {
    "pages": lambda client: of_pages(client, "/topics/harbours/"),
    "the API": lambda client: of_api(client, "/api/v1/articles?topic=harbours"),
    "the old API": lambda client: of_old_api(client, "/api/news/harbours/"),
    "Markdown": lambda client: of_markdown(client, "/topics/harbours.md"),
    **{form: partial(of_feed, path=f"/topics/harbours/feed.{form}") for form in FORMATS},
}


@pytest.mark.parametrize("channel", EVERYTHING)
def test_the_whole_site_is_the_same_through_each_channel(client: Client, topic: Topic, channel: str) -> None:
    articles = of_all(client)
    assert len(articles) == NUMBER
    assert EVERYTHING[channel](client) == (articles[:SIZE] if channel in FORMATS else articles)


@pytest.mark.parametrize("channel", TOPIC)
def test_a_topic_is_the_same_through_each_channel(client: Client, topic: Topic, channel: str) -> None:
    articles = [url for url, number in zip(of_all(client), range(NUMBER), strict=True) if number % 3]
    assert TOPIC[channel](client) == (articles[:SIZE] if channel in FORMATS else articles)
