"""What editors decide about stories, and that neither imports nor rebuilds undo it."""

import datetime as dt

import pytest

from articles.editorial.edits import edit_articles
from articles.models import Article, RelatedLink, Story, StoryDecision, StoryLead
from articles.stories import rebuild_stories
from articles.stories.ranking import rank_of
from tests.support.factories import TIME, make_article

pytestmark = pytest.mark.django_db


def link(article: Article, *targets: Article) -> None:
    for target in targets:
        RelatedLink.objects.create(article=article, target=target, position=0)


def story_of(article: Article) -> Story:
    return Story.objects.get(members=article.pk)


def test_the_lead_that_an_editor_chose_stays_whatever_changes() -> None:
    hot, chosen, other = (make_article(heat=heat) for heat in (90, -1, 5))
    link(hot, chosen, other)
    StoryLead.objects.create(article=chosen)
    assert story_of(hot).lead == chosen
    edit_articles([other.pk], heat=99)
    rebuild_stories()
    assert story_of(hot).lead == chosen


def test_a_chosen_lead_that_is_not_listed_gives_way_until_it_is() -> None:
    hot, chosen = make_article(heat=90), make_article(heat=1)
    link(hot, chosen)
    StoryLead.objects.create(article=chosen)
    edit_articles([chosen.pk], published=False)
    assert story_of(hot).lead == hot
    edit_articles([chosen.pk], published=True)
    assert story_of(hot).lead == chosen


def test_of_several_chosen_leads_the_latest_counts() -> None:
    one, other = make_article(heat=1), make_article(heat=2)
    StoryLead.objects.create(article=other)
    StoryLead.objects.create(article=one)
    link(one, other)
    assert story_of(one).lead == one
    StoryLead.objects.get(article=one).delete()
    assert story_of(one).lead == other


def test_a_story_is_covered_as_widely_as_before_whoever_leads_it() -> None:
    hot, chosen = make_article(heat=90), make_article(heat=-1, quality=7, published_date_time=TIME)
    link(hot, chosen)
    StoryLead.objects.create(article=chosen)
    assert story_of(hot).rank == rank_of(90, 7, 1, TIME)


def test_two_stories_that_an_editor_joins_are_one_and_grow_on_both_sides() -> None:
    here, there, friend = (make_article(published_date_time=TIME + dt.timedelta(hours=hours)) for hours in range(3))
    link(there, friend)
    decision = StoryDecision.objects.create(article=there, joins=here, keeps_links=True)
    assert story_of(here) == story_of(there) == story_of(friend)
    late = make_article()
    link(late, friend)
    assert story_of(late) == story_of(here)
    rebuild_stories()
    assert story_of(here).size == 4
    decision.delete()
    assert story_of(late) == story_of(there) != story_of(here)
