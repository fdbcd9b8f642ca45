"""Sitemaps have every page that is listed, and nothing else."""

import datetime as dt
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from articles.distribution.sitemaps import months, news, others
from articles.distribution.sitemaps.xml import Entry, News, news_xml
from articles.models import Article, Story
from tests.support.factories import TIME, make_article, make_provider, make_topic
from tests.support.reader_pages import addresses

pytestmark = pytest.mark.django_db
NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
}
HOST = "http://testserver"


def read(client: Client, path: str) -> ET.Element:
    response = client.get(path)
    assert response.status_code == 200, path
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    return ET.fromstring(response.content)


def texts(root: ET.Element, name: str) -> list[str]:
    return [each.text or "" for each in root.iterfind(f".//{name}", NAMES)]


def files(client: Client) -> list[str]:
    return [each.removeprefix(HOST) for each in texts(read(client, "/sitemap.xml"), "s:loc")]


def found(client: Client) -> list[str]:
    """Return the addresses in all sitemaps that the index names."""
    return [url.removeprefix(HOST) for path in files(client) for url in texts(read(client, path), "s:loc")]


def small_site() -> None:
    topic, other = make_topic("AI"), make_provider("b.example")
    second = make_article([topic], provider=other)
    make_article([topic], related=[second], slug="كتاب-élan")
    make_article(
        published_date_time=TIME - dt.timedelta(days=400),
        images=[{"url": "https://a.example/a b.png", "width": 9, "height": 9}],
    )
    make_topic("Empty")
    make_provider("empty.example")


def test_every_page_is_in_one_sitemap_and_every_address_is_that_of_a_page(client: Client) -> None:
    small_site()
    urls = found(client)
    assert len(urls) == len(set(urls))
    for url in urls:
        assert client.get(url).status_code == 200, url
    pages = (url for url in addresses() if "?" not in url and not url.startswith(("/api/", "/feeds/")))
    pages = (url for url in pages if not url.endswith("/feed.rss"))
    canonical = {url for url in pages if client.get(url).status_code == 200}
    assert canonical - set(urls) == {"/saved/", "/topics/empty/", "/providers/empty.example/"}


def test_files_are_split_and_keep_their_entries_when_articles_are_added(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(months, "PER_FILE", 2)
    for hours in (5, 4, 3):
        make_article(published_date_time=TIME - dt.timedelta(hours=hours), slug=f"before-{hours}")
    first = texts(read(client, "/sitemaps/2023-09.xml"), "s:loc")
    make_article(published_date_time=TIME, slug="new")
    assert texts(read(client, "/sitemaps/2023-09.xml"), "s:loc") == first
    assert [
        url.rpartition("/")[0].rpartition("/")[2] for url in texts(read(client, "/sitemaps/2023-09-2.xml"), "s:loc")
    ] == ["before-3", "new"]
    assert client.get("/sitemaps/2023-09-3.xml").status_code == 404


def test_lastmod_is_the_last_change_that_readers_see(client: Client) -> None:
    article = make_article(published_date_time=TIME)
    path = "/sitemaps/2023-09.xml"
    Article.objects.filter(pk=article.pk).update(extra={"a": 1})
    assert texts(read(client, path), "s:lastmod") == ["2023-09-01T12:00:00+00:00"]
    Article.objects.filter(pk=article.pk).update(title="Another")
    [changed] = texts(read(client, path), "s:lastmod")
    assert timezone.now() - dt.datetime.fromisoformat(changed) < dt.timedelta(minutes=1)
    index = read(client, "/sitemap.xml")
    assert dict(zip(files(client)[-1:], texts(index, "s:lastmod")[-1:], strict=True)) == {path: changed}


def test_a_month_changes_when_an_article_leaves_it(client: Client) -> None:
    make_article(published_date_time=TIME)
    gone = make_article(published_date_time=TIME)
    Article.objects.filter(pk=gone.pk).update(removed=True)
    [(_month, _count, change)] = months.months()
    assert change is not None
    assert timezone.now() - change < dt.timedelta(minutes=1)


def test_pictures_are_named_by_their_full_address(client: Client, settings: Settings) -> None:
    small_site()
    path = "/sitemaps/2022-07.xml"
    assert texts(read(client, path), "image:loc") == ["https://a.example/a%20b.png"]
    settings.REMOTE_IMAGES = False
    assert texts(read(client, path), "image:loc") == []


def test_news_is_of_the_last_48_hours_exactly(client: Client, settings: Settings) -> None:
    settings.SITE_NAME, settings.LANGUAGE_CODE = "News & <more>", "de-at"
    assert "/sitemaps/news.xml" not in files(client)
    now = timezone.now()
    for title, age in {"old": 2881, "last": 2879, "a & <b>": 1, "future": -2}.items():
        make_article(published_date_time=now - dt.timedelta(minutes=age), title=title)
    make_article(published_date_time=now, title="Dutch", extra={"language": "nl_BE"})
    assert "/sitemaps/news.xml" in files(client)
    root = read(client, "/sitemaps/news.xml")
    assert texts(root, "news:title") == ["Dutch", "a & <b>", "last"]
    assert texts(root, "news:language") == ["nl", "de", "de"]
    assert set(texts(root, "news:name")) == {"News & <more>"}
    assert len(texts(root, "news:publication_date")) == 3


def test_news_is_split_into_files(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "PER_FILE", 2)
    for minutes in range(3):
        make_article(published_date_time=timezone.now() - dt.timedelta(minutes=minutes))
    assert [path for path in files(client) if "news" in path] == ["/sitemaps/news.xml", "/sitemaps/news-2.xml"]
    assert len(texts(read(client, "/sitemaps/news-2.xml"), "s:loc")) == 1
    assert client.get("/sitemaps/news-3.xml").status_code == 404


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("zh-Hant-TW", "zh-tw"),
        ("zh_CN", "zh-cn"),
        ("zh", "zh"),
        ("pt-br", "pt"),
        ("Deutsch", "en"),
        (7, "en"),
        ("", "en"),
    ],
)
def test_languages_are_codes_that_news_sitemaps_have(said: Any, code: str) -> None:
    assert news.language_of({"language": said}) == code


def test_characters_that_xml_does_not_have_are_left_out() -> None:
    entry = Entry("/a/", news=News("a\x00\x0b\ufffe & b", TIME, "en"))
    root = ET.fromstring(news_xml(HOST, [entry], "x\x1f"))
    assert (texts(root, "news:title"), texts(root, "news:name")) == (["a & b"], ["x"])


def test_stories_keep_their_file(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_article(related=[make_article(provider=make_provider("b.example"))])
    story = Story.objects.get(size=2)
    monkeypatch.setattr(others, "PER_FILE", 1)
    assert f"/sitemaps/stories-{story.pk}.xml" in files(client)
    assert texts(read(client, f"/sitemaps/stories-{story.pk}.xml"), "s:loc") == [f"{HOST}{story.get_absolute_url()}"]
    assert client.get(f"/sitemaps/stories-{story.pk + 1}.xml").status_code == 404


def test_files_without_stories_cost_nothing(client: Client, django_assert_num_queries: Any) -> None:
    make_article(related=[make_article(provider=make_provider("b.example"))])
    story = Story.objects.get(size=2)
    Story.objects.exclude(pk=story.pk).delete()
    for number in (10**6, 10**12):
        lead = make_article(provider=make_provider(f"p{number}.example"))
        Story.objects.filter(members=lead.pk).update(lead=None)
        story.pk, story.lead = number, lead
        story.save(force_insert=True)
    last = 10**12 // others.PER_FILE
    with django_assert_num_queries(4):
        assert others.story_parts() == [1, 200, last]
    assert f"/sitemaps/stories-{last}.xml" in files(client)
    assert len(texts(read(client, f"/sitemaps/stories-{last}.xml"), "s:loc")) == 1


@pytest.mark.parametrize(
    "path",
    ["2023-13", "0000-01", "9999-12", "2023-09-0", "2023-09-99999", "stories-99999", "providers-2", "news-0", "2023-9"],
)
def test_files_that_are_not_there_are_not_found(client: Client, path: str) -> None:
    small_site()
    assert client.get(f"/sitemaps/{path}.xml").status_code == 404


def test_queries_do_not_grow_with_articles(client: Client) -> None:
    small_site()
    most = {"/sitemap.xml": 8, "/sitemaps/pages.xml": 5, "/sitemaps/providers.xml": 2, "/sitemaps/news.xml": 2}
    for path in [*most, *files(client)]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(path).status_code == 200
        assert len(queries) <= most.get(path, 1), path
