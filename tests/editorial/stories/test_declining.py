"""Proposals that editors declined: they stay away until another article speaks for them, and undo brings them back."""

import pytest
from django.contrib.auth.models import User

from articles.editorial.stories.declining import decline, propose_again
from articles.editorial.stories.suggestions import Proposal, Suggestions, proposals_with, suggest, suggestions_for
from articles.editorial.undo import undo
from articles.models import Action, ActionTarget, Article, StoryComparison, StoryEvidence, StoryMember
from tests.support.factories import TIME
from tests.support.proposals import DAY, account, put_together, say
from tests.support.stories import story_of

pytestmark = pytest.mark.django_db


def recent(kind: str = "") -> Suggestions:
    return suggest(TIME - 14 * DAY, TIME + DAY, kind=kind)


def not_so(proposal: Proposal, user: User | None = None) -> Action:
    action = decline(user, [(pair, proposal.is_cut) for pair in proposal.pairs], "Not so")
    assert action is not None
    return action


def a_join() -> tuple[Article, Article, Article]:
    """Return two articles of one story, and one of another that it may be one with."""
    one, more, other = account("Wiz finds a hole"), account("Hole found"), account("Chaos", 3)
    put_together(one, more)
    say(one, other, 0.2)
    return one, more, other


def a_cut() -> list[Article]:
    """Return two pairs of articles that little joins into one story."""
    a, b, x, y = (account(title) for title in ("Trams at night", "Night trams", "Whale seen", "A whale"))
    put_together(a, b, x, y)
    for one, other, score in ((a, b, 0.5), (x, y, 0.5), (b, x, 0.03)):
        say(one, other, score)
    return [a, b, x, y]


def test_a_declined_join_comes_back_only_when_another_article_speaks_for_it() -> None:
    one, more, other = a_join()
    [join] = recent().joins
    not_so(join)
    assert recent() == Suggestions([], [])
    assert suggestions_for(story_of(other)).joins == []
    assert proposals_with([join.key]) == []
    # The same pair with other numbers, as after an edit or with other words of the site, is nothing new.
    StoryEvidence.objects.update(score=0.3, likeness=0.7)
    assert recent().joins == []
    say(other, more, 0.1)
    assert [set(each.pairs) for each in recent().joins] == [{(one.pk, other.pk), (more.pk, other.pk)}]


def test_a_declined_cut_comes_back_only_with_other_articles() -> None:
    _a, _b, x, y = a_cut()
    [split] = recent().splits
    assert split.ids == (x.pk, y.pk)
    not_so(split)
    assert recent().splits == []
    # One that leaves is no reason to ask again, one that comes is.
    z = account("The whale again")
    StoryMember.objects.filter(article=z).update(story=story_of(x))
    assert recent().splits == []
    say(x, z, 0.5)
    assert [each.ids for each in recent().splits] == [(x.pk, y.pk, z.pk)]
    StoryMember.objects.filter(article=z).delete()
    assert recent().splits == []


def test_a_declined_cut_comes_back_when_something_else_holds_it() -> None:
    a, b, x, _y = a_cut()
    not_so(recent().splits[0])
    StoryEvidence.objects.filter(one=b, other=x).delete()
    say(a, x, 0.02)
    assert len(recent().splits) == 1


def test_what_was_said_of_a_join_says_nothing_about_a_cut() -> None:
    _a, b, x, _y = a_cut()
    StoryComparison.objects.create(article=x, other=b, same=False)
    assert len(recent().splits) == 1


def test_declined_proposals_are_listed_and_can_be_made_again() -> None:
    a_join()
    a_cut()
    shown = recent()
    for each in shown.every():
        not_so(each)
    declined = recent("declined")
    assert {each.key for each in declined.every()} == {each.key for each in shown.every()}
    assert proposals_with([each.key for each in shown.every()], declined=True) == declined.every()
    propose_again(None, declined.joins[0].pairs, "Again")
    assert recent().every() == shown.joins
    assert recent("declined").every() == shown.splits
    assert propose_again(None, [(1, 2)], "Again") is None


def test_declining_is_an_action_that_can_be_undone() -> None:
    ada = User.objects.create_user("ada")
    one, _, other = a_join()
    shown = recent()
    action = not_so(shown.joins[0], ada)
    assert (action.user, action.kind) == (ada, "story not so")
    stories = {story_of(one).pk, story_of(other).pk}
    assert stories <= set(ActionTarget.objects.filter(action=action).values_list("object_id", flat=True))
    # What has been said before is no action.
    assert decline(ada, [((other.pk, one.pk), False)], "Again") is None
    assert undo(action, ada).left == []
    assert recent() == shown
    again = not_so(shown.joins[0], ada)
    forgotten = propose_again(ada, shown.joins[0].pairs, "Again")
    assert forgotten is not None
    undo(forgotten, ada)
    assert recent().joins == []
    assert again.pk != action.pk


def test_a_later_word_about_the_same_pair_counts_whatever_its_order() -> None:
    one, _, other = a_join()
    [join] = recent().joins
    not_so(join)
    decline(None, [((other.pk, one.pk), True)], "One event")
    assert recent().joins == [join]
    assert StoryComparison.objects.count() == 1


def test_what_editors_said_goes_with_the_articles() -> None:
    one, *_ = a_join()
    not_so(recent().joins[0])
    one.delete()
    assert not StoryComparison.objects.exists()
