"""How well the rule for events agrees with pairs that were labelled by hand."""

from pathlib import Path

import pytest

from articles.content.web_addresses import normal_address
from articles.models import Article, Story
from tests.support.import_runs import run_import
from tests.support.story_pairs import (
    GERMAN,
    Measure,
    Pair,
    Site,
    measure,
    measure_stored,
    read_german,
    read_pairs,
    read_site,
    spans,
)


@pytest.fixture(scope="module")
def labelled() -> list[Pair]:
    return read_german()[1] + read_pairs()


def sites(corpora: Path) -> dict[str, Site]:
    return {GERMAN: read_german()[0]} | {name: read_site(corpora / name) for name in ("azure-sample", "powerapps")}


def test_there_are_pairs_of_both_kinds_and_many_are_held_back(labelled: list[Pair]) -> None:
    assert len(labelled) >= 400
    assert len({frozenset((pair.one, pair.other)) for pair in labelled}) == len(labelled)
    held = [pair for pair in labelled if pair.held_back]
    assert len(held) >= 220
    assert min(sum(pair.same for pair in held), sum(not pair.same for pair in held)) >= 100


def test_no_article_is_in_both_halves(labelled: list[Pair]) -> None:
    halves = [
        {key for pair in labelled if pair.held_back is half for key in (pair.one, pair.other)} for half in (False, True)
    ]
    assert halves[0].isdisjoint(halves[1])


def test_made_up_german_events_come_out_right() -> None:
    site, pairs = read_german()
    found = measure(pairs, {GERMAN: site})
    assert (found.precision, found.recall) >= (0.95, 0.7)
    assert found.recall >= 0.7


def test_pairs_that_were_held_back_come_out_right(corpora: Path, labelled: list[Pair]) -> None:
    found = measure([pair for pair in labelled if pair.held_back], sites(corpora))
    assert found.precision >= 0.95
    assert found.recall >= 0.7


def test_fresh_pairs_that_were_drawn_at_random_come_out_right(corpora: Path, labelled: list[Pair]) -> None:
    fresh = read_pairs("fresh")
    known = {frozenset((pair.one, pair.other)) for pair in labelled}
    assert known.isdisjoint(frozenset((pair.one, pair.other)) for pair in fresh)
    assert len(fresh) >= 120
    found = measure(fresh, sites(corpora))
    assert found.precision >= 0.95
    assert found.recall >= 0.7


def test_events_of_a_real_site_end_soon(corpora: Path) -> None:
    days = spans(read_site(corpora / "azure-sample"))
    assert len(days) > 300
    assert days[len(days) // 2] <= 2
    assert days[int(len(days) * 0.95)] <= 10
    assert days[-1] <= 14


def measure_imported(folder: Path) -> Measure:
    """Import a site, and compare the stories that the database has with the pairs that were never used for tuning."""
    run_import(folder)
    rows = Article.objects.filter(member__isnull=False).values_list("web_url", "original_url", "member__story_id")
    story_of = {normal_address(web or original): story for web, original, story in rows}
    pairs = [pair for pair in [*read_pairs(), *read_pairs("fresh")] if pair.site == folder.name]
    return measure_stored([pair for pair in pairs if pair.held_back], story_of)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "right"), [("azure-sample", 200), ("powerapps", 30)])
def test_what_is_imported_comes_out_right_too(corpora: Path, name: str, right: int) -> None:
    """The same of what a database has, whichever it is."""
    found = measure_imported(corpora / name)
    assert found.right >= right
    assert found.precision >= 0.95
    assert found.recall >= 0.7
    # That of one address is one story, whenever it was published.
    alone = Story.objects.filter(size__gt=2).values_list("first", "last")
    days = sorted((last - first).total_seconds() / 86_400 for first, last in alone)
    assert days[int(len(days) * 0.95)] <= 10
    assert days[-1] <= 14
