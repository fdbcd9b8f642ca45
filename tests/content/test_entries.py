"""Lists cut into entries say what a plain load of the whole says."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.content import entries
from articles.content.entries import PLACEHOLDER, cut_list, entry_from, parse_entry
from articles.content.frontmatter import split
from articles.content.parsing import Parsed, parse_article
from articles.content.schema import ArticleRecord, EntryRecord
from articles.content.validation import validate
from articles.content.yaml.reader import load
from bench.generate import site_files
from tests.support.site_files import article_text

NOW = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
ENTRY: dict[str, object] = {
    "title": '"Other"',
    "publishedDateTime": "2023-08-31T00:00:00Z",
    "webUrl": '"https://b.example/other"',
    "provider": "{name: B Paper, domain: b.example}",
}


def whole(text: str, monkeypatch: pytest.MonkeyPatch) -> Parsed[ArticleRecord]:
    with monkeypatch.context() as patch:
        patch.setattr("articles.content.parsing.cut_list", lambda front_matter: None)
        return parse_article("a.md", text.encode(), NOW)


def assert_same(text: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Compare both ways of parsing; return whether the list was cut."""
    cut, plain = parse_article("a.md", text.encode(), NOW), whole(text, monkeypatch)
    assert cut.entries == plain.entries
    assert cut.problems == plain.problems
    assert (cut.record is None) == (plain.record is None)
    assert {**cut.values, "related": None} == {**plain.values, "related": None}
    if cut.record and plain.record:
        assert cut.record.model_copy(update={"related": []}) == plain.record.model_copy(update={"related": []})
    return "related" not in cut.values and bool(cut.entries)


@pytest.mark.parametrize("folder", ["azure-sample/_news", "powerapps/_news", "revisions", "seed"])
def test_real_lists_are_cut_and_say_the_same(corpora: Path, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    files = sorted((corpora / folder).rglob("*.md"))[::5]
    cut = 0
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert assert_same(text, monkeypatch) == ("\nrelated:" in text), file
        cut += 1
    assert cut


def test_entries_are_what_a_plain_load_of_the_file_has(corpora: Path) -> None:
    for file in sorted((corpora / "azure-sample" / "_news").iterdir())[::7]:
        data = file.read_bytes()
        values = load(split(data.decode()).front_matter).value.get("related") or []
        expected = tuple(entry_from(validate(EntryRecord, each), each) for each in values)
        assert parse_article("a.md", data, NOW).entries == expected


def test_generated_files_say_the_same_either_way(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text for path, text in site_files(120, 5) if path.startswith("_news/")]
    assert sum(assert_same(text, monkeypatch) for text in texts) > 20


ODD_LISTS = [
    'related:\n  - title: "a\n  - b"\n    x: 1\n',
    "related: []\n",
    "related:\n- title: x\n",
    'related:\n  - {title: "Other", webUrl: "https://b.example/other"}\n',
    "related: &x\n  - title: x\n",
    "related:\n  - *x\n",
    "related:\n  - title: |\n      a\n      b\n    webUrl: https://b.example/\n",
    "related:\n  - title: x\n  # a comment\n  - title: y\n",
    "related:\n  - title: x\n# a comment\n  - title: y\n",
    "related:\n  - - - x\n",
    'mood: "\nrelated:\n  - title: x\n"\n',
    "mood: |\n  a\nrelated:\n  - title: x\n\n  - title: y\n",
    "related:\n  - title: x\nrelated:\n  - title: y\n",
    "related:\n  - title: x\n    title: y\n",
    f"related: {PLACEHOLDER}\n",
    "related:\n  - \n",
    "related:\n  - title: 'x'\n      y: 1\n",
    'mood: "\nrelated:\n  - title: x\nmore"\nrelated: ' + PLACEHOLDER + "\n",
]


@pytest.mark.parametrize("related", ODD_LISTS)
def test_odd_lists_are_left_to_the_loader_or_say_the_same(related: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = article_text().removesuffix("---\n")
    assert_same(f"{text}{related}---\n", monkeypatch)
    assert_same(f"{text.replace('excerpt', related + 'excerpt', 1)}---\n", monkeypatch)


MUTATIONS = st.lists(
    st.tuples(st.integers(0, 5000), st.sampled_from(list("\n \"'-:#&*!|>[]{}\\tx\r\t"))), min_size=1, max_size=4
)


@given(MUTATIONS)
def test_damaged_lists_say_the_same_either_way(mutations: list[tuple[int, str]]) -> None:
    text = article_text(related=[ENTRY, ENTRY | {"webUrl": '"https://b.example/2"'}])
    for position, char in mutations:
        position %= len(text)
        text = text[:position] + char + text[position + 1 :]
    with pytest.MonkeyPatch.context() as patch:
        assert_same(text, patch)


def test_an_entry_is_parsed_once_however_often_it_is_repeated() -> None:
    parse_entry.cache_clear()
    texts = [article_text(related=[ENTRY], quality=number) for number in range(20)]
    for text in texts:
        parse_article("a.md", text.encode(), NOW)
    assert (parse_entry.cache_info().misses, parse_entry.cache_info().hits) == (1, 19)


def test_the_cache_is_bounded() -> None:
    assert parse_entry.cache_info().maxsize == entries.CACHED_ENTRIES


def test_a_cut_knows_the_lines_of_its_entries() -> None:
    cut = cut_list('a: 1\nrelated:\n  - title: "x"\n    y: 1\n\n  - title: "z"\nb: 2\n')
    assert cut is not None
    assert [cut.line_of(index) for index in range(len(cut.texts))] == [3, 6]
    assert load(cut.rest).value == {"a": 1, "related": PLACEHOLDER, "b": 2}
