"""Reads YAML in the style of nearly all content, line by line in a fraction of a parser's time.

It knows block mappings and lists, indented deeper than their parents, and values on one
line, plain or in double quotes. It recognises documents in that style and reads the same values as any YAML
parser; every other document, valid or not, is left to the parser.
"""

import re
from typing import Any

from articles.content.yaml.characters import is_plain_ascii
from articles.content.yaml.scalars import plain_scalar

# Line breaks of YAML's (which has more than Python's regular expressions), and what it refuses.
BARRED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
# Nothing that has matched is tried again (``*+``): no part could match in another way.
_QUOTED = r'"[^"\\\n]*+(?:\\["\\/nrt][^"\\\n]*+)*+"'
# Begins like a word or a number; a colon before a space, or a number sign, would end it.
_PLAIN = r"-?[\w/][^:#\n]*+(?::(?=[\w/])[^:#\n]*+)*+(?<! )"
_VALUE = f"({_QUOTED}|{_PLAIN})"
# Indentation, dash, key and value, or the value of a list's item; else anything that is not this style, as a long key is:
# YAML refuses one of more than 1,024 characters.
_LINE = re.compile(rf"^( *+)(?:(- )?+(?:([A-Za-z_]\w{{0,199}}+):(?: {_VALUE})?|{_VALUE}))?$|^(.+)$", re.MULTILINE)
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {'"': '"', "\\": "\\", "/": "/", "n": "\n", "r": "\r", "t": "\t"}


def read_house_style(text: str, max_depth: int) -> dict[str, Any] | list[Any] | None:
    """Return the values of a YAML document, or None if it is not clearly in the house style.

    Lists and mappings may be nested ``max_depth`` deep.
    """
    if not is_plain_ascii(text) and BARRED.search(text):
        return None
    try:
        return _built(_LINE.findall(text), max_depth)
    except (ValueError, OverflowError):
        return None


class OtherStyleError(ValueError):
    """The document is in another style, which only the parser can read."""


def _built(lines: list[tuple[str, ...]], max_depth: int) -> Any:  # noqa: C901 - see below
    """Build values from lines; raise OtherStyleError, or another ValueError for an invalid value.

    One loop, since a call for each line would take longer than its work. ``container`` is the innermost open list or
    mapping, at the indentation ``indent``; ``outer`` are its parents; ``key`` is its key that has no value yet.
    """
    document: Any = {}
    container, indent, key = document, -1, "whole"  # it begins like the value of any key
    outer: list[tuple[int, Any]] = []
    for space, dash, name, value, item, other in lines:
        if not (name or item):
            if other:
                raise OtherStyleError
            continue
        depth = len(space)
        if key:
            # A value must be deeper: keys without a value are left to the parser.
            if depth <= indent or len(outer) >= max_depth:
                raise OtherStyleError
            outer.append((indent, container))
            container, indent, key = container.setdefault(key, [] if dash else {}), depth, ""
        elif depth != indent:
            indent, container = _container_at(depth, outer)
        if dash:
            if type(container) is not list or len(outer) >= max_depth:
                raise OtherStyleError
            if item:
                container.append(_value(item))
                continue
            outer.append((indent, container))
            container.append({})
            container, indent = container[-1], depth + 2
        if item or type(container) is list or name in container or plain_scalar(name) != name:
            raise OtherStyleError
        if value:
            container[name] = value[1:-1] if value[0] == '"' and "\\" not in value else _value(value)
        key = "" if value else name
    if key:
        raise OtherStyleError
    return document["whole"]


def _container_at(depth: int, outer: list[tuple[int, Any]]) -> tuple[int, Any]:
    """Close lists and mappings up to the one with this indentation; return that."""
    while outer:
        indent, container = outer.pop()
        if indent == depth:
            return indent, container
        if indent < depth:
            break
    raise OtherStyleError


def _value(text: str) -> Any:
    if text[0] != '"':
        return plain_scalar(text)
    return _ESCAPE.sub(lambda match: _ESCAPED[match[1]], text[1:-1]) if "\\" in text else text[1:-1]
