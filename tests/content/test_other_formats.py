"""Changes of values in TOML and JSON: only their own lines differ."""

from typing import Any

import pytest

from articles.content.other_formats import patch_other
from articles.content.yaml.patcher_marks import REMOVED

TOML = '\ntitle = "A" # one\ntags = [\n  "x",\n]\n\n[params]\nimage = "/a.png"\nsize = 2 # two\n\n[extra]\n[extra.deep]\nx = 1\n'
JSON = '{\n  "title": "A",\n  "params": {\n    "image": "/a.png",\n    "size": 2\n  },\n  "last": 1\n}'


@pytest.mark.parametrize(
    ("changes", "old", "new"),
    [
        ({"title": "B"}, '"A"', '"B"'),
        ({"tags": ["y"]}, '[\n  "x",\n]', '["y"]'),
        ({"params": {"image": "/b.png", "size": 2}}, "/a.png", "/b.png"),
        ({"params": {"size": 2}}, 'image = "/a.png"\n', ""),
        ({"params": {"image": "/a.png", "size": 2, "new": True}}, "# two", "# two\nnew = true"),
        ({"extra": {"deep": {"x": 1}, "new": 2}}, "[extra]\n", "[extra]\nnew = 2\n"),
        ({"heat": 7}, "]\n\n[", "]\nheat = 7\n\n["),
        ({"heat": REMOVED}, "A", "A"),
        ({"tags": REMOVED}, 'tags = [\n  "x",\n]\n', ""),
    ],
)
def test_only_the_lines_of_a_key_differ_in_toml(changes: dict[str, Any], old: str, new: str) -> None:
    assert patch_other(TOML, changes, "toml", "\n") == TOML.replace(old, new, 1)


@pytest.mark.parametrize(
    ("changes", "old", "new"),
    [
        ({"title": "B"}, '"A"', '"B"'),
        ({"params": {"image": "/b.png", "size": 2}}, "/a.png", "/b.png"),
        ({"params": {"image": "/a.png"}}, ',\n    "size": 2', ""),
        ({"heat": 7}, '"A",\n', '"A",\n  "heat": 7,\n'),
        ({"last": REMOVED}, ',\n  "last": 1', ""),
        ({"title": REMOVED}, '"title": "A",\n  ', ""),
    ],
)
def test_only_the_lines_of_a_key_differ_in_json(changes: dict[str, Any], old: str, new: str) -> None:
    assert patch_other(JSON, changes, "json", "\n") == JSON.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("{}", '{"heat": 7}'), ('{"a": 1}', '{"heat": 7, "a": 1}'), ('{ "a": 1 }', '{ "heat": 7, "a": 1 }')],
)
def test_small_objects_get_keys_too(text: str, expected: str) -> None:
    assert patch_other(text, {"heat": 7}, "json", "\n").replace('7,"', '7, "') == expected
