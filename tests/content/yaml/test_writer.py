"""The writer of the house's style: what it writes is what real files say, byte for byte."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from articles.content.columns import normal_body
from articles.content.frontmatter import split
from articles.content.parsing import parse_article
from articles.content.schema import ArticleRecord
from articles.content.validation import validate
from articles.content.values import as_json
from articles.content.yaml.reader import load
from articles.content.yaml.writer import is_plain, lines_of, write_file
from tests.support.records import ARTICLE, BODY, typed

NOW = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


def rewritten(text: str) -> str:
    document = split(text)
    return write_file(load(document.front_matter).value, document.body.strip("\r\n"))


@pytest.mark.parametrize("folder", ["seed", "powerapps/_news", "azure-sample/_news", "revisions"])
def test_every_real_file_is_written_byte_for_byte(corpora: Path, folder: str) -> None:
    files = sorted((corpora / folder).rglob("*.md"))
    assert files
    for file in files:
        text = file.read_bytes().decode()
        assert rewritten(text) == text, file


FIRST_TIME = dt.datetime.fromisoformat("1000-01-01")
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.dates(),
    st.datetimes(min_value=FIRST_TIME, timezones=st.just(dt.UTC)).map(lambda time: time.replace(fold=0)),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(
        ["no", "~", "12:30:00", "2023-09-01", "1_000", "0x1f", "a: b", "a #b", "- a", "@a", "'a'", '"', "a:", "? a", "=", "<<", "%", "&a", "*a", "!a"]
    ),
)  # fmt: skip
KEYS = st.one_of(
    st.sampled_from(["title", "webUrl", "heat", "topics", "images", "provider", "name", "url", "x", "no", "1", "a b"]),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=6))
@example({"title": "a\u2028b\x85c\ufeff"})
@example({"a": [[["b"], []], {}], "c": {"d": {"e": [{"f": 1, "g": [2]}]}}})
def test_whatever_is_written_is_read_as_the_same(values: dict[str, Any]) -> None:
    loaded = load("\n".join(lines_of(values)))
    assert not loaded.faults
    assert typed(loaded.value) == typed(values)


@pytest.mark.parametrize(
    "text", ["", " a", "a ", "a\nb", "no", "1", "~", "a: b", "a #b", "#a", "- a", "-", "@a", "2023-09-01"]
)
def test_what_would_be_read_otherwise_is_not_plain(text: str) -> None:
    assert not is_plain(text)


@pytest.mark.parametrize(
    "text", ["a", "C#", "24/7 Wall St.", "Yahoo! Finance", "O'Reilly", "a, b", "A & B", "Ünïcode 中"]
)
def test_ordinary_names_are_plain(text: str) -> None:
    assert is_plain(text)


@settings(max_examples=300)
@given(ARTICLE, BODY)
def test_any_valid_article_is_read_from_its_text_as_the_same(values: dict[str, Any], body: str) -> None:
    text = write_file(values, body)
    parsed = parse_article("a.md", text.encode(), NOW)
    assert [problem for problem in parsed.problems if problem.level == "error"] == []
    related = values.get("related", [])
    assert parsed.record is not None
    assert parsed.record.model_copy(update={"related": []}) == validate(ArticleRecord, values | {"related": []})
    assert [entry.values for entry in parsed.entries] == [as_json(entry) for entry in related]
    assert normal_body(parsed.body) == body
    assert typed(load(split(text).front_matter).value) == typed(values)
