"""Several cuts and joins that are planned at once: each comes out as it would alone, and one undo takes all back."""

import pytest
from django.contrib.auth.models import User

from articles.editorial.stories.apply import carry_out
from articles.editorial.stories.planning import Desk
from articles.editorial.undo import undo
from articles.models import Article, StoryDecision, StoryMember
from articles.stories import rebuild_stories
from tests.support.factories import make_article
from tests.support.plans import foreseen, make_chain, partition, story_of

pytestmark = pytest.mark.django_db

Splits = list[tuple[int, list[int]]]
Joins = list[tuple[int, int]]


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


def stories() -> set[frozenset[str]]:
    return {
        frozenset(Article.objects.filter(member__story=story).values_list("title", flat=True))
        for story in StoryMember.objects.values_list("story", flat=True).distinct()
    }


def do(user: User, splits: Splits, joins: Joins) -> set[frozenset[str]]:
    """Do all of that, see that it is what was foreseen, that it lasts and that it can be undone; return the stories."""
    desk = Desk({*(story for story, _ids in splits), *(pk for pair in joins for pk in pair)})
    plan = desk.several(splits, joins)
    before, expected = partition(), foreseen(desk, plan)
    action = carry_out(user, plan, "story proposals", "Accepted", "a reason")
    assert action is not None
    assert expected <= partition()
    result = stories()
    rebuild_stories()
    assert stories() == result
    assert undo(action, user).left == []
    assert partition() == before
    return result


def sets(*texts: str) -> set[frozenset[str]]:
    return {frozenset(text) for text in texts}


def test_two_parts_leave_one_story(ada: User) -> None:
    a, b, c, d, e, f = make_chain(*"abcdef")
    story = story_of(a)
    assert do(ada, [(story, [c.pk, d.pk]), (story, [e.pk, f.pk])], []) == sets("ab", "cd", "ef")
    assert b


def test_stories_that_joins_connect_become_one(ada: User) -> None:
    singles = [make_article(title=title, heat=9) for title in "xyz"]
    a, _ = make_chain(*"ab")
    x, y, z = map(story_of, singles)
    assert do(ada, [], [(x, y), (y, z), (z, story_of(a))]) == sets("abxyz")


def test_one_article_joins_two_stories(ada: User) -> None:
    """The single one has room for one decision only, whichever of the pairs comes first."""
    a, _ = make_chain(*"ab")
    c, _ = make_chain(*"cd")
    x = story_of(make_article(title="x"))
    assert do(ada, [], [(story_of(a), x), (story_of(c), x)]) == sets("abcdx")


def test_a_story_loses_a_part_and_is_joined_with_another(ada: User) -> None:
    a, _b, c, d = make_chain(*"abcd")
    x = make_article(title="x")
    for one, other in ((a, x), (x, a)):
        splits = [(story_of(a), [c.pk, d.pk])]
        assert do(ada, splits, [(story_of(one), story_of(other))]) == sets("abx", "cd")


def test_what_an_earlier_decision_joined_to_a_part_stays_with_the_rest(ada: User) -> None:
    a, _b, c, d = make_chain(*"abcd")
    follower = make_article(title="f")
    StoryDecision.objects.create(article=follower, joins=c)
    assert do(ada, [(story_of(a), [c.pk, d.pk])], []) == sets("abf", "cd")
