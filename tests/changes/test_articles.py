"""What editors do to articles is one event, which names where they were as well as where they are."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from articles.changes import ContentChange
from articles.editorial.edits import (
    add_topics,
    edit_articles,
    keep_edited_value,
    remove_topics,
    replace_topic,
    take_file_value,
)
from articles.editorial.previews import make_link
from articles.editorial.recording import recording
from articles.editorial.schedule import run_due
from articles.editorial.undo import undo
from articles.editorial.versions import restore
from articles.models import Article, PreviewLink, RelatedLink, StoryMember
from tests.support.desk import add, bulk, last_action, save
from tests.support.events import events, one_event
from tests.support.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db


def story_of(article: Article) -> int:
    return StoryMember.objects.get(article=article).story_id


def named(change: ContentChange) -> tuple[set[int], set[int], set[int]]:
    """Return the articles, topics and providers that an event names."""
    return set(change.articles), set(change.topics), set(change.providers)


def test_a_text_names_the_article_its_story_and_where_it_is_listed() -> None:
    topic = make_topic()
    article, other = make_article(topics=[topic]), make_article(topics=[make_topic("Law")])
    with one_event() as raised:
        edit_articles([article.pk], title="New")
    assert named(raised[0]) == ({article.pk}, {topic.pk}, {article.provider_id})
    assert raised[0].stories == {story_of(article)}
    assert story_of(other) not in raised[0].stories
    # It stands where it stood.
    assert not raised[0].listings
    assert not raised[0].catalogue
    assert not raised[0].pins
    assert not raised[0].everything


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"published": False}, {"published": True}),
        ({"published": True}, {"published": False}),
        ({"published": True}, {"removed": True}),
        ({"published": True}, {"published_date_time": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}),
    ],
)
def test_what_comes_to_listings_leaves_or_moves_says_so(before: dict[str, Any], after: dict[str, Any]) -> None:
    topic = make_topic()
    article = make_article(topics=[topic], **before)
    with one_event() as raised:
        edit_articles([article.pk], **after)
    assert named(raised[0]) == ({article.pk}, {topic.pk}, {article.provider_id})
    assert raised[0].listings


def test_an_article_that_nobody_finds_names_no_listing() -> None:
    article = make_article(topics=[make_topic()], published=False)
    with one_event() as raised:
        edit_articles([article.pk], title="New")
    assert named(raised[0]) == ({article.pk}, set(), set())
    assert not raised[0].listings


def test_another_provider_names_both() -> None:
    article, provider = make_article(), make_provider("b.example")
    with one_event() as raised:
        edit_articles([article.pk], provider=provider)
    assert raised[0].providers == {article.provider_id, provider.pk}
    assert raised[0].listings


def test_topics_that_come_go_or_give_way_are_all_named() -> None:
    one, two, three = make_topic("One"), make_topic("Two"), make_topic("Three")
    article = make_article(topics=[one])
    with one_event() as raised:
        replace_topic([article.pk], one, two)
    assert raised[0].topics == {one.pk, two.pk}
    assert raised[0].listings
    with one_event() as raised:
        add_topics([article.pk], [three])
    assert raised[0].topics == {two.pk, three.pk}
    with one_event() as raised:
        remove_topics([article.pk], [two])
    assert raised[0].topics == {two.pk, three.pk}
    assert raised[0].listings


def test_many_articles_are_one_event(admin_client: Client) -> None:
    articles = [make_article(topics=[make_topic()], published=False) for _ in range(5)]
    with one_event() as raised:
        bulk(admin_client, "publish", articles, confirm="1")
    assert named(raised[0]) == ({each.pk for each in articles}, {make_topic().pk}, {make_provider().pk})
    assert raised[0].stories == {story_of(each) for each in articles}


def test_a_form_with_its_lists_is_one_event(admin_client: Client) -> None:
    one, two = make_topic("One"), make_topic("Two")
    article, target = make_article(topics=[one]), make_article()
    stories = {story_of(article), story_of(target)}
    lists = {
        "topic_links-TOTAL_FORMS": 1,
        "topic_links-0-topic": two.pk,
        "related_links-TOTAL_FORMS": 1,
        "related_links-0-target": target.pk,
        "related_links-0-position": 1,
        "related_links-0-article": article.pk,
    }
    with one_event() as raised:
        save(admin_client, article, title="New", **lists)
    assert RelatedLink.objects.filter(article=article, target=target).exists()
    assert named(raised[0]) == ({article.pk, target.pk}, {one.pk, two.pk}, {article.provider_id})
    # One of them became part of the other.
    assert raised[0].stories == stories


def test_a_new_article_and_a_deleted_one_are_named(admin_client: Client) -> None:
    provider = make_provider()
    with one_event() as raised:
        add(admin_client, title="New", provider=provider.pk, web_url="https://a.example/new", published="on")
    article = Article.objects.get(title="New")
    assert named(raised[0]) == ({article.pk}, set(), {provider.pk})
    assert raised[0].listings
    assert raised[0].stories == {story_of(article)}
    story = story_of(article)
    with one_event() as raised:
        admin_client.post(f"/admin/articles/article/{article.pk}/delete/", {"post": "yes"})
    assert not Article.objects.filter(title="New").exists()
    assert (raised[0].providers, raised[0].stories, raised[0].listings) == ({provider.pk}, {story}, True)


def test_an_undo_names_what_the_action_named(admin_user: User) -> None:
    one, two = make_topic("One"), make_topic("Two")
    article = make_article(topics=[one])
    with recording(admin_user, "change", "Changed") as record:
        record.watch_articles([article.pk])
        replace_topic([article.pk], one, two)
    with one_event() as raised:
        undo(last_action(), admin_user)
    assert named(raised[0]) == ({article.pk}, {one.pk, two.pk}, {article.provider_id})
    assert raised[0].listings


def test_going_back_to_a_version_names_the_article(admin_user: User) -> None:
    article = make_article(title="Old")
    for title in ("Middle", "New"):
        with recording(admin_user, "change", "Changed") as record:
            record.watch_articles([article.pk])
            edit_articles([article.pk], title=title)
    with one_event() as raised:
        restore(article, article.history.get(title="Middle"), admin_user)
    assert raised[0].articles == {article.pk}


def test_taking_the_file_names_the_article_and_keeping_mine_changes_nothing() -> None:
    article = make_article(source_path="_news/a.md", title="Mine")
    for resolve, number in ((take_file_value, 1), (keep_edited_value, 0)):
        notes = {"edited": {"title": "First"}, "conflicts": {"title": "Theirs"}}
        Article.objects.filter(pk=article.pk).update(**notes)
        with events() as raised:
            resolve(article, "title")
        assert [each.articles for each in raised] == [{article.pk}] * number


def test_what_is_published_at_its_time_is_named() -> None:
    now = timezone.now()
    due = make_article(published=False, publish_at=now - dt.timedelta(hours=1))
    over = make_article(unlist_at=now - dt.timedelta(hours=1))
    with one_event() as raised:
        run_due(now)
    assert raised[0].articles == {due.pk, over.pk}
    assert raised[0].listings
    with events() as raised:
        run_due(now)
    assert raised == []


def test_a_form_that_changes_a_time_by_itself_leaves_listings_right(admin_client: Client) -> None:
    time = dt.datetime(2023, 9, 1, 12, 0, 0, 123456, tzinfo=dt.UTC)
    article = make_article(topics=[make_topic()], source_path="_news/a.md", published_date_time=time)
    with one_event():
        save(admin_client, article, title="New")
    article.refresh_from_db()
    assert article.published_date_time == article.topic_links.get().listed_from == time


@pytest.mark.parametrize("values", [{}, {"revoke_previews": "on"}, {"_make_preview": "1"}])
def test_a_form_that_changes_nothing_that_readers_see_raises_nothing(
    admin_client: Client, values: dict[str, object]
) -> None:
    article = make_article(topics=[make_topic()], related=[make_article()])
    make_link(None, article)
    with events() as raised:
        save(admin_client, article, **values)
    assert PreviewLink.objects.open().count() == (0 if "revoke_previews" in values else len(values) + 1)
    assert raised == []


def test_looking_at_previews_changes_nothing(client: Client, admin_client: Client) -> None:
    article = make_article(published=False, is_draft=True)
    page = admin_client.get(f"/admin/articles/article/{article.pk}/change/")
    with events() as raised:
        client.get("/")
        admin_client.get(f"/admin/articles/article/{article.pk}/looks/")
    assert page.status_code == 200
    assert raised == []
