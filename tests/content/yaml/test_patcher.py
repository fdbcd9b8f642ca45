"""Changes of values in a file's text: only their own lines differ, and the rest is as it was, byte for byte."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.content.columns import normal_body
from articles.content.frontmatter import split
from articles.content.yaml.patcher import patch, patch_yaml
from articles.content.yaml.patcher_marks import REMOVED
from articles.content.yaml.reader import FrontMatterError, load
from articles.content.yaml.writer import lines_of_item
from bench.generate import site_files
from tests.support.records import BODY, ENTRY, IMAGES, NAME, TEXT

GENERATED = [text for path, text in site_files(40, seed=11) if path.startswith("_news/")]
# A value for any field, and taking away those that can be.
EDITS = {
    "title": NAME,
    "excerpt": TEXT,
    "category": NAME,
    "publishedDateTime": st.just(dt.datetime(2024, 2, 3, 4, 5, 6, tzinfo=dt.UTC)),
    "originalUrl": st.one_of(st.just(REMOVED), NAME),
    "webUrl": NAME,
    "ampWebUrl": st.one_of(st.just(REMOVED), NAME),
    "cdnAmpWebUrl": st.one_of(st.just(REMOVED), NAME),
    "type": st.sampled_from(["article", "video", "no"]),
    "quality": st.integers(-5, 500),
    "heat": st.integers(-5, 500),
    "published": st.booleans(),
    "removed": st.one_of(st.just(REMOVED), st.booleans()),
    "featuredContent": st.one_of(st.just(REMOVED), TEXT),
    "provider": st.fixed_dictionaries({"domain": NAME}, optional={"name": NAME, "images": IMAGES}),
    "topics": st.one_of(st.just(REMOVED), st.lists(NAME, max_size=5)),
    "images": st.one_of(st.just(REMOVED), IMAGES),
    "related": st.one_of(st.just(REMOVED), st.lists(ENTRY, max_size=3)),
    "secured": st.one_of(st.just(REMOVED), TEXT),
    "unknown": st.one_of(TEXT, st.lists(TEXT, max_size=2), st.dictionaries(NAME, TEXT, max_size=2)),
}
ONE_EDIT = st.sampled_from(sorted(EDITS)).flatmap(lambda key: st.tuples(st.just(key), EDITS[key]))


def without(text: str, key: str) -> list[str]:
    """Return the lines of a file in the house's style but for a key's, and for empty ones."""
    lines: list[str] = []
    inside = False
    for line in text.split("\n"):
        if line[:1] not in (" ", ""):
            inside = line.startswith(f"{key}:")
        if line and not inside:
            lines.append(line)
    return lines


def assert_changes_only(text: str, key: str, value: Any) -> None:
    new = patch(text, {key: value})
    before, after = load(split(text).front_matter).value, load(split(new).front_matter).value
    expected = {name: each for name, each in (before | {key: value}).items() if each is not REMOVED}
    assert after == expected
    assert without(new, key) == without(text, key)
    if value is not REMOVED and key in before and not isinstance(value, list | dict):
        assert new.count("\n") == text.count("\n")
    if before.get(key, REMOVED) == value and type(before.get(key)) is type(value):
        assert new == text


class Texts(list[str]):
    """Texts of files, which no failing test shows."""

    def __repr__(self) -> str:
        return f"{len(self)} texts"


@pytest.fixture(scope="module")
def real_files(corpora: Path) -> Texts:
    return Texts(file.read_bytes().decode() for file in sorted(corpora.rglob("_news/*.md")))


@settings(max_examples=300)
@given(data=st.data(), edit=ONE_EDIT)
def test_any_edit_of_a_field_of_a_real_file_changes_that_fields_lines(
    real_files: Texts, data: st.DataObject, edit: tuple[str, Any]
) -> None:
    index = data.draw(st.integers(0, len(real_files) - 1))
    assert_changes_only(real_files[index], *edit)


@settings(max_examples=100)
@given(data=st.data())
def test_any_edit_of_a_real_list_changes_the_lines_of_its_items(real_files: Texts, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([text for text in real_files if "\nrelated:\n" in text]))
    related = load(split(text).front_matter).value["related"]
    at, entry = data.draw(st.integers(0, len(related) - 1)), data.draw(ENTRY)
    edits = {
        "goes": [*related[:at], *related[at + 1 :]],
        "comes": [*related[:at], entry, *related[at:]],
        "goes to the end": [*related[:at], *related[at + 1 :], related[at]],
        "changes": [*related[:at], related[at] | {"quality": 4711}, *related[at + 1 :]],
    }
    assert_changes_only(text, "related", value := data.draw(st.sampled_from([*edits.values()])))
    new = patch(text, {"related": value})
    for index, each in enumerate(related):
        [*lines] = lines_of_item(each, "related", 2)
        assert index == at or "\n".join(lines) in new


@settings(max_examples=200)
@given(index=st.integers(0), body=BODY)
def test_another_body_leaves_the_front_matter_as_it_is(real_files: Texts, index: int, body: str) -> None:
    text = real_files[index % len(real_files)]
    new = patch(text, {}, body)
    assert split(new).front_matter == split(text).front_matter
    assert normal_body(split(new).body) == body


@settings(max_examples=200)
@given(st.sampled_from(GENERATED), ONE_EDIT)
def test_any_edit_of_a_field_of_a_generated_file_changes_that_fields_lines(text: str, edit: tuple[str, Any]) -> None:
    assert_changes_only(text, *edit)


@settings(max_examples=100)
@given(st.sampled_from(GENERATED), st.lists(ONE_EDIT, max_size=6).map(dict))
def test_any_edits_together_say_what_they_should_and_are_undone_by_their_opposites(
    text: str, edits: dict[str, Any]
) -> None:
    before = load(split(text).front_matter).value
    new = patch(text, edits)
    after = {key: value for key, value in (before | edits).items() if value is not REMOVED}
    assert load(split(new).front_matter).value == after
    back = patch(new, {key: before.get(key, REMOVED) for key in edits})
    assert load(split(back).front_matter).value == before


FILE = """---
# The desk's notes stay.
title: 'It''s a title'   # short
excerpt: >
  Folded over
  lines.

heat: 70
topics: [AI, "B, C"]  # two
provider: {name: X, domain: x.example}
images:
- url: https://a.example/1.png
  width: 1   # wide
  height: 1
# between
- url: "https://a.example/2.png"
  width: 2
  height: 2
unknown: &not-an-anchor-of-ours 1
---

Body.
"""
CASES: dict[str, tuple[str, Any, str, str]] = {
    "single quotes stay": ("title", "Don't", "'It''s a title'   # short", "'Don''t'   # short"),
    "single quotes cannot hold a line end": ("title", "a\nb", "'It''s a title'", '"a\\nb"'),
    "a number": ("heat", 71, "heat: 70", "heat: 71"),
    "a folded text becomes a line": ("excerpt", "New.", "excerpt: >\n  Folded over\n  lines.\n", 'excerpt: "New."\n'),
    "a list in brackets": ("topics", ["AI", "D: E"], '[AI, "B, C"]', '[AI, "D: E"]'),
    "a mapping in brackets": ("provider", {"name": "Y", "domain": "x.example"}, "{name: X,", "{name: Y,"),
    "a key that goes": ("heat", REMOVED, "heat: 70\n", ""),
    "a number in a list's mapping": (
        "images",
        [
            {"url": "https://a.example/1.png", "width": 9, "height": 1},
            {"url": "https://a.example/2.png", "width": 2, "height": 2},
        ],
        "width: 1   # wide",
        "width: 9   # wide",
    ),
    "an item that goes": (
        "images",
        [{"url": "https://a.example/2.png", "width": 2, "height": 2}],
        "- url: https://a.example/1.png\n  width: 1   # wide\n  height: 1\n",
        "",
    ),
    "an item that comes": (
        "images",
        [
            {"url": "https://a.example/1.png", "width": 1, "height": 1},
            {"url": "https://a.example/2.png", "width": 2, "height": 2},
            {"url": "/3.png", "width": 3, "height": 3},
        ],
        "  height: 2\n",
        '  height: 2\n- url: "/3.png"\n  width: 3\n  height: 3\n',
    ),
}


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("name", CASES)
def test_a_value_is_written_as_it_stood(name: str, line_end: str) -> None:
    key, value, old, new = CASES[name]
    text = FILE.replace("&not-an-anchor-of-ours ", "")
    assert text.count(old) == 1
    expected = text.replace(old, new).replace("\n", line_end)
    assert patch(text.replace("\n", line_end), {key: value}) == expected


def test_a_new_key_stands_where_the_house_has_it() -> None:
    text = "---\ntitle: A\nheat: 1\n\ntopics:\n  - AI\n---\n"
    assert patch(text, {"quality": 5, "images": [{"url": "/a.png"}]}) == (
        '---\ntitle: A\nquality: 5\nheat: 1\n\ntopics:\n  - AI\n\nimages:\n  - url: "/a.png"\n---\n'
    )
    assert patch("---\nheat: 1\n---\n", {"title": "A"}) == '---\ntitle: "A"\nheat: 1\n---\n'


def test_new_keys_stand_close_together_where_the_others_do() -> None:
    text = "---\ntitle: A\ntopics:\n  - AI\n---\n"
    assert patch(text, {"images": [{"url": "/a.png"}]}) == (
        '---\ntitle: A\ntopics:\n  - AI\nimages:\n  - url: "/a.png"\n---\n'
    )


BODIES = {
    "---\na: 1\n---\n\nOld.\n": "---\na: 1\n---\n\nNew.\n",
    "---\na: 1\n---\nOld.": "---\na: 1\n---\nNew.",
    "---\na: 1\n---\n\n": "---\na: 1\n---\n\nNew.\n",
    "---\na: 1\n---": "---\na: 1\n---\n\nNew.\n",
    "---\r\na: 1\r\n---\r\n\r\nOld.\r\nMore.\r\n": "---\r\na: 1\r\n---\r\n\r\nNew.\r\n",
}


@pytest.mark.parametrize("text", BODIES)
def test_a_new_body_takes_the_place_of_the_old_one(text: str) -> None:
    assert patch(text, {}, "New.") == BODIES[text]
    assert patch(text, {}) == text


def test_a_document_that_cannot_be_changed_closely_is_written_anew() -> None:
    assert load(patch_yaml('{title: A, topics: ["x"]}', {"title": "B"})).value == {"title": "B", "topics": ["x"]}
    assert load(patch_yaml("? title\n: A\nx: 1\n", {"title": "B"})).value == {"title": "B", "x": 1}


def test_a_file_without_front_matter_is_refused() -> None:
    for text in ("", "title: A", "---\ntitle: A\n"):
        with pytest.raises(FrontMatterError):
            patch(text, {"title": "B"})


@pytest.mark.parametrize(
    "text", [FILE, FILE.replace("\n", "\r\n"), f"\ufeff{FILE}", f"\n\n{FILE}", "----  \na: 1\n-----\nx"]
)
def test_the_parts_of_a_file_are_all_of_it(text: str) -> None:
    document = split(text)
    assert document.opening + document.front_matter + document.closing + document.body == text
    assert re.fullmatch(r"\ufeff?\s*-{3,}\s*", document.opening)
    assert re.fullmatch(r"-{3,}\s*", document.closing)
