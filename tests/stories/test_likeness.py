"""What makes two articles accounts of one event."""

from functools import partial
from itertools import count, pairwise

import pytest
from rapidfuzz import fuzz

from articles.stories.candidates import find_evidence, linked_by
from articles.stories.events import Likenesses, events
from articles.stories.likeness import (
    COPY_LETTERS,
    Evidence,
    Sketch,
    evidence,
    heading_of,
    headings_are_alike,
    is_alike_any,
)
from articles.stories.weights import CHUNK, Text, Vocabulary, learn
from articles.stories.words import language_of, words_of

NUMBERS = count(1)
TRAMS = "Trams of Port Ellery will run all night from October"
TRAMS_TOO = "All night trams from October for Port Ellery"
WETLAND = "Restored wetland lowered the storm surge, a survey finds"


def text(title: str, hours: float = 0, provider: int | None = None, excerpt: str = "") -> Text:
    number = next(NUMBERS)
    return Text(number, title, excerpt, number if provider is None else provider, hours)


def compare(one: Text, other: Text, is_linked: bool = False, vocabulary: Vocabulary | None = None) -> Evidence | None:
    known = vocabulary or Vocabulary()
    return evidence(Sketch(one, known), Sketch(other, known), is_linked)


def test_the_words_of_an_article_are_stemmed_in_its_language() -> None:
    english, german = words_of("The trams were running", ""), words_of("Die Straßenbahnen und der Streik", "")
    assert english.counts == {"tram": 2, "run": 2}
    assert set(german.counts) == {"strassenbahn", "streik"}
    assert language_of(["der", "tram", "und", "the"]) == "de"
    assert words_of("Tram", "A tram").counts == {"tram": 3}


def test_two_accounts_of_one_event_have_evidence_that_names_their_words() -> None:
    found = compare(text(TRAMS), text(TRAMS_TOO, hours=5))
    assert found is not None
    assert found.likeness > 0.5
    assert {"trams", "port", "ellery"} & set(found.words)
    assert compare(text(TRAMS), text(WETLAND)) is None


def test_likeness_counts_for_three_days_and_copies_for_two_weeks() -> None:
    assert compare(text(TRAMS), text(TRAMS_TOO, hours=71)) is not None
    assert compare(text(TRAMS), text("October: trams to run all night, says Port Ellery mayor", hours=73)) is None
    copy = compare(text(TRAMS), text(f"{TRAMS}!", hours=13 * 24))
    assert copy is not None
    assert copy.is_copy
    assert compare(text(TRAMS), text(TRAMS, hours=15 * 24)) is None
    assert compare(text(f"{TRAMS} 2023"), text(f"{TRAMS} 2024", hours=100)) is None


def test_a_link_decides_nothing_alone() -> None:
    assert compare(text(TRAMS), text(WETLAND), is_linked=True) is None
    assert compare(text("Trams"), text("Wetland"), is_linked=True) is not None


def test_a_link_joins_what_shares_rare_words_in_another_language() -> None:
    german = text("Nachts Straßenbahn fahren: Was die Leute in Port Ellery davon halten", hours=9)
    assert compare(text(TRAMS), german) is None
    found = compare(text(TRAMS), german, is_linked=True)
    assert found is not None
    assert found.is_only_link
    assert set(found.words) == {"ellery", "port"}


def test_templates_of_one_provider_do_not_join() -> None:
    one, other = "Line 4 closes for repairs on 29 February", "Line 7 closes for repairs on 29 February"
    assert compare(text(one, provider=1), text(other, provider=1)) is None
    again = compare(text("Line 4 closes for repairs", provider=1), text("Line 4 closes for repairs again", provider=1))
    assert again is not None


@pytest.mark.parametrize("provider", [1, 2])
def test_a_word_is_common_where_its_provider_uses_it_always(provider: int) -> None:
    texts = [text(f"Tidings of week{number}", provider=1, hours=number) for number in range(20)]
    texts += [text(f"Something else{number} other{number}", provider=2, hours=30 + number) for number in range(400)]
    weight = learn(texts).weights(["tide"], provider)["tide"]
    assert (weight < 0.5) == (provider == 1)


def test_the_many_accounts_of_one_event_do_not_make_its_words_common() -> None:
    burst = [text(f"Ellery{number % 3} trams", hours=number / 10) for number in range(CHUNK)]
    spread = [
        text(f"Whale number{number}" if number % CHUNK == 0 else "Nothing", hours=5 + number) for number in range(80)
    ]
    vocabulary = learn([*burst, *spread])
    assert vocabulary.words.get("tram", 1) == 1
    weights = vocabulary.weights(["tram", "whale"], 0)
    assert weights["tram"] > weights["whale"]


def test_the_index_finds_what_comparing_all_finds() -> None:
    titles = [TRAMS, TRAMS_TOO, WETLAND, "Storm surge lower thanks to restored wetland", "Trams", f"{TRAMS} again"]
    texts = [text(title, hours=hours) for hours in (0, 20, 75, 200) for title in titles]
    links = linked_by([(texts[4].id, texts[0].id), (texts[8].id, texts[4].id)])
    sketches = [Sketch(each, Vocabulary()) for each in texts]
    pairs = [(one, other) for at, one in enumerate(sketches) for other in sketches[at + 1 :]]
    compared = (evidence(one, other, other.text.id in links.get(one.text.id, ())) for one, other in pairs)
    expected = {each for each in compared if each}
    assert len(expected) > 10
    assert set(find_evidence(texts, links, Vocabulary())) == expected
    about = {texts[0].id}
    assert set(find_evidence(texts, links, Vocabulary(), about)) == {
        each for each in expected if not about.isdisjoint((each.one, each.other))
    }


def by_id(texts: list[Text]) -> dict[int, float]:
    return {each.id: each.hours for each in texts}


def joined(texts: list[Text], found: list[Evidence], alike: bool) -> list[list[int]]:
    hours = by_id(texts)
    providers = {each.id: each.provider for each in texts}
    return sorted(sorted(group) for group in events(hours, providers, [], found, min, lambda *_: alike))


def test_stories_do_not_creep_from_one_event_to_the_next() -> None:
    texts = [text(f"Title {number}", hours=number) for number in range(4)]
    ids = [each.id for each in texts]
    chain = [Evidence(one, other, 0.1, 0.4) for one, other in pairwise(ids)]
    assert joined(texts, chain, alike=True) == [ids]
    assert joined(texts, chain, alike=False) == [ids[:2], ids[2:]]


def test_a_story_spans_two_weeks_at_most() -> None:
    texts = [text(f"Title {number}", hours=number * 70) for number in range(8)]
    ids = [each.id for each in texts]
    chain = [Evidence(one, other, 0.9 - at / 10, 0.4) for at, (one, other) in enumerate(pairwise(ids))]
    assert joined(texts, chain, alike=True) == [ids[:5], ids[5:]]


def test_which_of_two_equally_good_joins_comes_first_does_not_depend_on_ids() -> None:
    found = set()
    for order in ((0, 70, 100), (100, 70, 0)):
        texts = [text(f"Title at {hours}", hours=hours) for hours in order]
        by_hours = {each.hours: each.id for each in texts}
        first, middle, last = (by_hours[hours] for hours in (0, 70, 100))
        pairs = [Evidence(min(pair), max(pair), 0.1, 0.4) for pair in ((first, middle), (middle, last))]
        hours, ties = by_id(texts), {first: 1, middle: 2, last: 3}
        providers = {each.id: each.provider for each in texts}
        groups = events(hours, providers, [], pairs, partial(min, key=hours.__getitem__), lambda *_: False, ties)
        found.add(frozenset(frozenset(hours[pk] for pk in group) for group in groups))
    assert found == {frozenset([frozenset([0, 70]), frozenset([100])])}


def test_articles_that_say_too_little_are_alike() -> None:
    texts = {each.id: each for each in (text("Trams"), text(TRAMS), text(WETLAND), text(TRAMS_TOO))}
    alike = Likenesses(texts, Vocabulary())
    short, trams, wetland, too = texts
    assert alike(short, wetland, 0.2)
    assert alike(trams, too, 0.2)
    assert not alike(trams, wetland, 0.2)


@pytest.mark.parametrize(
    ("one", "other", "are_alike"),
    [
        ("Trams of Port Ellery", "Port Ellery of TRAMS", True),
        ("Trams of Port Ellery will run", "Tram of Port Ellery will run", True),
        ("Trams of Port Ellery", "Wetland of Port Amery", False),
        ("Trams", "Trams of Port Ellery will run all night from October", False),
        ("", "", True),
    ],
)
def test_titles_are_alike_in_letters_whatever_the_order_of_their_words(one: str, other: str, are_alike: bool) -> None:
    headings = [heading_of("Something else entirely"), heading_of(other)]
    assert headings_are_alike(heading_of(one), heading_of(other)) is are_alike
    assert is_alike_any(heading_of(one), headings) is are_alike
    assert (fuzz.token_sort_ratio(one.casefold(), other.casefold()) >= COPY_LETTERS) is are_alike
