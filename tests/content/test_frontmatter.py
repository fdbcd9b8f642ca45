"""Splitting, and the strict loader: what it accepts it reads as PyYAML does, and what it refuses it names by line."""

import contextlib
import datetime as dt
from pathlib import Path

import pytest
import yaml
from frontmatter.default_handlers import YAMLHandler
from hypothesis import given
from hypothesis import strategies as st

from articles.content.frontmatter import split
from articles.content.yaml.reader import FrontMatterError, load


@pytest.mark.parametrize("folder", ["seed", "powerapps/_news", "azure-sample/_news", "revisions"])
def test_every_real_file_loads_as_a_plain_load_does(corpora: Path, folder: str) -> None:
    files = sorted((corpora / folder).rglob("*.md"))
    assert files
    for file in files:
        front_matter = split(file.read_text(encoding="utf-8")).front_matter
        loaded = load(front_matter)
        assert not loaded.faults
        assert repr(loaded.value) == repr(yaml.load(front_matter, yaml.CSafeLoader)), file


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20) | st.dates()
    | st.datetimes(timezones=st.just(dt.UTC))
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.sampled_from([None, '"', "'", "|"]), st.sampled_from([True, False, None]))
def test_generated_documents_load_as_a_plain_load_does(value: object, style: str | None, flow: bool | None) -> None:
    dumper = type("NoAliases", (yaml.SafeDumper,), {"ignore_aliases": lambda self, data: True})
    text = yaml.dump(value, Dumper=dumper, default_style=style, default_flow_style=flow, allow_unicode=True)
    expected = yaml.load(text, yaml.CSafeLoader)
    if style is None or "!!" not in text:
        loaded = load(text)
        if not loaded.faults:
            assert repr(loaded.value) == repr(expected)
        else:
            assert {fault.code for fault in loaded.faults} <= {"E207", "E209"}


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("a: 1\nb: 2\na: 3", 3, "E205"),
        ("a: 1\nb:\n  c: 1\n  c: 2", 4, "E205"),
        ("a: &x 1", 1, "E206"),
        ("a: 1\nb: *x", 2, "E206"),
        ("a: 1\n<<: {b: 2}", 2, "E206"),
        ("a: !!str 1", 1, "E207"),
        ("a: !python/object:os.system x", 1, "E207"),
        ("a: 1\nb: 2023-02-30", 2, "E208"),
        ("a: 2023-13-01T00:00:00Z", 1, "E208"),
        ("a: " + "9" * 5000, 1, "E208"),
        ("1: a", 1, "E209"),
        ("no: a", 1, "E209"),
        ("? [a]\n: b", 1, "E209"),
        ("a: 1\n{x: 1}: b", 2, "E209"),
    ],
)
def test_what_a_strict_file_may_not_say_is_named_with_its_line(text: str, line: int, code: str) -> None:
    faults = load(text).faults
    assert [(fault.line, fault.code) for fault in faults] == [(line, code)]


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("a: [", 1, "E203"),
        ("a: 1\nb: 'x", 2, "E203"),
        ("a: 1\n\tb: 2", 2, "E203"),
        ("a: 1\nb: \x01", 2, "E203"),
        ('a: "\\ud83d\\ude00"', 1, "E203"),
        ("a: 1\n...\n---\nb: 2", 3, "E203"),
        ("a: 1\nb: " + "[" * 50_000, 2, "E204"),
        ("- " * 50_000, 1, "E204"),
        ("{a: " * 30, 1, "E204"),
    ],
)
def test_what_cannot_be_read_stops_with_its_line(text: str, line: int, code: str) -> None:
    with pytest.raises(FrontMatterError) as caught:
        load(text)
    assert (caught.value.line, caught.value.code) == (line, code)


def test_an_alias_is_no_key() -> None:
    assert [fault.code for fault in load("a: 1\n*x : 2").faults] == ["E206", "E209"]


def test_all_faults_of_a_text_are_collected() -> None:
    assert [fault.line for fault in load("a: 1\na: 2\nb: *x\nc: 2023-02-30").faults] == [2, 3, 4]


def test_lines_are_known_for_nested_values() -> None:
    lines = load("a: 1\nrelated:\n  - t: 1\n    q: 2\n  - t: 3\n\n    q: 4\n", with_lines=True)
    assert lines.line_of(("related", 1, "q")) == 7
    assert lines.line_of(("related", 1, "missing")) == 5
    assert lines.line_of(("missing",)) == 1


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("---\na: 1\n---\nbody\n", "body"),
        ("\ufeff---\na: 1\n---", ""),
        ("---\r\na: 1\r\n---\r\nbody", "body"),
        ("\n\n---\na: 1\n---\n", ""),
        ("---\n\n\na: 1\n---\n--- x\n---\n", "--- x\n---"),
    ],
)
def test_a_file_is_split_at_its_first_two_boundaries(text: str, body: str) -> None:
    document = split(text)
    assert document.body.strip() == body
    assert load(document.front_matter).value == {"a": 1}
    offset = document.first_line + load(document.front_matter, with_lines=True).line_of(("a",)) - 2
    assert text.removeprefix("\ufeff").split("\n")[offset].rstrip("\r") == "a: 1"


@pytest.mark.parametrize(
    ("text", "code"), [("", "E201"), ("# A text\n", "E201"), ("---\na: 1\n", "E202"), ("---", "E202")]
)
def test_a_file_that_cannot_be_split_says_why(text: str, code: str) -> None:
    with pytest.raises(FrontMatterError) as caught:
        split(text)
    assert caught.value.code == code


@given(st.text(alphabet="--- \n\n\t\ra:#\x0b", max_size=40).map(lambda text: f"---{text}\n---"))
def test_files_are_split_where_python_frontmatter_splits_them(text: str) -> None:
    expected: tuple[str, str] | None = None
    with contextlib.suppress(ValueError):
        expected = YAMLHandler().split(text)
    try:
        document = split(text)
    except FrontMatterError:
        assert expected is None or not YAMLHandler().detect(text)
        return
    assert document.opening + document.front_matter + document.closing + document.body == text
    assert expected is not None
    assert (document.front_matter, document.body.strip()) == (expected[0], expected[1].strip())
