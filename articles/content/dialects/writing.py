"""Turns an article's changed values into the changes of its file: under the file's own keys, in its own forms."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from articles.content.dialects.dialect import HOUSE, Dialect
from articles.content.frontmatter import split
from articles.content.times import written_like
from articles.content.yaml.reader import load

TIME = "publishedDateTime"


def file_changes(text: str, changes: Mapping[str, Any], dialect: Dialect = HOUSE) -> dict[str, Any]:
    """Return the changes of a file's front matter for those of an article, both by key.

    Raises FrontMatterError if the file cannot be read.
    """
    if not isinstance(changes.get(TIME), dt.datetime):
        return dict(changes)
    values = load(split(text).front_matter).value
    old = values.get(TIME) if isinstance(values, dict) else None
    return {**changes, TIME: written_like(old, changes[TIME], dialect.zone)}
