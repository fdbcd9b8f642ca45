"""What readers type becomes a query, whatever it is."""

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from articles.search.query import MAX_LENGTH, MAX_PARTS, Ignored, Part, parse


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("two words", [Part("two"), Part("words")]),
        ('"a phrase" word', [Part("a phrase", is_quoted=True), Part("word")]),
        ("“curly quotes”", [Part("curly quotes", is_quoted=True)]),
        ('"never closed', [Part("never closed", is_quoted=True)]),
        ("in-between -without", [Part("in-between"), Part("without", is_excluded=True)]),
        ('-"a phrase"', [Part("a phrase", is_quoted=True, is_excluded=True)]),
        ("topic:ai TOPIC:b", [Part("ai", "topic"), Part("b", "topic")]),
        ('topic:"AI in Security"', [Part("AI in Security", "topic")]),
        ("-provider:a.example", [Part("a.example", "provider", is_excluded=True)]),
        ("type:video before:2023 after:2022-12-24", [
            Part("video", "type"), Part("2023", "before"), Part("2022-12-24", "after")
        ]),
        ("foo:bar 10:30", [Part("foo"), Part("bar"), Part("10"), Part("30")]),
        ('a"b c"', [Part("a"), Part("b c", is_quoted=True)]),
        ("same same", [Part("same")]),
        ("- -- : \" \" -\"\" \x00\n", []),
        ("", []),
    ],
)  # fmt: skip
def test_a_text_has_its_parts(text: str, parts: list[Part]) -> None:
    query = parse(text)
    assert list(query.parts) == parts
    assert query.ignored == ()


@pytest.mark.parametrize(
    ("text", "after", "before"),
    [
        ("after:2023", dt.date(2023, 1, 1), None),
        ("before:2023-02", None, dt.date(2023, 2, 1)),
        ("after:2024-2-29 before:2024-12-1", dt.date(2024, 2, 29), dt.date(2024, 12, 1)),
        ("after:2020 after:2021 before:2025 before:2024", dt.date(2021, 1, 1), dt.date(2024, 1, 1)),
        ("after:0001 before:9999", dt.date(1, 1, 1), dt.date(9999, 1, 1)),
    ],
)
def test_dates_bound_a_query(text: str, after: dt.date | None, before: dt.date | None) -> None:
    query = parse(text)
    assert (query.after, query.before) == (after, before)


@pytest.mark.parametrize(
    ("text", "reason", "shown"),
    [
        ("before:yesterday", "date", "before:yesterday"),
        ("after:2023-02-30", "date", "after:2023-02-30"),
        ("after:0000", "date", "after:0000"),
        ("after:２０２３", "date", "after:２０２３"),
        ("-before:2023", "date", "-before:2023"),
        ("topic:", "value", "topic:"),
        ('provider:""', "value", "provider:"),
        ("x" * MAX_LENGTH + "yz", "length", "yz"),
    ],
)
def test_what_is_not_searched_for_is_told(text: str, reason: str, shown: str) -> None:
    assert parse(text).ignored == (Ignored(reason, shown),)


def test_a_query_has_so_many_parts_at_most() -> None:
    query = parse(" ".join(f"w{number}" for number in range(MAX_PARTS + 2)))
    assert len(query.parts) == MAX_PARTS
    assert query.ignored == (Ignored("parts", f"w{MAX_PARTS} w{MAX_PARTS + 1}"),)


@given(st.text() | st.text(alphabet='ab:"-“ 0129topicbeforeafter'))
@example('-"a -"b"')
@example("a:-b")
def test_any_text_is_a_query_that_can_be_written_and_read_again(text: str) -> None:
    query = parse(text)
    assert all(part.value for part in query.parts)
    written = str(query)
    if len(written) <= MAX_LENGTH:
        assert parse(written).parts == query.parts
        assert parse(written).ignored == ()


def test_a_query_is_written_with_and_without_parts() -> None:
    query = parse("tram -bus topic:ai")
    provider = Part("A Paper", "provider")
    assert str(query.with_part(provider)) == 'tram -bus topic:ai provider:"A Paper"'
    assert query.with_part(Part("ai", "topic")) is query
    assert str(query.without(Part("ai", "topic"))) == "tram -bus"
    assert str(parse("tram before:2020-05 x").in_year(2023)) == "tram x after:2023 before:2024"
    assert str(parse("tram").in_year(9999)) == "tram after:9999"
    assert str(parse("trma topic:trma").map_words({"trma": "tram"}.__getitem__)) == "tram topic:trma"
