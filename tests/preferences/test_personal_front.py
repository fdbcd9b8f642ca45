"""The front page of readers who hide or follow something."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.changes import stories_at_the_end
from articles.models import Article, Pin, StoryDecision, Topic
from articles.preferences.choices import Choices
from tests.support.choices import choose
from tests.support.factories import TIME, make_article, make_provider, make_topic
from tests.support.muted_site import LOUD, MUTED, html_of

pytestmark = pytest.mark.django_db


def front_titles(client: Client, query: str = "") -> list[str]:
    context = client.get(f"/{query}").context
    latest = [entry.card for entry in context["latest"]]
    return [card.title for card in filter(None, [context["lead"], *context["secondary"], *latest])]


def test_others_take_the_places_of_hidden_leads(client: Client, settings: Any) -> None:
    settings.RANKING_PER_PROVIDER = 99
    loud = make_provider("loud.example")
    with stories_at_the_end():
        for number in range(250):
            make_article(title=f"Loud {number}", heat=900, provider=loud)
        for number in range(20):
            make_article(title=f"Quiet {number}", heat=5, published_date_time=TIME - dt.timedelta(days=9 + number))
    before = front_titles(client)
    assert all(title.startswith("Loud") for title in before)
    choose(client, MUTED)
    after = front_titles(client)
    assert all(title.startswith("Quiet") for title in after)
    assert len(after) == len(before)
    assert client.get("/").context["hidden"].count >= len(before)
    assert front_titles(client, "?show=hidden") == before
    assert client.get("/?show=hidden").context["hidden"].count == len(before)


def test_a_pin_is_hidden_with_its_provider(client: Client) -> None:
    now = timezone.now()
    pinned = make_article(title="Pinned", heat=1, provider=make_provider("loud.example"))
    make_article(title="Other", heat=90)
    hour = dt.timedelta(hours=1)
    Pin.objects.create(article=pinned, starts=now - hour, ends=now + hour, reason="Read this")
    assert front_titles(client) == ["Pinned", "Other"]
    choose(client, MUTED)
    assert front_titles(client) == ["Other"]
    assert "Read this" not in html_of(client, "/")
    assert "1 hidden by you" in html_of(client, "/")


def test_a_hidden_provider_is_not_named_as_having_more(client: Client) -> None:
    for number in range(12):
        make_article(title=f"Loud {number}", provider=make_provider("loud.example", name=LOUD))
    make_article(title="Other")
    make_article(title="Another", published_date_time=TIME - dt.timedelta(days=1))
    make_article(title="Third", published_date_time=TIME - dt.timedelta(days=2))
    assert f"8 more from <bdi>{LOUD}</bdi>" in html_of(client, "/")
    choose(client, MUTED)
    assert LOUD not in html_of(client, "/")


@stories_at_the_end()
def follow_site() -> dict[str, Topic]:
    topics = {name: make_topic(name) for name in ("AI", "Space", "Health")}
    for name, topic in topics.items():
        for number in range(6):
            make_article([topic], title=f"{name} {number}", provider=make_provider(f"{name}{number}.example".lower()))
    return topics


def sections(client: Client, which: str = "followed") -> dict[str, list[str]]:
    return {each.title: [card.title for card in each.cards] for each in client.get("/").context[which]}


def test_followed_topics_lead_the_front_page_and_nothing_is_there_twice(client: Client) -> None:
    follow_site()
    assert sections(client) == {}
    choose(client, Choices(followed_topics=("space", "gone", "ai")))
    assert sections(client) == {
        "Space": ["Space 0", "Space 1", "Space 2", "Space 3"],
        "AI": ["AI 0", "AI 1", "AI 2", "AI 3"],
    }
    html = html_of(client, "/")
    assert html.index("You follow") < html.index("Space 0") < html.index("Health 0")
    assert [html.count(f">{name} {number}</a>") for name in ("Space", "AI") for number in range(4)] == [1] * 8


def test_a_followed_topic_shows_others_for_those_that_are_hidden(client: Client) -> None:
    follow_site()
    choose(client, Choices(followed_topics=("space",), muted_providers=("space0.example", "space2.example")))
    assert sections(client) == {"Space": ["Space 1", "Space 3", "Space 4", "Space 5"]}
    assert "2 hidden by you" in html_of(client, "/")


def test_a_topic_page_offers_to_follow_and_to_stop(client: Client) -> None:
    follow_site()
    assert 'name="follow" value="ai"' in html_of(client, "/topics/ai/")
    client.post("/settings/change/", {"follow": "ai", "next": "/topics/ai/"})
    html = html_of(client, "/topics/ai/")
    assert 'name="unfollow" value="ai"' in html
    assert 'name="follow"' not in html


def test_compact_lists_have_more_stories_in_as_many_queries(client: Client) -> None:
    with stories_at_the_end():
        for number in range(40):
            provider = make_provider(f"p{number}.example")
            make_article([make_topic(("AI", "Law")[number % 2])], provider=provider, title=f"Number {number}")
    usual, queries = sizes(client), []
    for density in ("comfortable", "compact"):
        choose(client, Choices(density=density, images=False))
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        queries.append(len(captured))
    assert usual == (6, {4})
    assert sizes(client) == (12, {6})
    assert queries[0] == queries[1]


def test_compact_lists_link_to_the_other_accounts_of_a_story(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    second = story_of_four()
    assert names_on(client, "/") == {}
    choose(client, Choices(density="compact"))
    shown = {
        "B.Example": second.get_absolute_url(),
        "C.Example": "https://c.example/better",
        "D.Example": "https://d.example/",
    }
    for url in ("/", "/topics/ai/", "/stories/", "/search/?q=first"):
        assert names_on(client, url) == shown, url
    choose(client, Choices(density="compact", muted_providers=("d.example",), min_quality=40))
    assert names_on(client, "/") == {"C.Example": "https://c.example/better"}
    with CaptureQueriesContext(connection) as usual:
        choose(client, Choices(images=False))
        client.get("/")
    with django_assert_num_queries(len(usual) + 1):
        choose(client, Choices(density="compact", images=False))
        client.get("/")


def story_of_four() -> Article:
    """Make a story whose lead has a page here, as has one of its three other accounts; C tells it twice."""
    first = make_article([make_topic()], title="First", heat=90, quality=90)
    second = make_article(title="Second", quality=30, heat=-1, provider=make_provider("b.example", name="B.Example"))
    unlisted = [
        make_article(title=address, web_url=address, published=False, quality=quality, heat=-1, provider=provider)
        for address, quality, provider in (
            ("https://c.example/worse", 10, make_provider("c.example", name="C.Example")),
            ("https://c.example/better", 50, make_provider("c.example", name="C.Example")),
            ("https://d.example/", 45, make_provider("d.example", name="D.Example")),
        )
    ]
    for other in (second, *unlisted):
        StoryDecision.objects.create(article=other, joins=first, keeps_links=True)
    return second


def names_on(client: Client, url: str) -> dict[str, str]:
    """Return where the names of other accounts lead on a page."""
    [line] = re.findall(r'<p class="story-line">.*?</p>', html_of(client, url), re.DOTALL)
    return {name: url for url, name in re.findall(r'<a href="([^"]+)" title="[^"]+"[^>]*>([^<]+)</a>', line)}


def sizes(client: Client) -> tuple[int, set[int]]:
    """Return the number of the latest, and those of sections' stories."""
    context = client.get("/").context
    return len(context["latest"]), {len(section.cards) for section in context["sections"]}
