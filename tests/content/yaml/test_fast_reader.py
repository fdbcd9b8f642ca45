"""The line reader: whatever it reads, PyYAML reads the same; whatever PyYAML refuses, it leaves alone."""

from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from articles.content.frontmatter import split
from articles.content.yaml.fast_reader import read_house_style
from articles.content.yaml.reader import MAX_DEPTH, FrontMatterError, load
from bench.generate import site_files

ARTICLES = [text for path, text in site_files(120, seed=5) if path.startswith("_news/")]


def assert_read_as_a_parser_does(text: str) -> bool:
    """Compare with PyYAML and with the strict loader; return whether the reader took the document."""
    value = read_house_style(text, MAX_DEPTH)
    if value is None:
        return False
    assert repr(value) == repr(yaml.load(text, yaml.CSafeLoader))
    strict = load(text, with_lines=True)
    assert repr(value) == repr(strict.value)
    assert not strict.faults
    return True


@pytest.mark.parametrize(
    ("folder", "share"), [("seed", 1), ("powerapps", 0.98), ("azure-sample", 0.98), ("revisions", 0.98)]
)
def test_nearly_every_real_file_is_in_the_house_style(corpora: Path, folder: str, share: float) -> None:
    files = sorted((corpora / folder).rglob("*.md"))
    taken = [assert_read_as_a_parser_does(split(file.read_text(encoding="utf-8")).front_matter) for file in files]
    assert sum(taken) >= share * len(files) > 0


def test_generated_articles_are_in_the_house_style() -> None:
    for text in ARTICLES:
        assert assert_read_as_a_parser_does(split(text).front_matter)


PIECES = st.sampled_from(
    [
        *("a", "b1", "_id", "no", "null", "true", "2023-09-01", "12:30:00", "1_000", "0x1f", "1e3", "-1", "- ", "-", "--- "),
        *(": ", ":", " ", "  ", "    ", "\n", "\n  ", "\n    ", "\n- ", "\n  - ", "\n    - ", "\n      "),
        *('"', "'", "\\", '\\"', "\\n", "\\x41", "#", " #", "&x ", "*x", "!t ", "[", "]", "{", "}", ", ", "| ", "> ", "? ", "<<"),
        *("é", "\u00a0", "\u2028", "\u0085", "\ufeff", "\t", "\r", "\r\n", "\x01", "\x7f", "%", "@", "`", "=", "~", "/", "..."),
        *('a: "b"\n', "a: b\n", "list:\n  - c: d\n    e: f\n", "list:\n  - x\n  - y\n", "more:\n  deep: 1\n"),
    ]
)  # fmt: skip


@settings(max_examples=600)
@given(st.lists(PIECES, max_size=14).map("".join))
@example("a: 1\na: 2")
@example("a:\n  b: 1\n c: 2")
@example("a:\n- b")
@example(f"{'k' * 1025}: 1")
@example(f"a:\n  - {'k' * 1025}: 1\n    b: 2")
@example("a:\nb: 1")
@example("a: b\n  c: d")
@example("- a\nb: c")
@example("a: b #c")
@example("a: b: c")
@example("  a: 1\nb: 2")
@example("a: 2023-02-30")
@example("a: x\n  y")
def test_what_is_read_is_what_a_parser_reads(text: str) -> None:
    assert_read_as_a_parser_does(text)


LINES = st.tuples(
    st.sampled_from(["", "  ", "    ", "      "]),
    st.sampled_from(["", "- "]),
    st.sampled_from(["a:", "b:", "c:", "a: 1", "b: two words", 'c: "x: y"', "d: 2023-09-01T00:00:00Z", "x", '"y"', ""]),
).map("".join)


@settings(max_examples=600)
@given(st.lists(LINES, max_size=10).map("\n".join))
def test_any_indentation_is_read_as_a_parser_reads_it(text: str) -> None:
    assert_read_as_a_parser_does(text)


@settings(max_examples=200)
@given(
    st.integers(0, 119), st.integers(0, 10**6), st.integers(0, 3), st.sampled_from([*" :-#\"\\\n\t'[", "  ", "\r", "é"])
)
def test_damaged_articles_are_read_as_a_parser_reads_them(index: int, place: int, removed: int, inserted: str) -> None:
    text = split(ARTICLES[index]).front_matter
    at = place % (len(text) + 1)
    assert_read_as_a_parser_does(text[:at] + inserted + text[at + removed :])


@settings(max_examples=200)
@given(st.from_regex(r"[0-2][0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z", fullmatch=True))
@example("2024-02-29T23:59:59Z")
@example("2023-02-29T00:00:00Z")
@example("2023-02-28T24:00:00Z")
@example("2023-02-28T00:00:60Z")
@example("0000-01-01T00:00:00Z")
def test_times_are_those_of_a_parser_and_what_is_none_is_left_to_it(time: str) -> None:
    text = f"a: {time}"
    if not assert_read_as_a_parser_does(text):
        with pytest.raises(ValueError, match=r"\S"):
            yaml.load(text, yaml.CSafeLoader)


def test_depth_is_limited_as_the_loader_limits_it() -> None:
    nested = "\n".join("  " * depth + "a:" for depth in range(MAX_DEPTH)) + " 1"
    assert read_house_style(nested, MAX_DEPTH) == load(nested, with_lines=True).value
    deeper = "\n".join("  " * depth + "a:" for depth in range(MAX_DEPTH + 1)) + " 1"
    assert read_house_style(deeper, MAX_DEPTH) is None
    items = "\n".join("  " * depth + "a:" for depth in range(MAX_DEPTH)) + "\n" + "  " * MAX_DEPTH + "- x"
    assert read_house_style(items, MAX_DEPTH) is None
    with pytest.raises(FrontMatterError):
        load(items)
