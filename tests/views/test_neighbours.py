"""The articles before and after one, on its page: in its story, and in the listing of its main topic."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.editorial.edits import edit_articles
from articles.models import Article, ArticleTopic, Topic
from articles.preferences.choices import Choices
from tests.support.choices import choose
from tests.support.factories import TIME, make_article, make_provider, make_topic
from tests.support.stories import link, story_of

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def neighbours(client: Client, article: Article) -> dict[str, tuple[str | None, str | None]]:
    """Return the titles before and after an article by the name of the topic, "" for its story."""
    pairs: list[Any] = client.get(article.get_absolute_url()).context["neighbours"]
    titles = ([side and side.title for side in (pair.earlier, pair.later)] for pair in pairs)
    return {
        pair.topic.name if pair.topic else "": (earlier, later)
        for pair, (earlier, later) in zip(pairs, titles, strict=True)
    }


def in_a_row(number: int, topic: Topic | None = None, **values: Any) -> list[Article]:
    """Return articles of a topic, each an hour after the one before."""
    return [
        make_article([topic or make_topic()], title=f"Number {at}", published_date_time=TIME + at * HOUR, **values)
        for at in range(number)
    ]


def test_following_the_links_is_following_the_listing_of_the_topic_even_where_times_are_the_same(
    client: Client,
) -> None:
    in_a_row(3)
    for at in range(4):
        make_article([make_topic()], title=f"At once {at}", published_date_time=TIME + HOUR)
    listed = [card.title for card in client.get("/topics/ai/").context["cards"]]
    articles = {article.title: article for article in Article.objects.all()}
    followed = [listed[0]]
    while earlier := neighbours(client, articles[followed[-1]])["AI"][0]:
        assert neighbours(client, articles[earlier])["AI"][1] == followed[-1]
        followed.append(earlier)
    assert followed == listed
    assert len(listed) == 7


def test_the_main_topic_counts_and_both_ends_have_one_side(client: Client) -> None:
    first, _, last = in_a_row(3)
    ArticleTopic.objects.create(article=first, topic=make_topic("Law"), position=1)
    make_article([make_topic("Law")], published_date_time=TIME - HOUR)
    assert neighbours(client, first) == {"AI": (None, "Number 1")}
    assert neighbours(client, last) == {"AI": ("Number 1", None)}
    html = client.get(first.get_absolute_url()).content.decode()
    assert "Later in <bdi>AI</bdi>" in html
    assert "Earlier in" not in html


def test_an_article_alone_in_its_topic_or_without_one_leads_nowhere(client: Client) -> None:
    for article in (make_article([make_topic()]), make_article(), make_article()):
        assert neighbours(client, article) == {}
        assert 'class="around"' not in client.get(article.get_absolute_url()).content.decode()


def test_what_is_not_listed_is_passed_over(client: Client) -> None:
    first, withdrawn, unlisted, last = in_a_row(4)
    edit_articles([withdrawn.pk], removed=True)
    edit_articles([unlisted.pk], published=False)
    make_article([make_topic()], published_date_time=timezone.now() + HOUR)
    assert neighbours(client, first) == {"AI": (None, "Number 3")}
    assert neighbours(client, last) == {"AI": ("Number 0", None)}


def test_a_storys_articles_follow_each_other_and_its_topic_leads_on_to_other_stories(client: Client) -> None:
    first, *story, last = in_a_row(6)
    link(story[0], *story[1:])
    assert story_of(story[0]).size == 4
    edit_articles([story[2].pk], published=False)
    assert neighbours(client, story[0]) == {"": (None, "Number 2"), "AI": ("Number 0", "Number 5")}
    assert neighbours(client, story[1]) == {"": ("Number 1", "Number 4"), "AI": ("Number 0", "Number 5")}
    html = client.get(story[1].get_absolute_url()).content.decode()
    assert html.count("Earlier in this story") == html.count("Later in this story") == 1
    main = html[html.index("<main") : html.index("</main")]
    addresses = re.findall(r'<a [^>]*href="(/20[^"]+)"', main)
    assert sorted(set(addresses)) == sorted(addresses)  # no link is there twice
    assert story[0].get_absolute_url() in addresses
    assert story[3].get_absolute_url() in addresses
    steps = re.findall(r'data-step="(\w+)"', main)
    assert (sorted(steps[:2]), steps[2:]) == (["earlier", "later"], ["earlier", "later"])
    assert neighbours(client, first) == {"AI": (None, "Number 1")}
    assert neighbours(client, last) == {"AI": ("Number 4", None)}


def test_the_next_that_a_reader_has_not_hidden_takes_the_place_of_those_that_are(client: Client) -> None:
    first, *_ = in_a_row(1)
    for at in range(1, 4):
        make_article([make_topic()], published_date_time=TIME + at * HOUR, provider=make_provider("loud.example"))
    make_article([make_topic()], title="Quiet", published_date_time=TIME + 5 * HOUR)
    choose(client, Choices(muted_providers=("loud.example",)))
    assert neighbours(client, first) == {"AI": (None, "Quiet")}


def test_neighbours_are_read_from_the_index_of_the_listing(client: Client) -> None:
    articles = in_a_row(3)
    in_a_row(3, make_topic("Law"))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE articles_articletopic")
            # Of few rows, any way costs about the same.
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        with CaptureQueriesContext(connection) as queries:
            client.get(articles[1].get_absolute_url())
        [sql] = [query["sql"] for query in queries.captured_queries if "AS of_topic" in query["sql"]]
        explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        cursor.execute(f"{explain} {sql}")
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert plan.count("articletopic_listed") == 2, plan
    assert "SCAN place" not in plan, plan
