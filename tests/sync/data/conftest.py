"""A site with files in ``_data``."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.data_files import NAME, OTHER, TOPIC, write
from tests.support.import_runs import import_problems

Write = Callable[..., Path]


@pytest.fixture
def root(tmp_path: Path, write_article: Write) -> Path:
    """A site of two articles that are linked with each other, imported."""
    entry = {"title": '"B"', "publishedDateTime": "2023-09-02T00:00:00Z", "webUrl": '"https://a.example/b"',
             "provider": "{domain: a.example}"}  # fmt: skip
    write_article(NAME, related=[entry])
    write_article(OTHER, webUrl='"https://a.example/b"')
    root = tmp_path / "site"
    write(root, TOPIC, "# The first one\nname: AI   # short\ntaxonomy: topic\nkeywords:\n- x")
    import_problems(root)
    return root
