"""Changes of values in front matter that is read otherwise than it is written: only their own lines differ."""

from typing import Any

import pytest

from articles.content.yaml.lenient import load_leniently
from articles.content.yaml.lenient_patcher import patch_any
from articles.content.yaml.patcher_marks import REMOVED

COLON = "title: Harbour: a second crane\ndate: 2024-08-15\nsummary: One: two\n"
TABS = "title: A\nauthor:\n\tname: B\n\tmail: c@quay.example\ntags:\n\t- x\n"
TWICE = "title: A\ntags: [x]\ntitle: B\nother: 1  # why\n"
ANCHOR = "title: A\ntags: &common [x, y]\ncategories: *common\nother: 1  # why\n"
MERGED = "defaults: &all\n  layout: post\n  draft: false\nhead:\n  <<: *all\n  size: 2\ntitle: A\n"
TAGGED = "title: !!str 2024\nother: 'x'\n"
NUMBER = "2024: a year\ntitle: A\n"
CASES: list[tuple[str, dict[str, Any], dict[int, str | None]]] = [
    # The text, the changes, and the lines that differ, from 1: None is a line that has gone.
    (COLON, {"title": "Edited"}, {1: "title: 'Edited'"}),
    (COLON, {"title": "A: b"}, {1: "title: 'A: b'"}),
    (COLON, {"date": "soon"}, {2: "date: soon"}),
    (COLON, {"summary": REMOVED}, {3: None}),
    (TABS, {"title": "Edited"}, {1: "title: Edited"}),
    (TABS, {"author": {"name": "D", "mail": "c@quay.example"}}, {3: "  name: D"}),
    (TWICE, {"title": "Edited"}, {3: "title: Edited"}),
    (TWICE, {"title": REMOVED}, {1: None, 3: None}),
    (TWICE, {"tags": ["z"]}, {2: "tags: [z]"}),
    (ANCHOR, {"title": "Edited"}, {1: "title: Edited"}),
    (ANCHOR, {"categories": ["z"]}, {3: "categories:\n  - z"}),
    (ANCHOR, {"categories": REMOVED}, {3: None}),
    # An anchor that goes takes its aliases with it: they are written out.
    (ANCHOR, {"tags": ["z"]}, {2: "tags: [z]", 3: "categories:\n  - x\n  - y"}),
    (MERGED, {"title": "Edited"}, {7: "title: Edited"}),
    (TAGGED, {"other": "y"}, {2: "other: 'y'"}),
    (TAGGED, {"title": "Edited"}, {1: "title: Edited"}),
    (NUMBER, {"title": "Edited"}, {2: "title: Edited"}),
]


@pytest.mark.parametrize(("text", "changes", "lines"), CASES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_only_the_lines_of_the_key_differ(
    text: str, changes: dict[str, Any], lines: dict[int, str | None], end: str
) -> None:
    expected = "".join(
        f"{line}\n"
        for number, old in enumerate(text.splitlines(), 1)
        for line in [lines.get(number, old)]
        if line is not None
    )
    file = "---\n{}---\nText: of it.\n"
    new = patch_any(file.format(text).replace("\n", end), changes)
    assert new == file.format(expected).replace("\n", end)


def test_new_keys_come_to_the_others() -> None:
    new = patch_any(f"---\n{COLON}---\nText.\n", {"tags": ["x"]})
    assert new == f"---\n{COLON}tags:\n  - x\n---\nText.\n"


def test_front_matter_may_end_with_dots() -> None:
    text = "---\ntitle: A\n...\nText.\n\n---\n"
    assert patch_any(text, {"title": "B"}) == text.replace("A", "B")


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_file_without_front_matter_gets_some(mark: str) -> None:
    assert patch_any(f"{mark}# Notes\n\nText.\n", {"title": "A", "x": REMOVED}) == (
        f'{mark}---\ntitle: "A"\n---\n\n# Notes\n\nText.\n'
    )
    assert patch_any(f"{mark}# Notes\n\nText.\n", {}, "Other.") == f"{mark}Other.\n"


def test_empty_front_matter_gets_keys() -> None:
    assert patch_any("---\n---\nText.\n", {"draft": True}) == "---\ndraft: true\n---\nText.\n"


def test_merged_keys_are_read_below_those_of_the_mapping_itself() -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {x: 2, z: 2}\nc:\n  <<: [*a, *b]\n  y: 3\n"
    assert load_leniently(text).value["c"] == {"x": 1, "z": 2, "y": 3}
