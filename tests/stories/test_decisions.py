"""What editors decide about stories, and that neither imports nor rebuilds undo it."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from articles.editorial.edits import edit_articles
from articles.models import Article, StoryDecision, StoryLead
from articles.stories import rebuild_stories
from articles.stories.ranking import rank_of
from tests.support.factories import TIME, make_article
from tests.support.import_runs import run_import
from tests.support.stories import link, story_of

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


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


def test_an_article_that_an_editor_takes_out_stays_out(tmp_path: Path, write_article: Write) -> None:
    entry = {
        "title": '"B"',
        "webUrl": '"https://a.example/b"',
        "provider": "{name: A, domain: a.example}",
        "publishedDateTime": "2023-08-31T00:00:00Z",
    }
    write_article("a.md", webUrl='"https://a.example/a"', related=[entry])
    write_article("b.md", title='"B"', webUrl='"https://a.example/b"')
    run_import(tmp_path / "site")
    one, other = (Article.objects.get(source_path=path) for path in ("a.md", "b.md"))
    assert story_of(one) == story_of(other)
    decision = StoryDecision.objects.create(article=other)
    assert story_of(one) != story_of(other)
    write_article("a.md", title='"Changed"', webUrl='"https://a.example/a"', related=[entry])
    run_import(tmp_path / "site")
    rebuild_stories()
    assert story_of(one) != story_of(other)
    decision.delete()
    assert story_of(one) == story_of(other)


def test_what_an_editor_decided_about_a_reference_outlives_the_lists_that_name_it(
    tmp_path: Path, write_article: Write
) -> None:
    entry = {
        "title": '"B"',
        "webUrl": '"https://b.example/b"',
        "provider": "{name: B, domain: b.example}",
        "publishedDateTime": "2023-08-31T00:00:00Z",
    }
    write_article("a.md", related=[entry])
    run_import(tmp_path / "site")
    reference = Article.objects.get(is_reference=True)
    StoryDecision.objects.create(article=reference)
    write_article("a.md", related=[])
    run_import(tmp_path / "site")
    write_article("a.md", related=[entry])
    run_import(tmp_path / "site")
    assert StoryDecision.objects.get().article == reference
    assert story_of(reference) != story_of(Article.objects.get(is_reference=False))


def test_an_article_that_an_editor_moves_goes_with_the_other_story() -> None:
    here, moved, there, friend = (make_article(title=title) for title in ("Here", "Moved", "There", "Friend"))
    link(here, moved)
    link(there, friend)
    decision = StoryDecision.objects.create(article=moved, joins=friend)
    assert story_of(moved) == story_of(there) != story_of(here)
    decision.joins = here
    decision.save()
    assert story_of(moved) == story_of(here) != story_of(there)
