"""The API under /api/v1/: the same articles in the same order as on pages, and what programs can rely on."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from articles.changes import stories_at_the_end
from articles.models import Article, Provider, Story
from articles.stories import rebuild_stories
from tests.support.api import get, read_all
from tests.support.factories import TIME, make_article, make_provider, make_reference, make_topic

pytestmark = pytest.mark.django_db


def titles(records: list[dict[str, Any]]) -> list[str]:
    return [record["title"] for record in records]


def cards(client: Client, url: str) -> list[str]:
    return [card.title for card in client.get(url).context["cards"]]


@stories_at_the_end()
def make_some(number: int = 7) -> list[Article]:
    """Make articles of two topics and two providers, some at the same time."""
    ai, trams = make_topic("AI"), make_topic("Trams")
    return [
        make_article(
            [ai, trams] if each % 2 else [ai],
            provider=make_provider("b.example" if each % 3 else "a.example"),
            published_date_time=TIME - dt.timedelta(days=each // 3),
        )
        for each in range(number)
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_lists_are_those_of_pages_whatever_the_size_of_their_pages(client: Client, limit: int) -> None:
    make_some()
    for query, page in {
        "topic=ai": "/topics/ai/?view=articles",
        "topic=trams": "/topics/trams/?view=articles",
        "provider=a.example": "/providers/a.example/",
        "": "/archive/2023/09/",
    }.items():
        found = titles(read_all(client, f"/api/v1/articles?{query}&limit={limit}"))
        shown = cards(client, page) + (cards(client, "/archive/2023/08/") if not query else [])
        assert found == shown, query
    both = titles(read_all(client, f"/api/v1/articles?topic=trams&provider=a.example&limit={limit}"))
    assert both == [title for title in cards(client, "/topics/trams/?view=articles") if title in
                    cards(client, "/providers/a.example/")]  # fmt: skip


def test_what_is_added_while_pages_are_read_moves_nothing(client: Client) -> None:
    articles = make_some()
    first = get(client, "/api/v1/articles?limit=3")
    make_article(title="new", published_date_time=TIME + dt.timedelta(days=1))
    rest = read_all(client, first["next"])
    assert [*titles(first["data"]), *titles(rest)] == titles(read_all(client, "/api/v1/articles"))[1:]
    assert len(first["data"] + rest) == len(articles)


def test_an_article_has_what_its_page_shows(client: Client) -> None:
    other = make_reference(title="Elsewhere", web_url="https://b.example/x")
    article = make_article(
        [make_topic()],
        related=[other],
        title="A &amp; B",
        body="Some *text* <script>x()</script>",
        featured_content='<iframe src="https://www.youtube.com/embed/abcdefghijk"></iframe>',
        images=[{"url": "https://a.example/a.jpg", "width": 800, "height": 600, "title": "A bridge"}],
        quality=60,
    )
    found = get(client, f"/api/v1/articles/{article.pk}")
    assert found["title"] == "A & B"
    assert found["url"] == f"http://testserver{article.get_absolute_url()}"
    assert found["source_url"] == article.web_url
    assert found["published"] == article.published_date_time.isoformat().replace("+00:00", "Z")
    assert found["provider"] == {
        "domain": "a.example", "name": "A.Example", "url": "http://testserver/providers/a.example/",
    }  # fmt: skip
    assert found["topics"] == [{"slug": "ai", "name": "AI", "url": "http://testserver/topics/ai/"}]
    assert found["image"] == {"url": "https://a.example/a.jpg", "width": 800, "height": 600, "alt": "A bridge"}
    assert (found["heat"], found["quality"]) == (70, 60)
    assert found["content"] == "<p>Some <em>text</em> </p>"
    assert found["video_url"] == "https://www.youtube.com/watch?v=abcdefghijk"
    [related] = found["related"]
    assert (related["title"], related["url"], related["is_external"]) == ("Elsewhere", "https://b.example/x", True)


def test_a_story_has_its_accounts_best_first_and_its_credits(client: Client) -> None:
    second = make_article(provider=make_provider("b.example"), quality=90, published_date_time=TIME, heat=-1)
    unlisted = make_article(
        provider=make_provider("c.example"),
        quality=50,
        published=False,
        published_date_time=TIME - dt.timedelta(hours=2),
    )
    lead = make_article(related=[second, unlisted], quality=70, published_date_time=TIME - dt.timedelta(hours=1))
    rebuild_stories()
    [listed] = read_all(client, "/api/v1/stories")
    story = get(client, f"/api/v1/stories/{listed['id']}")
    assert {key: story[key] for key in listed} == listed
    assert story["lead"]["id"] == lead.pk
    assert (story["articles"], story["providers"]) == (3, 3)
    assert [account["article"] for account in story["accounts"]] == [second.pk, lead.pk, None]
    assert story["accounts"][2]["url"] == unlisted.web_url
    assert story["credits"]["first_report"] == story["accounts"][2]
    assert story["credits"]["best_account"] == story["accounts"][0]
    assert [each["provider"]["domain"] for each in story["credits"]["providers"]] == [
        "c.example", "a.example", "b.example",
    ]  # fmt: skip
    article = get(client, f"/api/v1/articles/{second.pk}")
    assert (article["story"]["id"], article["story"]["url"]) == (story["id"], story["url"])


def test_a_story_that_became_part_of_another_leads_there(client: Client) -> None:
    make_article(related=[make_article()])
    rebuild_stories()
    story = Story.objects.get(size=2)
    other = Story.objects.create(merged_into=story)
    response = client.get(f"/api/v1/stories/{other.pk}?fields=id")
    assert (response.status_code, response["Location"]) == (
        301,
        f"http://testserver/api/v1/stories/{story.pk}?fields=id",
    )
    assert get(client, response["Location"]) == {"id": story.pk}


def test_topics_are_a_tree_with_counts(client: Client) -> None:
    science = make_topic("Science", position=1)
    make_article([make_topic("Space", parent=science, description="Above &amp; beyond")])
    [found] = get(client, "/api/v1/topics")["data"]
    assert (found["slug"], found["articles"]) == ("science", 0)
    [below] = found["topics"]
    assert (below["name"], below["articles"], below["description"]) == ("Space", 1, "Above & beyond")
    assert below["url"] == "http://testserver/topics/space/"


def test_providers_are_those_with_listed_articles_by_domain(client: Client) -> None:
    for domain in ("c.example", "a.example", "b.example"):
        make_article(provider=make_provider(domain))
    make_article(provider=make_provider("d.example"), published=False)
    Provider.objects.get(domain="b.example").aliases.create(domain="old.example")
    found = read_all(client, "/api/v1/providers?limit=2")
    assert [(each["domain"], each["articles"]) for each in found] == [
        ("a.example", 1), ("b.example", 1), ("c.example", 1),
    ]  # fmt: skip
    assert get(client, "/api/v1/providers/old.example") == found[1]
    assert titles(read_all(client, "/api/v1/articles?provider=old.example")) == cards(client, "/providers/b.example/")


def test_a_search_finds_what_the_page_finds_and_offers_its_facets(client: Client) -> None:
    make_some()
    found = get(client, "/api/v1/search?q=article -topic:trams&limit=2")
    shown = [strip_tags(title) for title in cards(client, "/search/?q=article -topic:trams")]
    assert titles(read_all(client, "/api/v1/search?q=article -topic:trams&limit=2")) == shown
    assert (found["found"], found["has_more"], len(found["data"])) == (4, False, 2)
    facets = {facet["id"]: facet["links"] for facet in found["facets"]}
    narrower = next(link for link in facets["providers"] if link["name"] == "A.Example")
    assert len(read_all(client, narrower["url"])) == narrower["articles"]
    ignored = get(client, "/api/v1/search?q=article before:never")["ignored"]
    assert ignored == ["“before:never” has no date like 2023, 2023-09 or 2023-09-01, and was left out."]


def test_a_search_leaves_unlisted_accounts_to_their_stories(client: Client) -> None:
    make_article(title="Trams run", related=[make_article(title="Trams stop", published=False)])
    rebuild_stories()
    assert len(client.get("/search/?q=trams").context["cards"]) == 2
    found = get(client, "/api/v1/search?q=trams")
    assert (titles(found["data"]), found["found"]) == (["Trams run"], 1)


def test_the_front_page_is_the_same_with_the_same_reasons(client: Client) -> None:
    make_some()
    context = client.get("/").context
    front = get(client, "/api/v1/front")
    shown = [context["lead"], *context["secondary"]]
    assert [(each["article"]["title"], each["reason"]) for each in front["top"]] == [
        (card.title, card.reason) for card in shown
    ]
    assert titles(front["latest"])[:1] == [context["latest"][0].card.title]


@pytest.mark.parametrize(
    ("url", "queries"),
    [
        ("/api/v1/articles", 2),
        ("/api/v1/articles?topic=ai", 3),
        ("/api/v1/articles?provider=a.example&topic=ai", 4),
        ("/api/v1/articles/{article}", 2),
        ("/api/v1/stories", 2),
        ("/api/v1/stories/{story}", 3),
        ("/api/v1/topics", 2),
        ("/api/v1/providers", 2),
        ("/api/v1/providers/a.example", 2),
        ("/api/v1/search?q=article", 4),
        ("/api/v1/front", 4),
        ("/api/v1/openapi.json", 0),
        ("/api/v1/", 1),
    ],
)
def test_each_address_takes_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, url: str, queries: int
) -> None:
    articles = make_some()
    make_article(related=articles)
    rebuild_stories()
    story = Story.objects.get(size__gt=1)
    with django_assert_max_num_queries(queries):
        assert client.get(url.format(article=articles[0].pk, story=story.pk)).status_code == 200


def test_the_future_is_in_no_list(client: Client) -> None:
    make_article(published_date_time=timezone.now() + dt.timedelta(hours=1))
    assert read_all(client, "/api/v1/articles") == []
