"""Stories that may be one or two, and why."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from articles.editorial.stories.loose_parts import Account, cut_points, loose_parts
from articles.editorial.stories.similar_titles import Headline, similar_pairs, telling_words
from articles.editorial.stories.suggestions import (
    duration,
    joins_for,
    newest_time,
    splits_of,
    suggest_joins,
    suggest_splits,
)
from articles.models import Article, RelatedLink, Story, StoryDecision
from articles.stories import components
from tests.support.factories import TIME, make_article

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


# -- Pure ---------------------------------------------------------------------------------


def found_pairs(*titles: str, apart: dt.timedelta = HOUR) -> set[tuple[int, int]]:
    headlines = [Headline(number, title, TIME + number * apart) for number, title in enumerate(titles)]
    return {(pair.one.story, pair.other.story) for pair in similar_pairs(headlines)}


OTHERS = [f"Entirely different words number{number} here{number} again{number}" for number in range(20)]


def test_titles_that_share_their_telling_words_are_alike() -> None:
    titles = ["Trams will run all night in Port Ellery", "Port Ellery trams run through the night", *OTHERS]
    assert found_pairs(*titles) == {(0, 1)}
    assert found_pairs(*titles, apart=5 * DAY) == set()


def test_the_same_short_title_is_alike_and_words_that_tell_nothing_are_not() -> None:
    assert found_pairs("Trams stop", "Trams stop!", *OTHERS) == {(0, 1)}
    assert found_pairs("What you need about the news", "What you need about this news", *OTHERS) == {(0, 1)}
    assert telling_words("What you can do about it") == frozenset()
    assert found_pairs("What you can do about it", "What you can do about it", *OTHERS) == set()


@given(st.lists(st.text(alphabet="abc xyz&;", max_size=20), max_size=12))
def test_pairs_are_the_same_whatever_the_order(titles: list[str]) -> None:
    headlines = [Headline(number, title, TIME) for number, title in enumerate(titles)]
    pairs = similar_pairs(headlines)
    assert pairs == similar_pairs(headlines[::-1])
    assert all(0 < pair.alike <= 1.0000001 and pair.one.story < pair.other.story for pair in pairs)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25))
def test_cut_points_are_those_without_which_there_are_more_parts(links: list[tuple[int, int]]) -> None:
    near: dict[int, set[int]] = {node: set() for link in links for node in link}
    for one, other in links:
        if one != other:
            near[one].add(other)
            near[other].add(one)
    whole = len(components(list(near), links))
    expected = []
    for node in sorted(near):
        left = [other for other in near if other != node]
        if len(components(left, links)) > whole - (not near[node]):
            expected.append(node)
    assert cut_points(near) == expected


def accounts_of(**titles: str) -> dict[int, Account]:
    return {ord(key): Account(ord(key), title, TIME) for key, title in titles.items()}


def links_of(text: str) -> list[tuple[int, int]]:
    return [(ord(one), ord(other)) for one, other in text.split()]


def test_two_groups_that_one_link_joins_are_two_when_they_speak_of_different_things() -> None:
    titles = {
        "a": "Trams at night",
        "b": "Night trams run",
        "c": "The trams",
        "x": "Whale seen",
        "y": "A whale sighting",
    }
    links = links_of("ab bc ca xy cx")
    [part] = loose_parts(accounts_of(**titles), links)
    assert (part.ids, part.holder, part.links) == (tuple(map(ord, "xy")), ord("c"), 1)
    assert loose_parts(accounts_of(**titles | {"x": "Trams whale", "y": "Night whale"}), links) == []
    assert loose_parts(accounts_of(**titles), [*links, *links_of("ay bx")]) == []


def test_a_member_at_the_end_of_one_link_is_loose_only_when_far_away_in_time() -> None:
    titles = {"a": "Trams at night", "b": "Night trams run", "c": "The trams", "x": "Whale seen"}
    accounts = accounts_of(**titles)
    links = links_of("ab bc ca ax")
    assert loose_parts(accounts, links) == []
    far = Account(ord("x"), "Whale seen", TIME - 40 * DAY)
    [part] = loose_parts(accounts | {far.id: far}, links)
    assert (part.ids, part.apart) == ((ord("x"),), 40 * DAY)


# -- From the database ----------------------------------------------------------------------


def link(article: Article, *targets: Article) -> None:
    for target in targets:
        RelatedLink.objects.create(article=article, target=target)


def make_titled(*titles: str) -> list[Article]:
    articles = [make_article(title=title) for title in titles]
    for title in OTHERS:
        make_article(title=title)
    return articles


@pytest.mark.django_db
def test_stories_with_similar_titles_are_suggested_with_the_reason(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_titled("Trams will run all night in Port Ellery", "Port Ellery trams &amp; the dear night")
    until = newest_time()
    with django_assert_num_queries(2):
        [join] = suggest_joins(until)
    assert {join.one.title, join.other.title} == {
        "Trams will run all night in Port Ellery",
        "Port Ellery trams & the dear night",
    }
    assert join.reason == "Both titles have “ellery”, “night”, “port”, “trams”; they are 0 hours apart."
    assert suggest_joins(until - 30 * DAY) == []


@pytest.mark.django_db
def test_what_an_editor_decided_about_is_not_suggested_again() -> None:
    one, other = make_titled("Trams will run all night in Port Ellery", "Port Ellery trams run at night, at last")
    StoryDecision.objects.create(article=one)
    assert suggest_joins(newest_time()) == []
    [join] = joins_for(Story.objects.get(members=one.pk))
    assert join.other.story == Story.objects.get(members=other.pk).pk
    assert joins_for(Story.objects.get(members=other.pk)) == []


@pytest.mark.django_db
def test_loose_parts_of_stories_are_suggested_with_the_reason(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    a, b, c, x, y = make_titled("Trams at night", "Night trams run", "The trams", "Whale seen", "A whale sighting")
    link(a, b, c)
    link(b, c)
    link(x, y)
    link(c, x)
    until = newest_time()
    with django_assert_num_queries(4):
        [split] = suggest_splits(until)
    assert split.ids == (x.pk, y.pk)
    assert split.titles == ("Whale seen", "A whale sighting")
    assert "Only “The trams” links these 2 articles with the others" in split.reason
    assert splits_of(Story.objects.get(members=a.pk)) == [split]
    StoryDecision.objects.create(article=x)
    assert suggest_splits(newest_time()) == []


def test_times_are_told_in_hours_then_in_days() -> None:
    assert [duration(each) for each in (HOUR, 47 * HOUR, 2 * DAY)] == ["1 hour", "47 hours", "2 days"]
