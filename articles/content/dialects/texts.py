"""Reads single values as people write them in front matter: flags in quotes, tags in one text, numbers as titles. Pure."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

_FENCE = re.compile(r"^(```|~~~)")
_HEADING = re.compile(r"^ {0,3}#{1,2}[ \t]+(.+?)[ \t]*#*[ \t]*$")
_FLAGS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def as_flag(value: Any) -> bool | None:
    """Return true or false, also from a text in quotes; None for any other value."""
    if isinstance(value, bool):
        return value
    return _FLAGS.get(value.strip().lower()) if isinstance(value, str) else None


def as_text(value: Any) -> str:
    """Return a text, number or date as text, and an empty text for any other value."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value).strip() if isinstance(value, str | int | float) else ""


def plain(text: str) -> str:
    """Return what of a text is visible."""
    return "".join(char for char in text if char.isprintable() and not char.isspace())


def names_in(value: Any, splits_spaces: bool) -> Iterator[str]:
    """Yield the names in a value: of a list, of a mapping's ``name`` or ``title``, or of one text.

    A text is split at its commas, or else, with ``splits_spaces``, at its spaces.
    """
    if isinstance(value, list):
        for each in value:
            yield from names_in(each, False) if isinstance(each, list | Mapping) else [as_text(each)]
    elif isinstance(value, Mapping):
        yield as_text(value.get("name") or value.get("title"))
    elif "," in (text := as_text(value)):
        yield from (part.strip() for part in text.split(","))
    else:
        yield from text.split() if splits_spaces else [text]


def first_heading(body: str) -> str:
    """Return the text of the first heading of a Markdown text, of the first or second level, without markup."""
    is_code = False
    for line in body[:20_000].splitlines():
        if _FENCE.match(line):
            is_code = not is_code
        elif not is_code and (match := _HEADING.match(line)):
            return re.sub(r"\[([^\]]*)\]\([^)]*\)|[*_`]", lambda part: part[1] or "", match[1]).strip()
    return ""
