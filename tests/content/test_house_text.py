"""The writer of the house's style: what it writes is what real files say, byte for byte."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from articles.content.entries import cut_list
from articles.content.frontmatter import load, split
from articles.content.house_text import is_house_article, is_house_entry, is_plain, lines_of, write_file
from bench.generate import site_files

GENERATED = [text for path, text in site_files(60, seed=7) if path.startswith("_news/")]


def rewritten(text: str) -> str:
    document = split(text)
    return write_file(load(document.front_matter).value, document.body.strip("\r\n"))


def is_house(text: str) -> bool:
    """Return whether the tests' own look at a file finds the house's style in all of it."""
    front_matter = split(text).front_matter
    cut = cut_list(front_matter)
    rest = cut.rest if cut else front_matter
    texts = cut.texts if cut else []
    entries = [(text.removesuffix("\n"), load(f"  - {text}").value[0]) for text in texts]
    return is_house_article(rest, load(rest).value) and all(is_house_entry(*entry) for entry in entries)


@pytest.mark.parametrize("folder", ["seed", "powerapps/_news", "azure-sample/_news", "revisions"])
def test_every_real_file_is_written_byte_for_byte_and_known_to_be_in_the_style(corpora: Path, folder: str) -> None:
    files = sorted((corpora / folder).rglob("*.md"))
    assert files
    for file in files:
        text = file.read_bytes().decode()
        assert rewritten(text) == text, file
        assert is_house(text), file


def test_generated_articles_are_written_as_they_are_where_they_are_in_the_style() -> None:
    taken = [text for text in GENERATED if is_house(text)]
    assert len(taken) > len(GENERATED) // 2
    for text in taken:
        assert rewritten(text) == text


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


def typed(value: Any) -> Any:
    """Return a value that equals another's only if the types are the same, too: 1 is not True, nor -0.0 what 0 is."""
    if isinstance(value, dict):
        return {key: typed(each) for key, each in value.items()}
    return [typed(each) for each in value] if isinstance(value, list) else repr(value)


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=6))
@example({"title": "a\u2028b\x85c\ufeff"})
@example({"a": [[["b"], []], {}], "c": {"d": {"e": [{"f": 1, "g": [2]}]}}})
def test_whatever_is_written_is_read_as_the_same(values: dict[str, Any]) -> None:
    loaded = load("\n".join(lines_of(values)))
    assert not loaded.faults
    assert typed(loaded.value) == typed(values)


STYLES = {
    "single quotes": ('title: "', "title: '"),
    "no quotes": ('title: "A"', "title: A"),
    "another order": ("type: article\nquality: 5", "quality: 5\ntype: article"),
    "a key missing": ("quality: 5\n", ""),
    "a key unknown": ("quality: 5\n", "quality: 5\nstars: 3\n"),
    "a comment": ("quality: 5\n", "quality: 5 # good\n"),
    "a comment in a name": ("name: X\n", "name: X # y\n"),
    "a number another way": ("quality: 5\n", "quality: +5\n"),
    "a truth another way": ("published: true\n", "published: True\n"),
    "a time another way": ("2023-09-01T15:40:00Z", "2023-09-01T15:40:00+00:00"),
    "a list in brackets": ("topics:\n  - AI\n", "topics: [AI]\n"),
    "quotes not needed": ("name: X\n", 'name: "X"\n'),
    "an escape not needed": ('title: "A"', 'title: "\\x41"'),
    "no empty line": ("\n\nprovider:", "\nprovider:"),
    "another empty line": ("\nquality:", "\n\nquality:"),
    "an empty value": ("quality: 5\n", 'quality: 5\nfeaturedContent: ""\n'),
    "removed said in vain": ("published: true\n", "published: true\nremoved: false\n"),
    "a space at an end": ("name: X\n", "name: X \n"),
}
HOUSE = (
    'category: news\ntitle: "A"\nexcerpt: ""\npublishedDateTime: 2023-09-01T15:40:00Z\nwebUrl: "https://a.example/"\n'
    "type: article\nquality: 5\nheat: 70\npublished: true\n\nprovider:\n  name: X\n  domain: a.example\n\ntopics:\n  - AI\n"
)


def test_the_style_is_known() -> None:
    assert is_house_article(f"\n{HOUSE}", load(HOUSE).value)
    assert "\n".join(lines_of(load(HOUSE).value)) + "\n" == HOUSE


@pytest.mark.parametrize("name", STYLES)
def test_another_style_is_not_taken_for_the_houses(name: str) -> None:
    other = HOUSE.replace(*STYLES[name])
    if name == "single quotes":
        other = other.replace("'A\"", "'A'")
    assert other != HOUSE
    values = load(other).value
    assert not is_house_article(f"\n{other}", {"category": "", "type": "", **values})


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
