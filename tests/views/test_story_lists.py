"""The page that lists stories."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.changes import stories_at_the_end
from articles.models import Article, Topic, TopicAlias
from tests.support.factories import TIME, make_article, make_provider, make_topic
from tests.support.stories import story_of

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@stories_at_the_end()
def make_story(title: str, *ages: float, topic: str = "AI", heat: int = 70, now: dt.datetime = TIME) -> Article:
    """Make a story whose articles are so many days old; the first of them leads it."""
    times = [now - age * DAY for age in ages]
    others = [
        make_article(
            provider=make_provider(f"p{number}.example"),
            published=False,
            heat=-1,
            published_date_time=time,
            title=f"{title} again",
        )
        for number, time in enumerate(times[1:])
    ]
    return make_article([make_topic(topic)], others, title=title, heat=heat, published_date_time=times[0])


def titles(client: Client, query: str = "") -> list[str]:
    return [card.title for card in client.get(f"/stories/{query}").context["cards"]]


def test_stories_come_in_the_order_that_is_asked_for(client: Client) -> None:
    now = timezone.now()
    make_story("Old and long", 20, 21, 23, now=now, heat=99)
    make_story("Big", 3, 3.1, 3.2, 3.3, now=now)
    make_story("New", 0.1, 0.2, now=now)
    make_article(title="Told once", published_date_time=now)
    assert titles(client) == ["New", "Big", "Old and long"]
    assert titles(client, "?by=anything") == titles(client)
    assert titles(client, "?by=week") == ["Big", "New"]
    assert titles(client, "?by=longest") == ["Old and long", "Big"]


def test_each_story_says_why_it_is_where_it_is(client: Client) -> None:
    now = timezone.now()
    make_story("Long", 1.5, 2, 4.5, now=now)
    reasons = [client.get(f"/stories/?by={order}").context["cards"][0].reason for order in ("now", "week", "longest")]
    assert reasons == [
        "3 sources, 36 hours old",
        "3 articles, 3 sources, 36 hours old",
        "covered for 3 days, 3 articles, 3 sources",
    ]


def test_on_a_site_that_rests_the_week_ends_with_its_newest_story(client: Client) -> None:
    make_story("Last", 0, 1)
    make_story("Before", 6, 6.5, 6.6)
    make_story("Long ago", 9, 10, 11, 12)
    page = client.get("/stories/?by=week")
    assert [card.title for card in page.context["cards"]] == ["Before", "Last"]
    assert "25 Aug 2023 to 1 Sep 2023" in page.content.decode()
    assert "Biggest of the last week" in page.content.decode()


def test_a_topic_has_its_own_list(client: Client) -> None:
    make_story("On AI", 0, 1)
    lead = make_story("On trams", 0, 1, 2, topic="Trams")
    assert titles(client, "?topic=trams") == ["On trams"]
    # Whichever article has the topic.
    both = make_story("Both", 3, 3.5)
    other = make_article([make_topic("Trams")], [both], published_date_time=TIME - 4 * DAY, heat=-1)
    assert story_of(other) == story_of(both)
    assert titles(client, "?topic=trams&by=longest") == ["On trams", "Both"]
    html = client.get("/topics/trams/").content.decode()
    assert 'href="/stories/?topic=trams"' in html
    assert client.get("/stories/").content.decode().count(lead.title) >= 1


def test_old_addresses_of_topics_lead_to_the_new_and_others_to_nothing(client: Client) -> None:
    topic = make_topic("AI")
    TopicAlias.objects.create(topic=topic, slug="computers", name="")
    for old in ("computers", "Ai"):
        response = client.get(f"/stories/?topic={old}&by=week")
        assert (response.status_code, response["Location"]) == (301, "/stories/?topic=ai&by=week")
    for unknown in ("nothing", "%00", "a" * 500):
        assert client.get(f"/stories/?topic={unknown}").status_code == 404
    assert Topic.objects.count() == 1


def test_pages_have_addresses_with_the_order_and_the_topic(client: Client, settings: object) -> None:
    settings.PAGE_SIZE = 2  # type: ignore[attr-defined]
    for number in range(3):
        make_story(f"Story {number}", number * 9, number * 9 + 0.5, number * 9 + 0.6)
    page = client.get("/stories/?by=longest&topic=ai").context["page"]
    assert page.next_url == "/stories/?topic=ai&by=longest&page=2"
    assert len(titles(client, "?page=2")) == 1
    assert client.get("/stories/?page=3").status_code == 404


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("", "No stories yet"),
        ("?topic=ai", "No stories on this topic yet"),
        ("?by=week", "No story was covered this week"),
    ],
)
def test_without_stories_the_page_says_so(client: Client, query: str, text: str) -> None:
    make_article([make_topic("AI")])
    assert text in client.get(f"/stories/{query}").content.decode()


def test_stories_whose_lead_comes_later_are_not_there(client: Client) -> None:
    make_story("Later", -1, 0, now=timezone.now())
    make_story("Now", 0, 1)
    assert titles(client) == ["Now"]


def test_readers_choices_hide_stories(client: Client) -> None:
    make_story("Heard", 0, 1)
    client.post("/settings/change/", {"mute_provider": "a.example", "next": "/"})
    page = client.get("/stories/")
    assert (page.context["cards"], page.context["hidden"].count) == ([], 1)
    assert titles(client, "?show=hidden") == ["Heard"]


@pytest.mark.parametrize("number", [2, 12])
def test_the_page_needs_few_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    with stories_at_the_end():
        for each in range(number):
            make_story(f"Story {each}", each * 0.1, each * 0.1 + 1, each * 0.1 + 1)
    for query in ("", "?by=week", "?by=longest", "?topic=ai", "?topic=ai&by=longest"):
        # The newest time, the number, the page, its cards, topics and their counts, the masthead; the topic that is asked for.
        with django_assert_num_queries(8 if "topic" in query else 7):
            client.get(f"/stories/{query}")
