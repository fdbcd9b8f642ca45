"""Text of a file in, a record or problems out."""

import datetime as dt
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.content.parsing import parse_article, parse_organization, parse_topic
from articles.content.problems import CODES, Problem
from articles.content.values import as_json, extra_values
from tests.support.site_files import article_text

NOW = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
DOCS = Path(__file__).resolve().parents[2] / "docs"
ENTRY: dict[str, object] = {
    "title": '"Other"',
    "publishedDateTime": "2023-08-31T00:00:00Z",
    "webUrl": '"https://b.example/other"',
    "provider": "{name: B Paper, domain: b.example}",
}


def found(text: str | bytes) -> list[tuple[int, str]]:
    data = text.encode() if isinstance(text, str) else text
    return [(problem.line, problem.code) for problem in parse_article("a.md", data, NOW).problems]


def test_a_valid_file_has_no_problems_and_typed_values() -> None:
    parsed = parse_article("a.md", article_text(related=[ENTRY]).encode(), NOW)
    assert parsed.problems == ()
    assert parsed.record is not None
    assert parsed.record.published_date_time == dt.datetime(2023, 9, 1, 15, 40, tzinfo=dt.UTC)
    assert parsed.entries[0].provider[0] == "b.example"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"title": None}, [(1, "E301")]),
        ({"title": '""'}, [(2, "E301")]),
        ({"title": '"&nbsp;"'}, [(2, "E301")]),
        ({"title": '"\\u200e\\u200f"'}, [(2, "E301")]),
        ({"title": "no"}, [(2, "E302")]),
        ({"title": "2023"}, [(2, "E302")]),
        ({"title": f'"{"x" * 1001}"'}, [(2, "E305")]),
        ({"excerpt": '"a\\0b"'}, [(3, "E306")]),
        ({"excerpt": '"a\\u202eb"'}, [(3, "W403")]),
        ({"excerpt": '"a\\x07b"'}, [(3, "W403")]),
        ({"publishedDateTime": None}, [(1, "E301")]),
        ({"publishedDateTime": '"2023-09-01T15:40:00Z"'}, []),
        ({"publishedDateTime": '"soon"'}, [(4, "E302")]),
        ({"publishedDateTime": "12:30:00"}, [(4, "E302")]),
        ({"publishedDateTime": "2023-02-30"}, [(4, "E208")]),
        ({"publishedDateTime": "2023-09-01"}, [(4, "W401")]),
        ({"publishedDateTime": "2023-09-01 15:40:00"}, [(4, "W401")]),
        ({"publishedDateTime": "2025-06-01T00:00:00Z"}, [(4, "W402")]),
        ({"publishedDateTime": "0001-01-01T00:00:00+14:00"}, [(4, "E305")]),
        ({"webUrl": None}, [(1, "E301")]),
        ({"webUrl": '"javascript:alert(1)"'}, [(5, "E303")]),
        ({"webUrl": '"data:text/html,x"'}, [(5, "E303")]),
        ({"webUrl": '"//a.example/x"'}, [(5, "E303")]),
        ({"webUrl": '"https://user@evil.example/"'}, [(5, "E303")]),
        ({"webUrl": f'"https://a.example/{"x" * 2000}"'}, [(5, "E305")]),
        ({"quality": '"50"'}, [(6, "E302")]),
        ({"quality": "5.5"}, [(6, "E302")]),
        ({"quality": "true"}, [(6, "E302")]),
        ({"quality": "99999999999"}, [(6, "E305")]),
        ({"published": '"yes"'}, [(8, "E302")]),
        ({"provider": "{name: X}"}, [(9, "E301")]),
        ({"provider": "X"}, [(9, "E302")]),
        ({"provider": '{domain: "not a domain"}'}, [(9, "E304")]),
        ({"topics": "AI"}, [(10, "E302")]),
        ({"topics": "[AI, no]"}, [(10, "E302")]),
        ({"images": '[{url: "https://a.example/x.png"}]'}, [(11, "W404")]),
        ({"images": '[{url: "https://a.example/x.png", width: 0, height: 5}]'}, [(11, "W404")]),
        ({"images": '[{url: "https://a.example/x.png", width: "5", height: 5}]'}, [(11, "E302")]),
        ({"images": '[{url: "file:///etc/passwd", width: 5, height: 5}]'}, [(11, "E303")]),
    ],
)
def test_each_fault_is_named_by_line_and_code(keys: dict[str, object], expected: list[tuple[int, str]]) -> None:
    assert found(article_text(**keys)) == expected


def test_all_problems_of_a_file_come_at_once_with_lines_of_nested_entries() -> None:
    bad = ENTRY | {"quality": '"3"'}
    text = article_text(title=None, related=[ENTRY, ENTRY, bad], heat='"x"')
    lines = text.split("\n")
    assert found(text) == [
        (1, "E301"),
        (lines.index('heat: "x"') + 1, "E302"),
        (lines.index('    quality: "3"') + 1, "E302"),
    ]
    messages = [problem.message for problem in parse_article("a.md", text.encode(), NOW).problems]
    assert messages[-1].startswith("related[3].quality must be a whole number")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"no front matter", [(1, "E201")]),
        (b"---\ntitle: x\n", [(1, "E202")]),
        (b"---\n- a\n---\n", [(1, "E210")]),
        (b"---\n---\n", [(1, "E210")]),
        (b"---\ntitle: x\nexcerpt: \xff\n---\n", [(3, "E103")]),
        (b"---\ntitle: [\n---\n", [(3, "E203")]),
        (article_text().encode() + b"text\n\x00", [(13, "E306")]),
        (article_text(mood='"\\0"').encode(), [(11, "E306")]),
        (article_text(title='" "').encode(), [(2, "E301")]),
        (article_text(title="").encode(), [(2, "E302")]),
    ],
)
def test_files_that_cannot_be_read_say_where(data: bytes, expected: list[tuple[int, str]]) -> None:
    assert found(data) == expected


def test_an_entry_named_twice_is_noted_once_where_it_stands_again() -> None:
    assert found(article_text(related=[ENTRY, ENTRY])) == [(16, "N502")]


def test_a_byte_order_mark_and_windows_line_ends_are_accepted() -> None:
    text = "\ufeff" + article_text(title="no").replace("\n", "\r\n")
    assert found(text) == [(2, "E302")]
    assert found("\ufeff" + article_text().replace("\n", "\r\n")) == []


def test_too_many_related_entries_are_an_error() -> None:
    entries = [ENTRY | {"webUrl": f'"https://b.example/{number}"'} for number in range(1001)]
    assert found(article_text(related=entries)) == [(11, "E305")]
    assert found(article_text(related=entries[:1000])) == []


def test_unknown_keys_are_kept_as_json_can_hold_them() -> None:
    parsed = parse_article("a.md", article_text(mood="calm", seen="2023-09-01", deep="{a: [1, .inf]}").encode(), NOW)
    assert parsed.record is not None
    assert extra_values(parsed.record, parsed.values) == {
        "mood": "calm",
        "seen": {"!timestamp": "2023-09-01"},
        "deep": {"a": [1, {"!float": "inf"}]},
    }


def test_a_time_with_a_zone_becomes_utc() -> None:
    parsed = parse_article("a.md", article_text(publishedDateTime="2023-09-01T01:00:00+02:00").encode(), NOW)
    assert parsed.record is not None
    assert parsed.record.published_date_time == dt.datetime(2023, 8, 31, 23, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize("site", ["powerapps", "azure-sample"])
def test_every_real_file_parses_without_an_error(corpora: Path, site: str) -> None:
    problems: list[Problem] = []
    for file in sorted((corpora / site / "_news").iterdir()):
        problems += parse_article(file.name, file.read_bytes(), NOW).problems
    for file in sorted((corpora / site / "_data" / "organizations").iterdir()):
        problems += parse_organization(file.name, file.read_bytes()).problems
    for file in sorted((corpora / site / "_data" / "topics").iterdir()):
        problems += parse_topic(file.name, file.read_bytes()).problems
    assert {problem.code for problem in problems} <= {"N502"}


def test_messages_never_show_more_than_a_hint_of_a_value() -> None:
    parsed = parse_article("a.md", article_text(secured=f"[{'x' * 500}]").encode(), NOW)
    assert [problem.code for problem in parsed.problems] == ["E302"]
    assert "xxx" not in parsed.problems[0].message


@given(st.binary(max_size=400))
def test_whatever_bytes_a_file_holds_the_parser_answers(data: bytes) -> None:
    for text in (data, b"---\n" + data + b"\n---\n"):
        assert parse_article("a.md", text, NOW).problems


MUTATIONS = st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=4)), min_size=1, max_size=5)


@given(MUTATIONS)
def test_a_damaged_file_is_either_read_or_refused_with_reasons(mutations: list[tuple[int, bytes]]) -> None:
    data = article_text(related=[ENTRY]).encode()
    for position, patch in mutations:
        position %= len(data)
        data = data[:position] + patch + data[position + len(patch) :]
    parsed = parse_article("a.md", data, NOW)
    assert (parsed.record is None) == any(problem.code.startswith("E") for problem in parsed.problems)
    lines = data.count(b"\n") + 1
    assert all(1 <= problem.line <= lines for problem in parsed.problems)


def test_every_code_is_explained_in_the_documentation() -> None:
    text = (DOCS / "content-format.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\b[EWN]\d{3}\b", text)) == set(CODES)


def test_json_values_stay_as_they_are() -> None:
    assert as_json({"a": [1, "x", None, True, 1.5]}) == {"a": [1, "x", None, True, 1.5]}
