"""What a file's problems say: all of them at once, and what to do."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.content.files import find
from articles.content.parsing import parse_article
from articles.content.values import as_json, each_from_json, from_json
from tests.support.site_files import article_text

NOW = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def problems(text: str) -> list[str]:
    return [str(problem) for problem in parse_article("a.md", text.encode(), NOW).problems]


@pytest.mark.parametrize(
    "keys",
    [
        {"heat": '"7\\u202e"'},
        {"provider": '{name: "H\\u202e", domain: "not a domain"}'},
        {"published": '"yes\\u202e"'},
    ],
)
def test_a_warning_hides_no_error_on_its_line(keys: dict[str, object]) -> None:
    codes = {problem.code for problem in parse_article("a.md", article_text(**keys).encode(), NOW).problems}
    assert "W403" in codes
    assert {code[0] for code in codes} == {"W", "E"}


def test_all_keys_that_are_missing_are_named_at_once_and_what_stands_in_their_place() -> None:
    assert problems("---\ntitle: Pier\ndate: 2026-03-02\nlink: https://quay.example/x\n---\nText.\n") == [
        "a.md:1: provider is missing [error E301]",
        "a.md:1: publishedDateTime is missing (date is no key here) [error E301]",
        "a.md:1: webUrl is missing, and so is originalUrl (link is no key here) [error E301]",
    ]


def test_an_entry_without_address_is_named_beside_its_other_faults() -> None:
    text = article_text(related=[{"title": '"Other"', "provider": "{domain: b.example}", "quality": "much"}])
    assert [problem.partition(": ")[2] for problem in problems(text)] == [
        "related[1].publishedDateTime is missing [error E301]",
        "related[1]: webUrl is missing, and so is originalUrl [error E301]",
        "related[1].quality must be a whole number without quotes, not 'much' [error E302]",
    ]


@pytest.mark.parametrize("empty", ["category", "excerpt", "topics", "images", "related", "quality", "featuredContent"])
def test_an_empty_key_is_the_same_as_one_that_is_left_out(empty: str) -> None:
    without = parse_article("a.md", article_text(**{empty: None}).encode(), NOW)
    with_it = parse_article("a.md", article_text(**{empty: ""}).encode(), NOW)
    assert with_it.problems == ()
    assert with_it.record == without.record
    assert with_it.values == without.values


def test_an_empty_key_of_an_entry_or_image_is_the_same_as_one_that_is_left_out() -> None:
    entry = {"title": '"Other"', "publishedDateTime": "2023-08-31T00:00:00Z", "webUrl": '"https://b.example/other"',
             "provider": "{name: , domain: b.example}", "excerpt": "", "type": "", "quality": ""}  # fmt: skip
    parsed = parse_article("a.md", article_text(related=[entry]).encode(), NOW)
    assert parsed.problems == ()
    assert not {"excerpt", "type", "quality"} & parsed.entries[0].values.keys()


def test_a_required_key_without_a_value_is_an_error() -> None:
    assert problems(article_text(title="")) == ["a.md:2: title has no value [error E302]"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('+++\ntitle = "Pier"\n', "a line with +++ is missing"),
        ("+++\ntitle = Pier\n+++\n", "not valid TOML"),
        ("Title: Pier\nDate: 2026-03-02\n\nText.\n", "this looks like headers of Pelican"),
        ('{"title": "Pier",\n', "this looks like JSON, but is none"),
        ("Text.\n", "the first line must be ---"),
        ("---\ntitle: @pier\n---\n", "put the text in quotes"),
        ("---\ntitle: Pier: rebuilt\n---\n", "must be quoted"),
        ('---\ntitle: "Pier\n---\n', "the quote opened on this line is not closed"),
        ('---\ntitle: "C:\\pier"\n---\n', "write \\\\ for a backslash"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(text: str, said: str) -> None:
    assert said in problems(text)[0]


def test_an_empty_folder_is_named_once(tmp_path: Path) -> None:
    (tmp_path / "e").mkdir()
    found = find(tmp_path / "e")
    assert found.root / found.problems[0].path == tmp_path / "e"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3) | st.just("2020-01-01") | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["!timestamp", "!float", "!literal", "!", "a"]), inner, max_size=2)
    ),
    max_leaves=6,
)


@given(VALUES)
def test_whatever_a_file_says_is_not_taken_for_our_own_notation(value: Any) -> None:
    assert from_json(as_json(value)) == value
    assert each_from_json({"!timestamp": as_json(value)}) == {"!timestamp": value}


@pytest.mark.parametrize("value", [{"!timestamp": "x"}, {"!float": "much"}, {"!timestamp": 1}])
def test_notation_that_makes_no_sense_is_left_as_it_is(value: dict[str, Any]) -> None:
    assert from_json(value) == value


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('---\ntitle: "Pier\nheat: 3\n---\n', 2),
        ('---\ntitle: Pier\nexcerpt: "It opens\nnote: "Soon"\nheat: 3\n---\n', 3),
        ("---\ntitle: Pier\nexcerpt: 'It opens\nnote: 'Soon'\n---\n", 3),
        ('---\nexcerpt: "two\n  lines"\ntags: [a, b\nheat: 3\n---\n', None),
    ],
)
def test_an_open_quote_is_named_by_the_line_on_which_it_opens(text: str, line: int | None) -> None:
    said = [each for each in problems(text) if "the quote opened on this line is not closed" in each]
    assert [each.split(":")[1] for each in said] == ([str(line)] if line else [])
