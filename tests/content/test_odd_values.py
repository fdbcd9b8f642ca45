"""Values in other tools' files that mean nothing here keep no file out."""

import dataclasses
import datetime as dt

import pytest

from articles.content.dialects.dialect import Site
from articles.content.dialects.presets import JEKYLL
from articles.content.parsing import parse_article

NOW = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "line",
    [
        "excerpt: {a: b}",
        "tags: [[a, b], {c: d}, 2.5, true, null]",
        'images: [1, {alt: x}, "a b.png"]',
        "related: [{title: x}]",
        "related: [a]",
        "type: [a]",
        "provider: 5",
        "quality: 4.5",
        "aliases: [5, null]",
        "date: 2024-13-45",
        "link: https://bad domain/",
        "originalUrl: nothing",
        'removed: "true"',
        "2024: x",
        "title: A\ntitle: B",
        "keys: &a [x]\nothers: *a",
    ],
)
def test_a_file_with_an_odd_value_comes_in(line: str) -> None:
    dialect = dataclasses.replace(JEKYLL, site=Site("Odd", "odd.example"))
    text = f"---\nlayout: post\n{line}\n---\nText.\n"
    parsed = parse_article("_posts/2024-01-01-odd.md", text.encode(), NOW, dialect)
    assert parsed.record is not None, parsed.problems
    assert parsed.record.provider.domain.endswith(("odd.example", "bad"))
