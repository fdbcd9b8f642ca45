"""The values of an article's columns from its file."""

import json
from collections.abc import Mapping
from typing import Any

from articles.content.schema import ArticleRecord
from articles.content.values import as_json, extra_values

SCALARS = (
    "category",
    "title",
    "excerpt",
    "published_date_time",
    "original_url",
    "web_url",
    "amp_web_url",
    "cdn_amp_web_url",
    "type",
    "quality",
    "heat",
    "published",
    "removed",
    "featured_content",
    "secured",
)
COLUMNS = (*SCALARS, "images", "extra", "body", "provider_said")
JSON_COLUMNS = ("images", "extra", "provider_said")


def columns_of(record: ArticleRecord, values: Mapping[str, Any], body: str) -> dict[str, Any]:
    """Return the values of COLUMNS from a file's ``record`` and the plain ``values`` that it was made of."""
    columns = {name: "" if (value := getattr(record, name)) is None else value for name in SCALARS}
    provider_said = {key: as_json(value) for key, value in values["provider"].items() if key != "domain"}
    return columns | {
        "images": as_json(values.get("images") or []),
        "extra": extra_values(record, values),
        "body": normal_body(body),
        "provider_said": provider_said,
    }


def with_json_as_text(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``columns`` with JSON columns serialised for the database."""
    return {**columns, **{name: json.dumps(columns[name]) for name in JSON_COLUMNS}}


def with_json_as_values(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``columns`` with JSON columns parsed again: the reverse of ``with_json_as_text``."""
    return {**columns, **{name: json.loads(columns[name]) for name in JSON_COLUMNS}}


def normal_body(text: str) -> str:
    """Return the text below the front matter as it is stored: with plain line ends, without blank lines around it.

    When a file is split, blank lines before the text belong to the boundary.
    """
    text = text.replace("\r\n", "\n")
    blank = len(text) - len(text.lstrip())
    return text[text.rfind("\n", 0, blank) + 1 :].strip("\r\n") if blank < len(text) else ""
