"""Stories that may be one or two, and why."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from articles.editorial.stories import evident
from articles.editorial.stories.cuts import WEAK, Cut, cuts
from articles.editorial.stories.suggestions import Suggestions, joins_for, newest_time, suggest, suggestions_for
from articles.models import Article, StoryDecision
from articles.stories.likeness import Evidence
from tests.support.factories import TIME
from tests.support.proposals import account, put_together, say
from tests.support.stories import story_of

DAY = dt.timedelta(days=1)


# -- Pure ---------------------------------------------------------------------------------


def ties(text: str, **scores: float) -> list[Evidence]:
    """Return evidence about pairs of letters; ``scores`` has those that are not strong."""
    return [Evidence(*sorted(map(ord, pair)), score=scores.get(pair, 0.5), likeness=0.5) for pair in text.split()]


def parts(found: list[Cut]) -> list[str]:
    return ["".join(map(chr, cut.ids)) for cut in found]


def test_two_groups_that_little_holds_together_may_be_two() -> None:
    assert parts(cuts(ord("a"), ties("ab bc ca xy cx", cx=0.05), [], ())) == ["xy"]
    assert parts(cuts(ord("x"), ties("ab bc ca xy cx", cx=0.05), [], ())) == ["abc"]
    assert cuts(ord("a"), ties("ab bc ca xy cx"), [], ()) == []
    # Another tie holds them, too.
    assert cuts(ord("a"), ties("ab bc ca xy cx by", cx=0.05), [], ()) == []
    # One alone is no more doubtful than any account.
    assert cuts(ord("a"), ties("ab bc ca cx", cx=0.01), [], ()) == []


def test_what_is_sure_is_not_doubted() -> None:
    pair = (ord("a"), ord("x"))
    assert cuts(ord("a"), ties("ab bc ca xy cx", cx=0.05), [pair], ()) == []


def test_a_link_alone_does_not_hold_two_that_files_mean_to_lead() -> None:
    linked = ties("ab", ab=-1.0)
    assert cuts(ord("a"), linked, [], {ord("a")}) == []
    assert parts(cuts(ord("a"), linked, [], {ord("a"), ord("b")})) == ["b"]


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from([-1.0, 0.01, 0.05, 0.3, 1.2])),
        max_size=25,
        unique_by=lambda tie: frozenset(tie[:2]),
    )
)
def test_a_part_leaves_out_the_lead_and_is_held_by_nothing_stronger(rows: list[tuple[int, int, float]]) -> None:
    found = [Evidence(min(one, other), max(one, other), score, 0.5) for one, other, score in rows if one != other]
    seen: set[int] = set()
    for cut in cuts(0, found, [], range(10)):
        ids = set(cut.ids)
        assert 0 not in ids
        assert ids.isdisjoint(seen)
        seen |= ids
        across = [each.score for each in found if (each.one in ids) != (each.other in ids)]
        assert max(across) == cut.evidence.score < WEAK


# -- From the database ----------------------------------------------------------------------


def recent(text: str = "") -> Suggestions:
    return suggest(TIME - 14 * DAY, TIME + DAY, text)


@pytest.mark.django_db
def test_stories_with_evidence_between_them_may_be_one(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    one, more, other = account("Wiz finds a hole"), account("Hole found"), account("Chaos &amp; keys", 3)
    put_together(one, more)
    say(one, other, 0.2)
    say(more, other, 0.1)
    account("Something else")
    with django_assert_num_queries(6):
        [join] = recent().joins
    assert {join.one.title, join.other.title} == {"Wiz finds a hole", "Chaos & keys"}
    assert join.reason == ("“Wiz finds a hole”: 0.62 with “Chaos & keys”, shares Cosmos DB and Wiz, and 1 more pair")
    assert suggest(TIME - 40 * DAY, TIME - 20 * DAY).joins == []
    assert recent("CHAOS").joins == [join]
    assert recent("nothing like it").joins == []


@pytest.mark.django_db
def test_each_of_the_two_stories_names_the_other() -> None:
    one, other = account("One"), account("Other")
    say(one, other, 0.2)
    assert [join.other.title for join in joins_for(story_of(one))] == ["Other"]
    assert [join.other.title for join in joins_for(story_of(other))] == ["One"]


@pytest.mark.django_db
def test_what_an_editor_decided_about_is_not_suggested_again() -> None:
    one, other = account("One"), account("Other")
    StoryDecision.objects.create(article=one)
    say(one, other, 0.2)
    assert recent().joins == []


@pytest.mark.django_db
def test_parts_that_little_holds_are_suggested_with_the_reason(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    a, b, x, y = (account(title) for title in ("Trams at night", "Night trams", "Whale seen", "A whale"))
    story = put_together(a, b, x, y)
    for one, other, score in ((a, b, 0.5), (x, y, 0.5), (b, x, 0.03)):
        say(one, other, score)
    with django_assert_num_queries(6):
        [split] = recent().splits
    assert (split.story, split.ids, split.titles) == (story.pk, (x.pk, y.pk), ("Whale seen", "A whale"))
    assert split.reason == (
        "Only “Whale seen” joins these 2 articles with the others: 0.62 with “Night trams”, shares Cosmos DB and Wiz"
    )
    assert suggestions_for(story).splits == [split]
    StoryDecision.objects.create(article=x, joins=a)
    assert recent().splits == []


@pytest.mark.django_db
def test_articles_of_one_address_stay_together() -> None:
    a, b, x, y = (account(title) for title in ("Trams at night", "Night trams", "Whale seen", "A whale"))
    put_together(a, b, x, y)
    for one, other, score in ((a, b, 0.5), (x, y, 0.5), (b, x, 0.03)):
        say(one, other, score)
    Article.objects.filter(pk__in=[a.pk, x.pk]).update(web_url="https://b.example/same")
    assert recent().splits == []


@pytest.mark.django_db
def test_no_more_is_looked_at_than_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        account(f"Number {number}", number)
    for name, most in (("MAX_STORIES", 4), ("MAX_STORIES", 3), ("MAX_MEMBERS", 2)):
        monkeypatch.setattr(evident, name, most)
        stories, are_all = evident.recent_stories(TIME - 14 * DAY, TIME + DAY)
        assert (len(stories), are_all) == (most, most == 4)
        assert recent().all_looked_at is are_all


@pytest.mark.django_db
def test_the_newest_time_is_that_of_the_last_article() -> None:
    account("Old", 5)
    assert newest_time() == TIME - 5 * DAY
