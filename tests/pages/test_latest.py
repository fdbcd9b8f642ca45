"""The latest stories of the front page: in true order, with runs of one provider folded in place."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from articles.changes import stories_at_the_end
from articles.models import Article, Provider
from articles.pages.front import CANDIDATES, LATEST, choose_leads
from articles.pages.latest import LEAST_FOLDED, MOST_FOLDED, Entry, Lead, ids_of, runs_of
from articles.preferences.choices import Choices
from tests.support.choices import VISIT, back_from, choose
from tests.support.factories import TIME, make_article, make_provider
from tests.support.stories import link


def leads_of(providers: str, start: dt.datetime = TIME) -> list[Lead]:
    """Return a lead for each letter, a minute older each; the letter is its provider and its place its id."""
    return [Lead(number, name, start - dt.timedelta(minutes=number), number) for number, name in enumerate(providers)]


@pytest.mark.parametrize(
    ("providers", "number", "runs"),
    [
        ("", 6, []),
        ("abc", 6, [(0,), (1,), (2,)]),
        ("aab", 6, [(0,), (1,), (2,)]),
        ("aaab", 6, [(0, 1, 2), (3,)]),
        ("aaaabbbbc", 6, [(0, 1, 2, 3), (4, 5, 6, 7), (8,)]),
        # Nothing follows: there is nothing to make room for.
        ("aaaaaaaa", 6, [(0,), (1,), (2,), (3,), (4,), (5,)]),
        ("aaaabbbb", 6, [(0, 1, 2, 3), (4,), (5,), (6,), (7,)]),
        ("aaaabbbbc", 2, [(0, 1, 2, 3), (4,)]),
        ("abaaab", 6, [(0,), (1,), (2, 3, 4), (5,)]),
    ],
)
def test_runs_of_a_provider_are_folded_where_others_follow(providers: str, number: int, runs: list[Any]) -> None:
    found = runs_of(leads_of(providers), number)
    assert [(run.lead, *run.folded) for run in found] == runs


def test_a_long_run_shows_a_headline_now_and_then() -> None:
    runs = runs_of(leads_of("a" * (2 * MOST_FOLDED + 5) + "b"), 9)
    assert [len(run.folded) for run in runs] == [MOST_FOLDED, MOST_FOLDED, LEAST_FOLDED, 0]


def test_no_fold_hides_which_of_its_headlines_are_new() -> None:
    seen = TIME - dt.timedelta(minutes=3)
    assert [(run.lead, *run.folded) for run in runs_of(leads_of("aaaaaaab"), 6, seen)] == [
        (0, 1, 2),
        (3, 4, 5, 6),
        (7,),
    ]


@given(st.text("abc", max_size=80), st.integers(1, 8))
def test_nothing_newer_than_the_last_headline_is_missing(providers: str, number: int) -> None:
    runs = runs_of(leads_of(providers), number)
    ids = ids_of(runs)
    assert ids == list(range(len(ids)))
    assert len(runs) == number or len(ids) == len(providers)


# -- On the page --------------------------------------------------------------------------


def latest(client: Client) -> list[Entry]:
    entries: list[Entry] = client.get("/").context["latest"]
    return entries


def titles(entries: Sequence[Entry]) -> list[Any]:
    """Return the headlines, those folded below one as a list after it."""
    found: list[Any] = []
    for entry in entries:
        found += [entry.card.title, *([[each.title for each in entry.fold.headlines]] if entry.fold else [])]
    return found


@stories_at_the_end()
def fill(names: str, start: dt.datetime = TIME, minutes: float = 10) -> list[Article]:
    """Make five top stories, and then a story for each letter, each older than the one before."""
    for number in range(5):
        make_article(
            title=f"Top {number}", heat=5000, published_date_time=start, provider=make_provider(f"top{number}.example")
        )
    return [
        make_article(
            title=f"{name} {number}",
            heat=1,
            published_date_time=start - dt.timedelta(minutes=minutes * number),
            provider=make_provider(f"{name}.example"),
        )
        for number, name in enumerate(names)
    ]


def summaries(client: Client) -> list[str]:
    """Return the lines of folds as they are read."""
    found = re.findall(r"<summary>(.*?)</summary>", client.get("/").content.decode(), re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", "", each).split()) for each in found]


@pytest.mark.django_db
def test_the_front_page_folds_runs_in_place(client: Client) -> None:
    fill("aaaabccd")
    assert titles(latest(client)) == ["a 0", ["a 1", "a 2", "a 3"], "b 4", "c 5", "c 6", "d 7"]
    assert summaries(client) == ["3 more from A.Example, 11:30 to 11:50"]
    html = client.get("/").content.decode()
    assert (
        html.index("a 0</a>") < html.index('<details class="more-from') < html.index("a 1</a>") < html.index("b 4</a>")
    )
    assert all(html.count(f">a {number}</a>") == 1 for number in range(4))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("minutes", "line"),
    [
        (0.1, "3 more from A.Example, 11:59"),
        (60, "3 more from A.Example, 09:00 to 11:00"),
        (24 * 60, "3 more from A.Example, 29 Aug 2023 to 31 Aug 2023"),
        # The headline above is of another day, which times alone would claim for these, too.
        (5 * 60, "3 more from A.Example, 31 Aug 2023 to 1 Sep 2023"),
    ],
)
def test_a_fold_says_from_when_its_stories_are(client: Client, minutes: float, line: str) -> None:
    fill("aaaab", minutes=minutes)
    assert summaries(client) == [line]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "line"),
    [("de", "3 weitere von A.Example, 11:30 bis 11:50"), ("ar", "3 قصص أخرى من A.Example، من 11:30 إلى 11:50")],
)
def test_folds_speak_the_language_of_the_page(client: Client, language: str, line: str) -> None:
    fill("aaaab")
    with translation.override(language):
        assert summaries(client) == [line]


@pytest.mark.django_db
def test_no_provider_pushes_newer_stories_of_others_or_its_own_out_of_the_list(client: Client) -> None:
    fill("abaaaaaacaaaaad" * 3)
    entries = latest(client)
    assert len(entries) == LATEST
    on_page = {each.title for entry in entries if entry.fold for each in entry.fold.headlines}
    on_page |= {entry.card.title for entry in entries} | {f"Top {number}" for number in range(5)}
    newer = Article.objects.filter(published_date_time__gte=entries[-1].card.published_date_time)
    assert set(newer.values_list("title", flat=True)) <= on_page


@pytest.mark.django_db
def test_a_story_is_as_new_as_its_lead(client: Client) -> None:
    [story, *_] = fill("xabc", start=TIME)[::-1]
    late = make_article(
        published=False, published_date_time=TIME + dt.timedelta(days=1), provider=make_provider("y.example")
    )
    link(story, late)
    entries = latest(client)
    assert titles(entries) == ["x 0", "a 1", "b 2", "c 3"]
    assert entries[-1].card.story is not None


@pytest.mark.django_db
def test_a_fold_is_right_after_its_articles_have_changed(client: Client) -> None:
    first, second, *_ = fill("aaaaab")
    assert titles(latest(client))[1] == ["a 1", "a 2", "a 3", "a 4"]
    second.title = "Corrected"
    second.save()
    assert "Corrected</a>" in client.get("/").content.decode()
    Article.objects.get(pk=first.pk).delete()
    assert titles(latest(client)) == ["Corrected", ["a 2", "a 3", "a 4"], "b 5"]
    provider = Provider.objects.get(domain="a.example")
    provider.name = "Renamed"
    provider.save()
    assert summaries(client) == ["3 more from Renamed, 11:20 to 11:40"]


@pytest.mark.django_db
def test_what_is_to_come_joins_the_run_at_its_time(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    fill("aaab", start=now - dt.timedelta(days=3))
    make_article(
        title="Soon", heat=1, published_date_time=now + dt.timedelta(minutes=5), provider=make_provider("a.example")
    )
    assert titles(latest(client)) == ["a 0", ["a 1", "a 2"], "b 3"]
    monkeypatch.setattr(timezone, "now", lambda: now + dt.timedelta(minutes=6))
    assert titles(latest(client)) == ["Soon", ["a 0", "a 1", "a 2"], "b 3"]


@pytest.mark.django_db
def test_readers_do_not_meet_what_they_hide_in_folds(client: Client) -> None:
    fill("aabaacd")
    choose(client, Choices(muted_providers=("b.example",)))
    assert titles(latest(client)) == ["a 0", ["a 1", "a 3", "a 4"], "c 5", "d 6"]
    assert client.get("/").context["hidden"].count == 1


@pytest.mark.django_db
def test_the_line_after_what_is_new_stands_between_folds(client: Client) -> None:
    fill("aaaaaaaab", start=VISIT + dt.timedelta(minutes=35))
    choose(client, back_from(VISIT))
    html = client.get("/").content.decode()
    assert titles(latest(client)) == ["a 0", ["a 1", "a 2", "a 3"], "a 4", ["a 5", "a 6", "a 7"], "b 8"]
    assert html.index("a 3</a>") < html.index("Seen before") < html.index("a 4</a>")


@pytest.mark.django_db
def test_a_page_has_only_so_many_headlines_however_many_are_newer() -> None:
    leads = leads_of(("a" * 30 + "b") * 7)
    assert len(ids_of(runs_of(leads, LATEST))) <= LATEST * (MOST_FOLDED + 1) < CANDIDATES
    assert choose_leads(5, LATEST).latest == []
