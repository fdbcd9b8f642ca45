"""Reads front matter in YAML, TOML or JSON. Pure."""

import datetime as dt
import json
import re
import tomllib
from typing import Any

from articles.content.frontmatter import Document
from articles.content.yaml.lenient import load_leniently
from articles.content.yaml.reader import MAX_DEPTH, FrontMatterError, Loaded, load

# A key at the beginning of a line.
_KEYS = {
    "toml": re.compile(r"""^(?:"([^"\n]+)"|'([^'\n]+)'|([\w-]+))[ \t]*=|^\[([\w-]+)\]""", re.MULTILINE),
    "json": re.compile(r'^[{ \t]*"([^"\n]+)"[ \t]*:', re.MULTILINE),
}


def load_document(document: Document, with_lines: bool = False, lenient: bool = False) -> Loaded:
    """Return the values of a document's front matter, and if requested the lines of its keys, from 1.

    With ``lenient``, what is not strictly YAML is read as it was probably meant, and reported as a warning. Raises
    FrontMatterError, with the line in the front matter, if it cannot be read.
    """
    text = document.front_matter
    if document.format == "yaml":
        return load_leniently(text, with_lines) if lenient else load(text, with_lines)
    loaded = Loaded(_checked(_parsed(text, document.format)))
    for match in reversed(list(_KEYS[document.format].finditer(text))) if with_lines else ():
        key = next(group for group in match.groups() if group)
        loaded.lines[(key,)] = text.count("\n", 0, match.start()) + 1
    return loaded


def _parsed(text: str, format_name: str) -> Any:
    try:
        return tomllib.loads(text.replace("\r\n", "\n")) if format_name == "toml" else json.loads(text)
    except json.JSONDecodeError as error:
        raise FrontMatterError(error.lineno, "E203", f"not valid JSON: {error.msg}") from None
    except (ValueError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        raise FrontMatterError(int(line[1]) if line else 1, "E203", f"not valid TOML: {error}") from None


def _checked(value: Any, depth: int = 0) -> Any:
    """Return values as YAML would give them: times of a day as text; raise FrontMatterError for what is nested too deep."""
    if depth > MAX_DEPTH:
        raise FrontMatterError(1, "E204", f"nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, dict):
        return {str(key): _checked(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list):
        return [_checked(each, depth + 1) for each in value]
    return value.isoformat() if isinstance(value, dt.time) else value
