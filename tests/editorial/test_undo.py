"""Deeds: recorded once with all they change, and undone as far as nothing has changed since."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from articles.changes import changing_articles, stories_at_the_end
from articles.editorial.edits import edit_articles, editing
from articles.editorial.recording import Recorder, recording
from articles.editorial.undo import undo
from articles.listings import Listing, Scope
from articles.models import (
    Action,
    ActionTarget,
    Article,
    ArticleTopic,
    Provider,
    RelatedLink,
    Story,
    StoryDecision,
    Topic,
)
from tests.support.factories import make_article, make_provider, make_reference, make_topic
from tests.support.import_runs import run_import
from tests.support.rows import article

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]
NAME = "2023-09-01-a.md"


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


def done(record: Recorder) -> Action:
    assert record.action is not None
    return record.action


def unlist(user: User, articles: list[Article], reason: str = "") -> Action:
    ids = [each.pk for each in articles]
    with recording(user, "unlist", f"Unlisted {len(ids)} articles", reason) as record:
        record.watch_articles(ids)
        edit_articles(ids, published=False)
    return done(record)


def test_an_action_says_who_did_what_and_why_and_what_changed(ada: User) -> None:
    one = make_article([make_topic()])
    action = unlist(ada, [one], "spam")
    assert (action.user, action.kind, action.summary, action.reason) == (ada, "unlist", "Unlisted 1 articles", "spam")
    assert action.changed == {"articles.article": {str(one.pk): {"published": [True, False]}}} or action.changed == {
        "articles.article": {one.pk: {"published": [True, False]}}
    }
    assert (action.created, action.deleted) == ({}, {})
    assert list(ActionTarget.objects.values_list("label", "object_id")) == [("articles.article", one.pk)]


def test_an_action_leaves_a_version_of_each_row_it_changed(ada: User) -> None:
    one, other = make_article(), make_article()
    action = unlist(ada, [one])
    version = one.history.get()
    assert (version.published, version.title, version.history_type) == (False, one.title, "~")
    assert (version.history_user, version.action, version.history_change_reason) == (ada, action, action.summary)
    assert not other.history.exists()


def test_what_changes_nothing_is_no_action(ada: User) -> None:
    one = make_article(published=False)
    with recording(ada, "unlist", "Nothing") as record:
        record.watch_articles([one.pk])
        edit_articles([one.pk], published=False)
    assert record.action is None
    assert not Action.objects.exists()


def test_an_undo_sets_articles_and_listings_back(ada: User) -> None:
    topic = make_topic()
    articles = [make_article([topic]) for _ in range(3)]
    action = unlist(ada, articles)
    assert Listing(Scope(topic=topic)).count == 0
    result = undo(action, ada)
    assert (result.restored, result.left) == (3, [])
    assert Listing(Scope(topic=topic)).count == 3
    action.refresh_from_db()
    assert action.undone_at
    assert action.undone_by == ada
    assert undo(action, ada).restored == 0


def test_an_undo_can_be_undone(ada: User) -> None:
    one = make_article()
    result = undo(unlist(ada, [one]), ada)
    assert result.action is not None
    undo(result.action, ada)
    assert not Article.objects.get().published


def test_an_undo_leaves_what_has_changed_since_and_names_it(ada: User) -> None:
    one, other = make_article(title="One"), make_article(title="Other")
    ids = [one.pk, other.pk]
    with recording(ada, "change", "Changed") as record:
        record.watch_articles(ids)
        edit_articles(ids, heat=1, quality=2)
    edit_articles([one.pk], heat=5)
    result = undo(done(record), ada)
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.heat, one.quality, other.heat, other.quality) == (5, 0, 70, 0)
    assert result.left == ["article “One”: heat changed since."]


def test_rows_that_an_action_made_and_deleted_come_and_go(ada: User) -> None:
    ai, climate = make_topic("AI"), make_topic("Climate")
    target = make_reference()
    one = make_article([ai], [target])
    with recording(ada, "change", "Changed") as record:
        record.watch_articles([one.pk])
        with editing([one.pk]), changing_articles([one.pk]):
            ArticleTopic.objects.filter(article=one).delete()
            ArticleTopic.objects.create(article=one, topic=climate)
            RelatedLink.objects.filter(article=one).delete()
            StoryDecision.objects.create(article=one)
    action = done(record)
    assert set(action.created) == {"articles.articletopic", "articles.storydecision"}
    assert set(action.deleted) == {"articles.articletopic", "articles.relatedlink"}
    assert ("articles.article", one.pk) in ActionTarget.objects.values_list("label", "object_id")
    assert Story.objects.get(members=one.pk).size == 1
    result = undo(action, ada)
    assert (result.restored, result.left) == (4, [])
    assert [link.topic for link in one.topic_links.all()] == [ai]
    assert [link.target for link in one.related_links.all()] == [target]
    assert not StoryDecision.objects.exists()
    assert Story.objects.get(members=one.pk).size == 2
    assert (Listing(Scope(topic=ai)).count, Listing(Scope(topic=climate)).count) == (1, 0)
    assert ArticleTopic.objects.get().folded_from == one.listed_from


def test_a_row_that_is_made_is_taken_away_unless_it_is_in_use(ada: User) -> None:
    with recording(ada, "add", "Added two providers") as record:
        used, unused = make_provider("used.example"), make_provider("unused.example")
        record.add_new(used)
        record.add_new(unused)
    make_article(provider=used)
    result = undo(done(record), ada)
    assert not Provider.objects.filter(domain="unused.example").exists()
    assert Provider.objects.filter(domain="used.example").exists()
    assert result.left == ["provider “Used.Example”: in use since, so it stays."]


def test_a_deleted_row_stays_away_when_its_place_is_taken_or_its_article_gone(ada: User) -> None:
    topic, one, other = make_topic("AI"), make_article(), make_article()
    links = [ArticleTopic.objects.create(article=each, topic=topic) for each in (one, other)]
    with recording(ada, "change", "Changed") as record:
        record.watch(ArticleTopic, topic=topic.pk)
        for link in links:
            link.delete()
    one.delete()
    ArticleTopic.objects.create(article=other, topic=topic)
    result = undo(done(record), ada)
    assert result.restored == 0
    assert len(result.left) == 2
    assert ArticleTopic.objects.count() == 1


def test_a_topic_comes_back_with_its_articles_and_what_stood_below_it(ada: User) -> None:
    topic = make_topic("AI")
    child = make_topic("Vision", parent=topic)
    one = make_article([topic])
    with recording(ada, "delete", "Deleted") as record:
        record.watch(Topic, pk=topic.pk)
        record.watch(Topic, parent=topic.pk)
        record.watch(ArticleTopic, topic=topic.pk)
        Topic.objects.get(pk=topic.pk).delete()
    assert undo(done(record), ada).left == []
    child.refresh_from_db()
    assert child.parent == topic
    assert [version.history_type for version in topic.history.all()] == ["+", "-"]
    assert Listing(Scope(topic=topic)).ids(0, 5) == [one.pk]


def test_an_undone_edit_follows_its_file_again_even_one_that_changed_meanwhile(
    ada: User, tmp_path: Path, write_article: Write
) -> None:
    write_article(NAME, title='"Old"')
    run_import(tmp_path / "site")
    with recording(ada, "change", "Changed") as record:
        record.watch_articles([article().pk])
        edit_articles([article().pk], title="Mine")
    write_article(NAME, title='"Theirs"')
    run_import(tmp_path / "site")
    assert undo(done(record), ada).left == []
    assert (article().title, article().edited, article().conflicts) == ("Theirs", {}, {})


def test_imports_leave_no_version_and_no_action(tmp_path: Path, write_article: Write) -> None:
    write_article(NAME)
    run_import(tmp_path / "site")
    write_article(NAME, title='"New"')
    run_import(tmp_path / "site")
    assert article().title == "New"
    assert not Article.history.exists()
    assert not Topic.history.exists()
    assert not Action.objects.exists()


def test_many_articles_are_recorded_and_undone_in_few_queries(
    ada: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with stories_at_the_end():
        articles = [make_article([make_topic()]) for _ in range(40)]
    with django_assert_max_num_queries(105):
        action = unlist(ada, articles)
    with django_assert_max_num_queries(105):
        undo(action, ada)


def test_drafts_are_nowhere_until_they_are_published() -> None:
    lead = make_article([make_topic()])
    draft = make_article(published=False, is_draft=True, related=[lead], web_url="https://a.example/draft")
    assert not Article.objects.linkable().filter(pk=draft.pk).exists()
    assert not Article.objects.unlisted().filter(pk=draft.pk).exists()
    assert not Story.objects.filter(members=draft.pk).exists()
    assert Story.objects.get(members=lead.pk).size == 1
    edit_articles([draft.pk], published=True)
    assert Story.objects.get(members=lead.pk).size == 2
    draft.refresh_from_db()
    assert not draft.is_draft


def test_no_file_leads_to_a_draft(tmp_path: Path, write_article: Write) -> None:
    draft = make_article(published=False, is_draft=True, web_url="https://a.example/other", title="Draft")
    write_article(NAME, related=[{"title": '"Other"', "webUrl": '"https://a.example/other"',
                                  "provider": "{name: A, domain: a.example}",
                                  "publishedDateTime": "2023-08-31T17:30:00Z"}])  # fmt: skip
    run_import(tmp_path / "site")
    assert RelatedLink.objects.get().target != draft
    assert dt.date(2023, 9, 1) == article().date


def test_a_topic_that_articles_got_since_stays_when_its_making_is_undone(ada: User) -> None:
    with recording(ada, "add", "Added a topic") as record:
        record.watch(Topic)
        topic = make_topic("Fresh")
    article = make_article([topic])
    result = undo(done(record), ada)
    assert result.left
    assert list(article.topics.values_list("name", flat=True)) == ["Fresh"]


def test_topics_that_were_moved_below_a_new_one_return_when_both_are_undone(ada: User) -> None:
    news, space = make_topic("News"), make_topic("Space")
    Topic.objects.filter(pk=space.pk).update(parent=news)
    with recording(ada, "csv", "Imported topics") as record:
        record.watch(Topic)
        space = Topic.objects.get(pk=space.pk)
        space.parent = make_topic("Science")
        space.save()
    result = undo(done(record), ada)
    assert result.left == []
    assert Topic.objects.get(name="Space").parent == news
    assert not Topic.objects.filter(name="Science").exists()


def test_topics_that_were_deleted_together_come_back_below_each_other(ada: User) -> None:
    child = make_topic("Child")
    parent = make_topic("Parent")
    Topic.objects.filter(pk=child.pk).update(parent=parent)
    with recording(ada, "delete", "Deleted two topics") as record:
        record.watch(Topic)
        Topic.objects.all().delete()
    assert undo(done(record), ada).left == []
    assert Topic.objects.get(name="Child").parent == Topic.objects.get(name="Parent")


def test_an_article_is_deleted_and_brought_back_and_its_making_undone(ada: User, client: Client) -> None:
    article = make_article(title="Made here")
    client.force_login(User.objects.create_superuser("root"))
    response = client.post(f"/admin/articles/article/{article.pk}/delete/", {"post": "yes"})
    assert response.status_code == 302
    assert not Article.objects.filter(pk=article.pk).exists()
    result = undo(Action.objects.latest("pk"), ada)
    assert Article.objects.get().title == "Made here"
    assert result.action is not None
    undo(result.action, ada)
    assert not Article.objects.exists()
