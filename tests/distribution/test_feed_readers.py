"""Libraries of feed readers discover the feeds of pages, and find in each what its page lists."""

import fastfeedparser
import feedparser
import pytest
from django.test import Client
from pytest_django import Settings
from trafilatura.feeds import FeedParameters, determine_feed, extract_links

from articles.models import Story, Thread
from tests.support.factories import TIME, make_article, make_provider, make_topic
from tests.support.feeds import FORMATS, entries
from tests.support.stories import link

pytestmark = pytest.mark.django_db
HOST = "news.example"
SITE = f"https://{HOST}"


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = [HOST]
    settings.SITE_URL = SITE


@pytest.fixture
def reader(_site: None) -> Client:
    return Client(headers={"host": HOST}, secure=True)


def make_site() -> dict[str, str]:
    """Make a site; return its pages that have feeds, by the path that their feeds begin with."""
    ai, bee = make_topic("KI & Co", slug="ki"), make_provider("b.example", name="Bee & Sons")
    first = make_article([ai], title="Quantum <b>&</b> more", provider=bee)
    link(first, make_article([ai], title="Quantum elsewhere", provider=make_provider("c.example")))
    later = make_article([ai], title="Quantum later", published_date_time=TIME.replace(day=28), provider=bee)
    link(later, first)
    story, thread = Story.objects.get(size=2).get_absolute_url(), Thread.objects.with_page().get().get_absolute_url()
    return {
        "/": "/feeds/front.",
        "/topics/ki/": "/topics/ki/feed.",
        "/providers/b.example/": "/providers/b.example/feed.",
        "/archive/2023/09/": "/archive/2023/09/feed.",
        "/search/?q=quantum": "/search/feed.",
        story: f"{story}feed.",
        thread: f"{thread}feed.",
    }


def discovered(page: str, html: str) -> list[str]:
    return determine_feed(html, FeedParameters(SITE, HOST, f"{SITE}{page}"))


def test_feeds_are_discovered_by_their_pages(reader: Client) -> None:
    for page, stem in make_site().items():
        html = reader.get(page).content.decode()
        found = discovered(page, html)
        assert [url.removeprefix(SITE).partition("?")[0] for url in found[:3]] == [f"{stem}{form}" for form in FORMATS]
        links = [each.href for each in feedparser.parse(html).feed.links if each.rel == "alternate"]
        assert [f"{SITE}{url}" if url.startswith("/") else url for url in links if "feed" in url][:3] == found[:3]


def test_discovered_feeds_are_read(reader: Client) -> None:
    number = 0
    for page in make_site():
        for url in discovered(page, reader.get(page).content.decode()):
            ours = entries(reader, url.removeprefix(SITE))
            content = reader.get(url.removeprefix(SITE)).content
            read = fastfeedparser.parse(content)
            assert [(each.id, each.link) for each in read.entries] == [(each["id"], each["url"]) for each in ours], url
            assert [each.title for each in read.entries] == [each["title"] for each in ours], url
            assert [each.published[:19] for each in read.entries] == [each["published"] for each in ours], url
            links = extract_links(content.decode(), FeedParameters(SITE, HOST, url))
            assert {each["url"] for each in ours} <= set(links), url
            number += 1
    assert number >= 21
