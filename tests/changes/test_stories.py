"""What editors decide about stories, and what comes of links, names the stories before and after."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from articles.changes import update_stories
from articles.editorial.edits import edit_articles
from articles.editorial.stories.apply import carry_out
from articles.editorial.stories.planning import Desk, Plan
from articles.models import Article, ArticleTopic, RelatedLink, Story, StoryDecision, StoryLead, StoryMember
from tests.support.events import events, one_event
from tests.support.factories import make_article, make_topic

pytestmark = pytest.mark.django_db


def story_of(article: Article) -> int:
    return StoryMember.objects.get(article=article).story_id


def decide(user: Any, plan: Plan) -> None:
    carry_out(user, plan, "story", "Decided", "a reason")


def test_stories_that_are_joined_and_split_are_both_named(admin_user: User) -> None:
    one, two = make_article(), make_article()
    stories = {story_of(one), story_of(two)}
    with one_event() as raised:
        decide(admin_user, Desk(stories).join(story_of(one), story_of(two)))
    assert story_of(one) == story_of(two)
    assert raised[0].stories == stories
    assert raised[0].articles == {one.pk, two.pk}
    with one_event() as raised:
        decide(admin_user, Desk(stories).split(story_of(one), [two.pk]))
    assert raised[0].stories == {story_of(one), story_of(two)}
    assert two.pk in raised[0].articles


def test_another_lead_names_the_story_and_the_topics_that_fold_it(admin_user: User) -> None:
    topic = make_topic()
    one = make_article(topics=[topic], quality=9)
    two = make_article(topics=[topic], related=[one])
    story = story_of(one)
    with one_event() as raised:
        decide(admin_user, Desk([story]).choose_lead(story, two.pk))
    assert Story.objects.get(pk=story).lead == two
    assert raised[0].stories == {story}
    # Its page shows another article for the story.
    assert (raised[0].topics, raised[0].listings) == ({topic.pk}, True)


@pytest.mark.parametrize("model", [StoryDecision, StoryLead])
def test_rows_of_decisions_are_named_when_they_come_and_go(model: type[Any]) -> None:
    article = make_article(related=[make_article()])
    with one_event() as raised:
        row = model.objects.create(article=article)
    assert article.pk in raised[0].articles
    assert story_of(article) in raised[0].stories
    with one_event() as raised:
        row.delete()
    assert article.pk in raised[0].articles


def test_a_link_that_goes_names_the_story_that_it_held_together() -> None:
    target = make_article()
    article = make_article(related=[target])
    story = story_of(article)
    with one_event() as raised:
        RelatedLink.objects.get().delete()
    assert raised[0].articles == {article.pk, target.pk}
    assert raised[0].stories == {story, story_of(article), story_of(target)}


def test_a_link_that_is_led_elsewhere_names_the_stories_of_both_targets() -> None:
    old, new = make_article(heat=90), make_article(heat=90)
    article = make_article(related=[old])
    stories = {story_of(old), story_of(new)}
    with one_event() as raised:
        link = RelatedLink.objects.get()
        link.target = new
        link.save()
    assert raised[0].articles == {article.pk, new.pk}
    assert raised[0].stories == stories


def test_a_member_that_is_withdrawn_names_the_story_that_it_leaves() -> None:
    other = make_article()
    article = make_article(related=[other])
    story = story_of(article)
    with one_event() as raised:
        edit_articles([article.pk], removed=True)
    assert story in raised[0].stories
    assert raised[0].stories >= {story_of(other)}


def test_settling_without_anything_to_do_raises_nothing() -> None:
    make_article()
    with events() as raised:
        update_stories()
    assert raised == []


def test_topics_whose_folding_changes_are_named() -> None:
    topic = make_topic()
    one, two = make_article(topics=[topic]), make_article(topics=[topic])
    with one_event() as raised:
        RelatedLink.objects.create(article=one, target=two)
    assert ArticleTopic.objects.filter(folded_from=None).count() == 1
    assert (raised[0].topics, raised[0].listings) == ({topic.pk}, True)


@pytest.mark.parametrize("command", ["rebuild_stories", "rebuild_search"])
def test_a_rebuild_may_have_changed_anything(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    make_article()
    with one_event() as raised:
        call_command(command)
    assert raised[0].everything
