"""Stories and threads that a reader follows."""

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from articles.models import Article, Story
from articles.preferences.choices import Choices
from articles.preferences.followed import followed_by
from tests.support.choices import VISIT, back_from, choose, chosen
from tests.support.factories import TIME
from tests.support.stories import make_story, story_of

pytestmark = pytest.mark.django_db
FUTURE = dt.datetime(2999, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def story() -> Story:
    """Return a story of four articles at and after TIME."""
    lead, _ = make_story(4)
    return story_of(lead)


def button(client: Client, name: str, number: int, back: str = "/") -> None:
    assert client.post("/settings/change/", {name: str(number), "next": back})["Location"] == back


def test_a_button_on_its_page_follows_a_story_until_another_ends_it(client: Client, story: Story) -> None:
    url = story.get_absolute_url()
    assert 'name="follow_story"' in client.get(url).content.decode()
    button(client, "follow_story", story.pk, url)
    assert chosen(client).followed_stories == (str(story.pk),)
    assert 'name="unfollow_story"' in client.get(url).content.decode()
    button(client, "unfollow_story", story.pk, url)
    assert chosen(client) == Choices()


def test_followed_stories_lead_the_front_page(client: Client, story: Story) -> None:
    assert "Your stories" not in client.get("/").content.decode()
    choose(client, Choices(followed_stories=(str(story.pk),)))
    html = client.get("/").content.decode()
    assert html.index("Your stories") < html.index('class="front__lead')
    assert story.get_absolute_url() in html


def test_what_is_new_since_the_last_visit_is_counted_and_marked(client: Client, story: Story) -> None:
    choices = Choices(followed_stories=(str(story.pk),))
    assert [each.new for each in followed_by(choices, VISIT)] == [4]
    assert [each.new for each in followed_by(choices, TIME + dt.timedelta(days=30))] == [0]
    assert [each.new for each in followed_by(choices, None)] == [0]
    seen = int(dt.datetime.now(dt.UTC).timestamp())
    choose(client, Choices(mark_new=True, last_visit=int(VISIT.timestamp()), seen=seen))
    assert client.get(story.get_absolute_url()).content.decode().count("tag--new") == 3
    assert "tag--new" not in Client().get(story.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "values", [{"removed": True}, {"file_missing": True}, {"published": True, "published_date_time": FUTURE}]
)
def test_what_readers_do_not_see_is_not_new(story: Story, values: dict[str, Any]) -> None:
    one = Article.objects.filter(member__story=story).exclude(pk=story.lead_id).first()
    Article.objects.filter(pk=one.pk if one else 0).update(**values)
    assert [each.new for each in followed_by(Choices(followed_stories=(str(story.pk),)), VISIT)] == [3]


@pytest.mark.parametrize(("muted", "new"), [((), 4), (("p1.example",), 3)])
def test_what_the_reader_hides_is_not_new(client: Client, story: Story, muted: tuple[str, ...], new: int) -> None:
    choose(client, replace(back_from(VISIT), followed_stories=(str(story.pk),), muted_providers=muted))
    assert [each.new for each in client.get("/").context["your_stories"]] == [new]


def test_a_story_that_became_part_of_another_is_followed_there(story: Story) -> None:
    gone = Story.objects.create(merged_into=story)
    [found] = followed_by(Choices(followed_stories=(str(gone.pk),)), None)
    assert (found.url, found.number) == (story.get_absolute_url(), str(gone.pk))


def test_one_without_a_page_is_left_out(story: Story) -> None:
    numbers = (str(story.pk), "999999999999")
    Story.objects.filter(pk=story.pk).update(listed_from=None)
    assert followed_by(Choices(followed_stories=numbers, followed_threads=numbers), VISIT) == []


def test_the_settings_name_what_is_followed_and_take_it_off(client: Client, story: Story) -> None:
    choose(client, Choices(followed_stories=(str(story.pk),)))
    html = client.get("/settings/").content.decode()
    plain = html.replace("\u2068", "").replace("\u2069", "")
    assert "Stories you follow: Lead." in plain
    assert f'name="followed_stories" value="{story.pk}"' in html
    client.post(
        "/settings/",
        {"view": "articles", "density": "comfortable", "text_size": "normal", "min_quality": "0", "images": "on"},
    )
    assert chosen(client) == Choices()


def test_following_costs_two_queries_for_each_kind(
    story: Story, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        followed_by(Choices(), VISIT)
    with django_assert_num_queries(2):
        followed_by(Choices(followed_stories=(str(story.pk), "5", "6")), VISIT)


def test_its_feed_is_among_the_subscriptions_of_the_reader(client: Client, story: Story) -> None:
    choose(client, Choices(followed_topics=("ai",), followed_stories=(str(story.pk),)))
    found = re.findall(r'xmlUrl="http://testserver([^"]+)"', client.get("/feeds/followed.opml").content.decode())
    assert found == ["/topics/ai/feed.rss", f"{story.get_absolute_url()}feed.rss"]
    assert [client.get(url).status_code for url in found] == [200, 200]
