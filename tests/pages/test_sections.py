"""Sections per topic: which articles they show, in which order, and at what cost."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from articles.changes import stories_at_the_end
from articles.models import Article, Topic
from articles.pages.topic_tree import main_topics, topic_tree
from tests.support.factories import TIME, make_article, make_provider, make_topic
from tests.support.sections import topic_sections

pytestmark = pytest.mark.django_db
WIDE = [{"url": "/assets/wide.webp", "width": 1200, "height": 800}]


@stories_at_the_end()
def make_articles(number: int, *topics: Topic, **values: object) -> list[Article]:
    """Return new articles, newest first, each of a provider of its own."""
    return [
        make_article(list(topics), provider=make_provider(f"{topics[0].slug}-{index}.example"), **values)
        for index in range(number)
    ]


def titles(exclude: list[Article] | None = None, size: int = 4, least: int = 3) -> dict[str, list[str]]:
    sections = topic_sections(topic_tree(), [article.pk for article in exclude or []], size, least)
    return {section.title: [card.title for card in section.cards] for section in sections}


def test_a_section_has_the_newest_listed_articles_of_its_topic_and_counts_the_rest() -> None:
    topic = make_topic()
    shown = make_articles(6, topic)
    make_article([topic], published=False)
    make_article([topic], removed=True)
    make_article([topic], published_date_time=timezone.now() + dt.timedelta(hours=1))
    [section] = topic_sections(topic_tree(), [], 4)
    assert [card.title for card in section.cards] == [article.title for article in shown[:4]]
    assert (section.title, section.url, section.slug, section.more) == ("AI", "/topics/ai/", "ai", 2)


def test_sections_come_in_the_order_of_their_topics() -> None:
    for position, name in ((3, "Third"), (1, "First"), (2, "Second")):
        make_articles(3, make_topic(name, position=position))
    assert list(titles()) == ["First", "Second", "Third"]


def test_what_the_page_shows_already_is_in_no_section() -> None:
    articles = make_articles(5, make_topic())
    assert titles(exclude=articles[:2]) == {"AI": [article.title for article in articles[2:]]}


def test_an_article_of_two_topics_is_shown_once_and_the_later_section_goes_on_below_it() -> None:
    first, second = make_topic("First", position=1), make_topic("Second", position=2)
    both = make_articles(4, first, second)
    rest = make_articles(4, second)
    assert titles() == {"First": [each.title for each in both], "Second": [each.title for each in rest]}


def test_a_story_is_shown_once_whichever_of_its_articles_a_topic_has() -> None:
    first, second = make_topic("First", position=1), make_topic("Second", position=2)
    lead = make_article([first], title="Lead", heat=99)
    make_article([second], title="Member", related=[lead], provider=make_provider("m.example"))
    make_articles(3, first)
    others = make_articles(3, second)
    found = titles()
    assert "Lead" in found["First"]
    assert found["Second"] == [article.title for article in others]


def test_nothing_of_a_story_that_the_page_shows_is_in_a_section() -> None:
    topic = make_topic()
    lead = make_article(title="Lead", heat=99)
    make_article([topic], title="Member", related=[lead], provider=make_provider("m.example"))
    others = make_articles(3, topic)
    assert titles(exclude=[lead]) == {"AI": [article.title for article in others]}


def test_a_topic_with_little_left_has_no_section_and_takes_nothing_from_others() -> None:
    small, large = make_topic("Small", position=1), make_topic("Large", position=2)
    both = make_articles(2, small, large)
    more = make_articles(2, large)
    assert titles() == {"Large": [article.title for article in both + more]}
    assert list(titles(least=1)) == ["Small", "Large"]


def test_a_section_opens_with_its_newest_wide_picture() -> None:
    topic = make_topic()
    plain = make_articles(2, topic)
    pictured = make_articles(2, topic, images=WIDE)
    assert titles() == {"AI": [each.title for each in (pictured[0], *plain, pictured[1])]}


def test_sections_need_two_queries_however_many_topics_there_are(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with stories_at_the_end():
        for number in range(12):
            make_articles(4, make_topic(f"Topic {number:02}"))
    nodes = topic_tree()
    for number in (1, 12):
        with django_assert_num_queries(2):
            assert len(topic_sections(nodes[:number], [], 4)) == number
    with django_assert_num_queries(0):
        assert topic_sections([], [], 4) == []


def test_the_only_topic_at_the_top_is_the_sites_subject_and_has_no_section() -> None:
    root = make_topic("Root")
    child = make_topic("Child", parent=root)
    make_topic("Grandchild", parent=child)
    assert [node.name for node in main_topics(topic_tree())] == ["Child"]
    make_topic("Second")
    assert [node.name for node in main_topics(topic_tree())] == ["Root", "Second", "Child"]


def test_the_front_page_shows_each_article_once_in_ten_queries_at_most(client: Client) -> None:
    topics = [make_topic(f"Topic {number}", position=number) for number in range(8)]
    with stories_at_the_end():
        for number in range(60):
            provider = make_provider(f"p{number}.example")
            make_article([topics[number % 8], topics[(number + 1) % 8]], title=f"Title {number:02}", provider=provider)
    with CaptureQueriesContext(connection) as captured:
        response = client.get("/")
    assert len(captured) <= 10
    context = response.context
    sections = context["sections"]
    assert [len(section.cards) for section in sections] == [4] * 6
    assert [section.title for section in sections] == [f"Topic {number}" for number in range(6)]
    shown = [context["lead"], *context["secondary"], *(entry.card for entry in context["latest"])]
    shown += [card for section in sections for card in section.cards]
    assert len({card.url for card in shown}) == len(shown)
    html = response.content.decode()
    for card in shown:
        assert html.count(f">{card.title}</a>") == 1


def test_why_a_card_is_there_is_said_of_the_top_stories_only(client: Client) -> None:
    topic = make_topic()
    with stories_at_the_end():
        for number in range(20):
            time = TIME - dt.timedelta(hours=number)
            make_article([topic], published_date_time=time, provider=make_provider(f"p{number}.example"))
    context = client.get("/").context
    assert all(card.reason for card in [context["lead"], *context["secondary"]])
    [section] = context["sections"]
    # The others stand in the order of their times, which are beside them.
    assert {card.reason for card in [*section.cards, *(entry.card for entry in context["latest"])]} == {""}
    assert client.get("/").content.decode().count('class="why"') == 5
