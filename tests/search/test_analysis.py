"""Texts become the tokens that are searched for."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from articles.search.analysis import MAX_TOKEN, MAX_WORDS, Analyzer, analyzer_for
from articles.search.folding import fold
from articles.search.marking import find_matches

ENGLISH = Analyzer("en-gb")


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Running RUNS run", "run run run"),
        ("The city's trams; the cities’ tram", "the citi tram the citi tram"),
        ("AT&amp;T &#8211; Zürich", "at t zurich"),
        ("Zürich ZURICH Zu\u0308rich", "zurich zurich zurich"),
        ("Straße STRASSE", "strass strass"),
        ("don't", "don t"),
        ("zero-trust foo_bar C++", "zero trust foo bar c ＋＋"),
        ("ＡＢＣ ½ ⑴", "abc 12 1"),
        ("中文標題 test", "中 文 標 題 test"),
        ("東京タワー", "東 京 タ ワ ー"),
        ("뉴스 한국어", "뉴 스 한 국 어"),
        ("हिन्दी भाषा", "हिन्दी भाषा"),
        ("مُحَمَّد محمد", "محمد محمد"),
        ("Ἀθῆναι ΑΘΗΝΑΙ", "αθηναι αθηναι"),
        ("İstanbul istanbul", "istanbul istanbul"),
        ("¶ -- ☃ …", ""),
    ],
)
def test_a_text_gives_its_tokens(text: str, tokens: str) -> None:
    assert " ".join(ENGLISH.tokens(text)) == tokens


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "Häuser", "Häusern"),
        ("fr", "nationales", "nationale"),
        ("es", "noticias", "noticia"),
        ("nb", "avisen", "avis"),
    ],
)
def test_words_are_stemmed_in_the_language_of_the_site(language: str, one: str, other: str) -> None:
    assert Analyzer(language).tokens(one) == Analyzer(language).tokens(other)
    assert Analyzer("xx").tokens(one) == [fold(one)]


def test_an_analyzer_is_made_once_for_a_language() -> None:
    assert analyzer_for("en") is analyzer_for("en")


def test_long_texts_and_words_are_cut() -> None:
    assert len(ENGLISH.tokens("a b " * MAX_WORDS)) == MAX_WORDS
    assert len(Analyzer("xx").tokens("x" * 1000)[0]) == MAX_TOKEN


@given(st.text())
@example("ﷺ")
@example("a\u0345")
@example("\U0002ebe1")
@example("\u02bb\u0640")
def test_a_token_is_one_term_for_every_engine(text: str) -> None:
    for token in ENGLISH.tokens(text):
        assert token
        assert not any(letter.isspace() or (letter.isascii() and not letter.isalnum()) for letter in token)
        assert "¶" not in token


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_plain_and_other_texts_are_taken_apart_alike(text: str) -> None:
    assert ENGLISH.tokens(f"{text} é")[:-1] == ENGLISH.tokens(text)[: MAX_WORDS - 1]


@given(st.text())
def test_the_words_of_a_shown_text_are_where_they_are_said_to_be(text: str) -> None:
    end = 0
    for span in ENGLISH.spans(text):
        assert end <= span.start < span.end <= len(text)
        shown = text[span.start : span.end]
        assert ENGLISH.tokens(shown)[:1] == [span.token] or ENGLISH.tokens(f"a{shown}") == ["a", span.token]
        end = span.end


@pytest.mark.parametrize(
    ("text", "phrases", "marked"),
    [
        ("Trams ran all night", [("tram",), ("run",)], ["Trams"]),
        ("Running trams, runs", [("run",)], ["Running", "runs"]),
        ("state of the union of states", [("state", "of", "the", "union")], ["state of the union"]),
        ("Zürich's trams", [("zurich",), ("tram",)], ["Zürich", "trams"]),
        ("中文標題", [("文", "標")], ["文標"]),
        ("a b a b c", [("a", "b"), ("a", "b", "c")], ["a b", "a b c"]),
        ("nothing", [("x",)], []),
        ("", [("x",)], []),
    ],
)
def test_what_matches_is_found_in_a_shown_text(text: str, phrases: list[tuple[str, ...]], marked: list[str]) -> None:
    assert [text[start:end] for start, end in find_matches(text, phrases, ENGLISH)] == marked
