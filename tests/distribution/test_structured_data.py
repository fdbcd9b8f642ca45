"""Pages tell programs what they are, in the vocabulary of schema.org, and networks what to show of them."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from articles.models import Article, Story, Topic
from tests.support.factories import TIME, make_article, make_provider, make_topic
from tests.support.schema_org import faults, structured

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
HOST = "http://testserver"
HARD = "</script><!-- & “x” \u2028 &lt;b&gt;"


def site() -> tuple[Article, Story]:
    topic = make_topic("AI", parent=make_topic("Science"))
    hidden = make_article(published=False, title="Unlisted", provider=make_provider("c.example"))
    second = make_article([topic], provider=make_provider("b.example"), title="Second")
    images = [{"url": "https://a.example/a.png", "width": 1200, "height": 630}]
    logo = [{"url": "https://a.example/logo.png", "width": 64, "height": 64}]
    first = make_article(
        [topic], related=[second, hidden], title=HARD, excerpt="About it.", images=images,
        provider=make_provider("a.example", images=logo), quality=90,
    )  # fmt: skip
    return first, Story.objects.get(size__gt=1)


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_every_page_is_valid_and_of_its_type(client: Client) -> None:
    first, story = site()
    listing = {"CollectionPage", "BreadcrumbList"}
    expected = {
        "/": {"WebSite", "CollectionPage"},
        "/topics/": {"CollectionPage"},
        "/topics/ai/": listing,
        "/providers/": {"CollectionPage"},
        "/providers/a.example/": listing,
        "/archive/": {"CollectionPage"},
        f"/archive/{TIME:%Y/%m}/": listing,
        first.get_absolute_url(): {"NewsArticle", "BreadcrumbList"},
        story.get_absolute_url(): {"CollectionPage"},
    }
    for path, types in expected.items():
        found = structured(page(client, path))
        assert set(found) == types, path
        assert [fault for part in found.values() for fault in faults(part)] == [], path


def test_an_article_is_published_by_its_provider(client: Client) -> None:
    article, _story = site()
    data = structured(page(client, article.get_absolute_url()))["NewsArticle"]
    assert data["headline"] == "</script><!-- & “x” <b>"
    assert data["publisher"]["url"] == "https://a.example/"
    assert data["datePublished"] == data["dateModified"]
    assert data["image"]["url"] == "https://a.example/a.png"
    assert data["isBasedOn"] == article.web_url
    Article.objects.filter(pk=article.pk).update(title="Changed")
    changed = structured(page(client, article.get_absolute_url()))["NewsArticle"]
    assert changed["dateModified"] > data["dateModified"]


def test_no_text_ends_the_block(client: Client) -> None:
    article, _story = site()
    text = page(client, article.get_absolute_url())
    assert text.count("</script><!--") == 0


def test_paths_lead_from_above(client: Client) -> None:
    site()
    steps = structured(page(client, "/topics/ai/"))["BreadcrumbList"]["itemListElement"]
    assert [step["item"] for step in steps] == [f"{HOST}/topics/", f"{HOST}/topics/science/", f"{HOST}/topics/ai/"]


def test_a_story_lists_the_accounts_that_have_a_page(client: Client) -> None:
    first, story = site()
    entries = structured(page(client, story.get_absolute_url()))["CollectionPage"]["mainEntity"]["itemListElement"]
    urls = [entry["item"]["url"] for entry in entries]
    assert urls[0] == f"{HOST}{first.get_absolute_url()}"
    assert len(urls) == 2
    assert "Unlisted" not in str(entries)


def test_the_site_has_a_search(client: Client) -> None:
    make_article()
    action = structured(page(client, "/"))["WebSite"]["potentialAction"]
    url = action["target"]["urlTemplate"].replace("{words}", "article")
    assert client.get(url.removeprefix(HOST)).context["cards"]


def tags(text: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:property|name)="((?:og|twitter|article):[\w:]+)" content="([^"]*)">', text))


def test_networks_are_told_what_to_show(client: Client, settings: Settings) -> None:
    article, story = site()
    found = tags(page(client, article.get_absolute_url()))
    assert found["og:type"] == "article"
    assert found["og:title"].startswith("&lt;/script&gt;")
    assert found["og:description"] == "About it."
    assert found["og:image"] == "https://a.example/a.png"
    assert found["twitter:card"] == "summary_large_image"
    assert found["og:url"] == f"{HOST}{article.get_absolute_url()}"
    for path in ("/", "/topics/ai/", "/providers/a.example/", "/archive/", story.get_absolute_url()):
        assert {"og:type", "og:title", "og:url", "og:site_name", "twitter:card"} <= tags(page(client, path)).keys()


def test_names_in_other_scripts_are_addresses_that_programs_read(client: Client) -> None:
    make_article([make_topic("الذكاء", slug="الذكاء")])
    topic = Topic.objects.get()
    found = structured(page(client, topic.get_absolute_url()))
    assert [fault for part in found.values() for fault in faults(part)] == []
