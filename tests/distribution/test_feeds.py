"""Feeds: what readers of each format find, that it is what pages list, and that nothing else is in them."""

import datetime as dt
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client, TestCase
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.distribution.feeds import views
from articles.editorial.edits import edit_articles
from articles.editorial.stories.apply import carry_out
from articles.editorial.stories.planning import Plan
from articles.models import Article, Story, TopicAlias
from articles.stories.neighbourhood import Decision
from tests.support.factories import TIME, make_article, make_provider, make_reference, make_topic
from tests.support.feeds import FORMATS, entries, feed_addresses, titles
from tests.support.stories import link, story_of

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
IMAGE = [{"url": "https://a.example/x.png?w=1", "width": 900, "height": 600}]


@pytest.mark.parametrize("form", FORMATS)
def test_a_feed_says_what_its_page_lists(client: Client, form: str) -> None:
    ai = make_topic("AI")
    make_article([ai], title="AT&T <b>grows</b>", excerpt="One &amp; two < three", web_url="https://a.example/1?x=1&y=2",
                 images=IMAGE, provider=make_provider("b.example", name="Bee & Sons"), slug="first")  # fmt: skip
    make_article([ai], title="Older")
    first, older = entries(client, f"/topics/ai/feed.{form}")
    assert older["title"] == "Older"
    # In RSS a title may be HTML or not; feedparser takes it for HTML if it looks so.
    assert first["title"].replace("&amp;", "&") == "AT&T <b>grows</b>"
    assert first["url"] == f"http://testserver{Article.objects.get(slug='first').get_absolute_url()}"
    assert first["external"] == "https://a.example/1?x=1&y=2"
    assert first["summary"].replace("&lt;", "<").replace("&amp;", "&") == "One & two < three"
    assert (first["author"], first["topics"], first["image"]) == ("Bee & Sons", ["AI"], "https://a.example/x.png?w=1")
    assert first["published"] == f"{Article.objects.get(slug='first').published_date_time:%Y-%m-%dT%H:%M:%S}"


def test_all_kinds_list_newest_first_what_belongs_to_them(client: Client) -> None:
    parent = make_topic("Science")
    child = make_topic("Space", parent=parent)
    bee = make_provider("b.example")
    make_article([parent], title="Above", quality=10)
    make_article([child], title="Below", provider=bee, quality=70)
    make_article([parent, child], title="Both", published_date_time=TIME - dt.timedelta(days=40), quality=80)
    expected = {
        "/feeds/latest.rss": ["Above", "Below", "Both"],
        "/topics/science/feed.rss": ["Above", "Both"],
        "/topics/science/feed.rss?deep=1": ["Above", "Below", "Both"],
        "/providers/b.example/feed.rss": ["Below"],
        "/archive/2023/09/feed.rss": ["Above", "Below"],
        "/archive/2023/07/feed.rss": ["Both"],
        "/search/feed.rss?q=topic:space": ["Below", "Both"],
        "/search/feed.rss?q=nothingofthekind": [],
        "/feeds/combined.rss?topic=space&topic=science&min_quality=60": ["Below", "Both"],
        "/feeds/combined.rss?topic=science&without=space": ["Above"],
        "/feeds/combined.rss?provider=B.example": ["Below"],
    }
    assert {url: titles(client, url) for url in expected} == expected


def test_accounts_that_are_not_listed_are_in_no_feed_of_a_search(client: Client) -> None:
    lead = make_article(title="Lead", heat=90)
    account = make_article(title="Harbour account", published=False, heat=-1, provider=make_provider("b.example"))
    reference = make_reference(title="Harbour reference")
    link(lead, account, reference)
    carry_out(None, Plan({each.pk: Decision(lead.pk) for each in (account, reference)}), "join", "Joined", "")
    assert b"<mark>Harbour</mark> account" in client.get("/search/?q=harbour").content
    assert titles(client, "/search/feed.rss?q=harbour") == []


def test_the_front_feed_has_the_order_of_the_front_page(client: Client) -> None:
    for number, heat in enumerate((5, 90, 40)):
        make_article(title=f"Heat {heat}", heat=heat, provider=make_provider(f"p{number}.example"))
    assert titles(client, "/feeds/front.atom") == ["Heat 90", "Heat 40", "Heat 5"]


def test_what_readers_may_not_see_is_in_no_feed(client: Client) -> None:
    ai, now = make_topic("AI"), timezone.now()
    shown = make_article([ai], title="Shown excerpt")
    make_article([ai], title="Hidden unlisted excerpt", published=False)
    make_article([ai], title="Hidden withdrawn excerpt", removed=True)
    make_article([ai], title="Hidden missing excerpt", file_missing=True)
    make_article([ai], title="Hidden draft excerpt", published=False, is_draft=True)
    make_article([ai], title="Hidden future excerpt", published_date_time=now + HOUR)
    make_reference(title="Hidden reference excerpt")
    for form in FORMATS:
        urls = list(feed_addresses(form))
        assert len(urls) > 9
        for url in urls:
            assert b"Hidden" not in client.get(url).content, url
    for story in Story.objects.exclude(pk=story_of(shown).pk):
        assert client.get(f"/stories/{story.pk}/feed.rss").status_code == 404
    assert titles(client, "/topics/ai/feed.rss") == ["Shown excerpt"]
    edit_articles([shown.pk], removed=True)
    assert titles(client, "/topics/ai/feed.json") == []


@pytest.mark.parametrize("form", FORMATS)
def test_no_character_of_a_title_breaks_a_feed(client: Client, form: str) -> None:
    controls = "".join(chr(code) for code in range(0x20)) + "\ufffe\uffff]]>&<"
    article = make_article([make_topic("AI")])
    Article.objects.filter(pk=article.pk).update(title=f"A{controls.replace(chr(0), '')}B", excerpt=controls[1:])
    [entry] = entries(client, f"/topics/ai/feed.{form}")
    assert entry["title"].startswith("A")
    assert entry["title"].endswith("]]>&<B")
    if form != "json":
        ET.fromstring(client.get(f"/topics/ai/feed.{form}").content)


@pytest.mark.parametrize("form", FORMATS)
def test_a_feed_without_news_is_not_written_again(
    client: Client, form: str, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_article([make_topic("AI")])
    other = make_article([make_topic("Space")])
    url = f"/topics/ai/feed.{form}"
    first = client.get(url)
    with TestCase.captureOnCommitCallbacks(execute=True):
        edit_articles([other.pk], title="News elsewhere")
    monkeypatch.setitem(views.FORMATS, form, (lambda feed: 1 / 0, "text/plain"))
    for headers in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        with django_assert_max_num_queries(2):
            response = client.get(url, headers=headers)
        assert response.status_code == 304
        assert response["ETag"].removeprefix("W/") == first["ETag"].removeprefix("W/")


def test_an_update_is_what_a_reader_can_see(client: Client) -> None:
    article = make_article([make_topic("AI")], title="Old")
    before = client.get("/topics/ai/feed.atom")
    article.secured = "nobody sees this"
    article.save()
    assert client.get("/topics/ai/feed.atom")["ETag"] == before["ETag"]
    article.title = "New"
    article.save()
    after = client.get("/topics/ai/feed.atom")
    assert after["Last-Modified"] != before["Last-Modified"]
    [entry] = entries(client, "/topics/ai/feed.atom")
    assert entry["updated"] > entry["published"]


def test_an_item_keeps_its_name_whatever_its_address_is(client: Client) -> None:
    topic = make_topic("AI")
    article = make_article([topic])
    [before] = entries(client, "/topics/ai/feed.rss")
    article.slug, article.title = "moved", "Renamed"
    article.save()
    topic.slug = "artificial"
    topic.save()
    TopicAlias.objects.get_or_create(topic=topic, slug="ai")
    moved = client.get("/topics/ai/feed.rss?deep=1")
    assert (moved.status_code, moved["Location"]) == (301, "/topics/artificial/feed.rss?deep=1")
    response = client.get("/topics/artificial/feed.rss", HTTP_HOST="testserver", secure=True)
    assert before["id"].encode() in response.content
    assert before["url"].encode() not in response.content


def test_a_story_is_told_when_somebody_joins_it(client: Client) -> None:
    lead = make_article(title="Lead", heat=90, provider=make_provider("lead.example", name="Lead Times"))
    copy = make_article(title="Lead", published=False, provider=make_provider("copy.example"), heat=-1,
                        published_date_time=TIME + HOUR)  # fmt: skip
    again = make_article(title="Lead, part two", published=False, provider=lead.provider, heat=-1,
                         published_date_time=TIME + 2 * HOUR)  # fmt: skip
    other = make_article(title="Another view", published=False, provider=make_provider("b.example", name="Bee"), heat=-1,
                         published_date_time=TIME + 3 * HOUR)  # fmt: skip
    link(lead, copy, again, other)
    carry_out(None, Plan(leads={lead.pk: True}), "lead", "Chose a lead", "")
    url = f"{story_of(lead).get_absolute_url()}feed.rss"
    assert sorted(titles(client, url)) == sorted(
        ["Editors' choice: Lead", "No news for three days: Lead", "Bee: Another view", "Lead Times: Lead"]
    )
    number = re.search(r"/stories/(\d+)", url)
    assert number
    moved = client.get(f"/stories/{number[1]}/feed.rss")
    assert (moved.status_code, moved["Location"]) == (301, url)


def test_a_story_that_goes_on_has_not_ended(client: Client) -> None:
    article = make_article(title="Now", published_date_time=timezone.now() - HOUR)
    assert titles(client, f"{story_of(article).get_absolute_url()}feed.json") == ["A.Example: Now"]


@pytest.mark.parametrize(
    "url",
    [
        "/topics/none/feed.rss",
        "/providers/none.example/feed.atom",
        "/archive/2023/13/feed.rss",
        "/archive/1999/01/feed.rss",
        "/stories/99999/feed.rss",
        "/feeds/combined.rss",
        "/feeds/combined.rss?topic=none",
        "/feeds/latest.xml",
    ],
)
def test_feeds_that_do_not_exist_are_not_found(client: Client, url: str) -> None:
    make_article([make_topic("AI")])
    assert client.get(url).status_code == 404


def test_pages_lead_to_their_feeds(client: Client) -> None:
    article = make_article([make_topic("KI für alle")], title="A & B")
    pages = {
        "/": "/feeds/front.",
        "/archive/2023/09/": "/archive/2023/09/feed.",
        article.topics.get().get_absolute_url(): f"{article.topics.get().get_absolute_url()}feed.",
        "/providers/a.example/": "/providers/a.example/feed.",
        "/search/?q=a%26b": "/search/feed.",
    }
    for page, stem in pages.items():
        html = client.get(page).content.decode()
        links = re.findall(r'<link rel="alternate" type="application/[a-z+]+" title="[^"]+" href="([^"]+)">', html)
        assert [each.partition("?")[0] for each in links] == [f"{stem}{form}" for form in FORMATS]
        assert all(client.get(each.replace("&amp;", "&")).status_code == 200 for each in links)


def test_lists_of_feeds_are_subscriptions(client: Client) -> None:
    make_article([make_topic("AI")], provider=make_provider("b.example", name="Bee & Co"))
    make_topic("Empty")
    expected = {
        "/feeds/topics.opml": [("AI", "http://testserver/topics/ai/feed.rss")],
        "/feeds/providers.opml": [("Bee & Co", "http://testserver/providers/b.example/feed.rss")],
        "/feeds/followed.opml": [],
    }
    for url, wanted in expected.items():
        outlines = ET.fromstring(client.get(url).content).iter("outline")
        assert [(each.get("text"), each.get("xmlUrl")) for each in outlines] == wanted


def test_a_feed_has_one_address_of_its_own(client: Client) -> None:
    make_article([make_topic("AI")])
    plain = client.get("/feeds/combined.json?min_quality=0&topic=ai").content
    assert client.get("/feeds/combined.json?utm_source=x&topic=ai&min_quality=0").content == plain
    assert b'"feed_url": "http://testserver/feeds/combined.json?min_quality=0&topic=ai"' in plain


def test_the_page_of_feeds_lists_them(client: Client, django_assert_max_num_queries: Any) -> None:
    make_article([make_topic("AI")])
    with django_assert_max_num_queries(4):
        response = client.get("/feeds/")
    html = response.content.decode()
    assert all(f'href="{url}"' in html for url in ("/feeds/front.rss", "/feeds/latest.json", "/topics/ai/feed.atom"))
    found = client.get("/feeds/?topic=ai&min_quality=0&format=atom")
    assert (found.status_code, found["Location"]) == (302, "/feeds/combined.atom?topic=ai&min_quality=0")
