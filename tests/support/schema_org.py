"""Structured data of pages, and what the vocabulary of schema.org says of it.

The vocabulary is an extract: the types that pages use with what they are kinds of, and properties with the types that
have them and the types of their values.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

VOCABULARY = json.loads((Path(__file__).parents[1] / "distribution/schema_org.json").read_text(encoding="utf-8"))
TYPES, PROPERTIES = VOCABULARY["types"], VOCABULARY["properties"]
# Of search engines, beside the vocabulary.
ANNOTATIONS = {"query-input"}
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def structured(page: str) -> dict[str, dict[str, Any]]:
    """Return the parts of a page's structured data by type."""
    [text] = BLOCK.findall(page)
    data = json.loads(text)
    assert data["@context"] == "https://schema.org"
    return {part["@type"]: part for part in data["@graph"]}


def faults(part: dict[str, Any]) -> Iterator[str]:
    """Yield what the vocabulary does not allow."""
    kind = part["@type"]
    if kind not in TYPES:
        yield f"no type {kind}"
        return
    for name, value in part.items():
        if name == "@type" or name in ANNOTATIONS:
            continue
        if name not in PROPERTIES or not set(PROPERTIES[name][0]) & set(_kinds(kind)):
            yield f"{kind} has no {name}"
            continue
        for each in value if isinstance(value, list) else [value]:
            if not set(_kinds_of(each)) & set(PROPERTIES[name][1]):
                yield f"{kind}.{name} is not {each!r}"
            if isinstance(each, dict):
                yield from faults(each)


def _kinds(kind: str) -> Iterator[str]:
    while kind:
        yield kind
        kind = TYPES.get(kind, "")


def _kinds_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from _kinds(value["@type"])
    elif isinstance(value, int):
        yield "Integer"
    elif isinstance(value, str) and value:
        yield "Text"
        if re.fullmatch(r"https?://[!-~]+", value):
            yield "URL"
        if re.match(r"\d{4}-\d\d-\d\dT", value) and dt.datetime.fromisoformat(value).tzinfo:
            yield "DateTime"
