"""What editors plan about stories: that the preview is what happens, and that it can be undone."""

import random
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from articles.changes import stories_at_the_end
from articles.editorial.edits import edit_articles
from articles.editorial.stories.apply import carry_out
from articles.editorial.stories.planning import Desk, Plan, fingerprint
from articles.editorial.undo import undo
from articles.models import Article, Story, StoryDecision, StoryLead, StoryMember
from articles.stories import rebuild_stories
from tests.support.factories import make_article, make_reference
from tests.support.plans import foreseen, link, make_chain, partition, story_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada")


def titles(article: Article) -> set[str]:
    return set(Article.objects.filter(member__story=story_of(article)).values_list("title", flat=True))


def do(user: User, desk: Desk, plan: Plan) -> None:
    """Carry a plan out, and see that what happens is what was foreseen, that it lasts, and that undo takes it back."""
    before, expected = partition(), foreseen(desk, plan)
    action = carry_out(user, plan, "story", "Decided", "a reason")
    assert expected <= partition()
    kept = partition()
    rebuild_stories()
    assert partition() == kept
    assert action is not None
    assert undo(action, user).left == []
    assert partition() == before
    carry_out(user, plan, "story", "Decided", "a reason")


def test_articles_are_taken_out_each_alone(ada: User) -> None:
    a, _b, c, d = make_chain(*"abcd")
    desk = Desk([story_of(a)])
    do(ada, desk, desk.take_out(story_of(a), [c.pk, d.pk]))
    assert [titles(each) for each in (a, c, d)] == [{"a", "b"}, {"c"}, {"d"}]
    assert set(StoryDecision.objects.values_list("reason", flat=True)) == {"a reason"}


def test_what_a_bridge_held_together_falls_apart_or_is_kept(ada: User) -> None:
    a, b, _c, d = make_chain(*"abcd")
    desk = Desk([story_of(a)])
    plan = desk.take_out(story_of(a), [b.pk])
    assert sorted(len(group.nodes) for group in desk.outcome(plan)) == [1, 1, 2]
    do(ada, desk, desk.keep_together(plan, story_of(a), [b.pk]))
    assert titles(a) == {"a", "c", "d"}
    link(make_article(title="late"), d)
    assert titles(a) == {"a", "c", "d", "late"}


def test_several_are_split_off_together(ada: User) -> None:
    a, b, _c, _d, e = make_chain(*"abcde")
    desk = Desk([story_of(a)])
    do(ada, desk, desk.split(story_of(a), [b.pk, e.pk]))
    assert titles(b) == {"b", "e"}
    assert Story.objects.get(members=e.pk).lead == b
    link(b, a)
    assert titles(b) == {"b", "e"}


def test_articles_move_to_another_story(ada: User) -> None:
    a, b, c = make_chain(*"abc")
    x, _y = make_chain(*"xy")
    desk = Desk([story_of(a), story_of(x)])
    do(ada, desk, desk.move(story_of(a), [b.pk, c.pk], story_of(x)))
    assert titles(x) == {"x", "y", "b", "c"}
    assert titles(a) == {"a"}


def test_another_story_is_joined_and_both_go_on_growing(ada: User) -> None:
    a, b = make_chain(*"ab")
    x, y = make_chain(*"xy")
    desk = Desk([story_of(a), story_of(x)])
    do(ada, desk, desk.join(story_of(a), story_of(x)))
    assert StoryDecision.objects.count() == 1
    for old in (b, y):
        link(make_article(title=f"late {old}"), old)
    assert titles(a) == {"a", "b", "x", "y", "late b", "late y"}


def test_a_story_whose_members_have_all_been_decided_about_is_joined_whole(ada: User) -> None:
    a, _b = make_chain(*"ab")
    x, y = make_article(title="x"), make_article(title="y")
    StoryDecision.objects.create(article=x, joins=y)
    StoryDecision.objects.create(article=y, joins=x)
    desk = Desk([story_of(a), story_of(x)])
    do(ada, desk, desk.join(story_of(a), story_of(x)))
    assert titles(a) == {"a", "b", "x", "y"}


def test_who_went_with_an_article_stays_when_it_leaves(ada: User) -> None:
    a, b, c, d = make_chain(*"abcd")
    desk = Desk([story_of(a)])
    carry_out(ada, desk.split(story_of(a), [b.pk, c.pk, d.pk]), "story", "", "")
    assert set(StoryDecision.objects.filter(joins=b).values_list("article__title", flat=True)) == {"c", "d"}
    desk = Desk([story_of(b)])
    do(ada, desk, desk.take_out(story_of(b), [b.pk]))
    assert titles(c) == {"c", "d"}
    assert titles(b) == {"b"}


def test_links_decide_again_about_what_is_released(ada: User) -> None:
    a, _b, c = make_chain(*"abc")
    StoryDecision.objects.create(article=c)
    desk = Desk([story_of(c)])
    assert desk.release([a.pk]) == Plan()
    do(ada, desk, desk.release([c.pk]))
    assert titles(a) == {"a", "b", "c"}


def test_an_editor_chooses_the_lead_and_lets_heat_choose_again(ada: User) -> None:
    a, b, c = make_chain(*"abc")
    for lead, expected in ((b, b), (c, c), (b, b), (None, a)):
        desk = Desk([story_of(a)])
        do(ada, desk, desk.choose_lead(story_of(a), lead.pk if lead else None))
        assert Story.objects.get(members=a.pk).lead == expected
    assert not StoryLead.objects.exists()


def test_an_outcome_is_told_from_another(ada: User) -> None:
    a, b, c = make_chain(*"abc")
    desk = Desk([story_of(a)])
    plan = desk.take_out(story_of(a), [c.pk])
    seen = fingerprint(desk.outcome(plan))
    assert seen == fingerprint(Desk([story_of(a)]).outcome(plan)) != fingerprint(desk.before())
    edit_articles([b.pk], removed=True)
    assert seen != fingerprint(Desk([story_of(a)]).outcome(plan))


def random_plan(rng: random.Random, desk: Desk, stories: list[int]) -> Plan:
    story, *others = rng.sample(stories, len(stories))
    members = sorted(desk.members(story))
    ids = rng.sample(members, rng.randint(1, len(members)))
    plans: list[Callable[[], Plan]] = [
        lambda: desk.take_out(story, ids),
        lambda: desk.keep_together(desk.take_out(story, ids), story, ids),
        lambda: desk.keep_together(desk.split(story, ids), story, ids),
        lambda: desk.release(ids),
        lambda: desk.choose_lead(story, ids[0]),
    ]
    if others:
        plans += [
            lambda: desk.move(story, ids, others[0]),
            lambda: desk.join(story, others[0]),
            lambda: desk.keep_together(desk.move(story, ids, others[0]), story, ids),
        ]
    return rng.choice(plans)()


@pytest.mark.parametrize("seed", range(8))
def test_what_is_foreseen_happens_and_is_undone_whatever_was_decided_before(ada: User, seed: int) -> None:
    rng = random.Random(seed)
    with stories_at_the_end():
        articles = [make_article(heat=rng.randint(-1, 90), published=rng.random() < 0.8) for _ in range(9)]
        articles += [make_reference() for _ in range(3)]
        for _ in range(9):
            link(*rng.sample(articles, 2))
    for _ in range(12):
        stories = sorted(set(StoryMember.objects.values_list("story_id", flat=True)))
        chosen = rng.sample(stories, min(2, len(stories)))
        desk = Desk(chosen)
        plan = random_plan(rng, desk, chosen)
        if plan.decisions or plan.leads:
            expected, before = foreseen(desk, plan), partition()
            action = carry_out(ada, plan, "story", "Decided", "")
            assert expected <= partition()
            if action and rng.random() < 0.3:
                assert undo(action, ada).left == []
                assert partition() == before
