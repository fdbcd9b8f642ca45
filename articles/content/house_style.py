"""YAML in the style that nearly all content keeps to, read line by line in a fraction of a parser's time.

Of YAML it knows block mappings and lists, indented deeper than what they belong to, and values on one
line: plain, or in double quotes. It knows when a document is of that style, and then reads what any YAML
parser reads; every other document, right or wrong, is left to the parser.
"""

import re
from typing import Any

from articles.content.scalars import plain_scalar

# Line breaks of YAML's (which has more than Python's regular expressions), and what it refuses.
_BARRED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_QUOTED = r'"[^"\\\n]*(?:\\["\\/nrt][^"\\\n]*)*"'
# Begins like a word or a number; a colon before a space, or a number sign, would end it.
_PLAIN = r"-?[\w/][^:#\n]*(?::(?=[\w/])[^:#\n]*)*(?<! )"
_VALUE = f"({_QUOTED}|{_PLAIN})"
# Indentation, dash, key and value, or the value of a list's item; else anything that is not this style.
_LINE = re.compile(rf"^( *)(?:(- )?(?:([A-Za-z_]\w*):(?: {_VALUE})?|{_VALUE}))?$|^(.+)$", re.MULTILINE)
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {'"': '"', "\\": "\\", "/": "/", "n": "\n", "r": "\r", "t": "\t"}


def read_house_style(text: str, max_depth: int) -> dict[str, Any] | list[Any] | None:
    """Return what a YAML document says, or None when it is not plainly in the house's style.

    Lists and mappings may stand in each other ``max_depth`` deep.
    """
    if _BARRED.search(text):
        return None
    reader = _Reader(max_depth)
    try:
        for space, dash, name, value, item, other in _LINE.findall(text):
            if name or item:
                reader.take(len(space), dash, name, value, item)
            elif other:
                return None
    except (ValueError, OverflowError):
        return None
    return None if reader.key else reader.root


class OtherStyleError(ValueError):
    """The document is for the parser."""


class _Reader:
    """Builds values from lines: the ``container`` that is open, at its indentation, and those around it."""

    def __init__(self, max_depth: int) -> None:
        self.max_depth = max_depth
        self.root: Any = None
        self.outer: list[tuple[int, Any]] = []
        self.container: Any = None
        self.indent = -1
        self.key = ""  # of the open mapping, and still without a value

    def take(self, depth: int, dash: str, name: str, value: str, item: str) -> None:
        """Take a line; raise OtherStyleError, or another ValueError for a value that cannot be."""
        if self.root is None or self.key:
            self.open(depth, [] if dash else {})
        elif depth != self.indent:
            self.close(depth)
        container = self.container
        if bool(dash) != (type(container) is list) or not (dash or name):
            raise OtherStyleError
        if dash:
            if item:
                container.append(_value(item))
                return
            mapping: dict[str, Any] = {}
            container.append(mapping)
            self.enter(depth + 2, mapping)
            container = mapping
        if name in container or plain_scalar(name) != name:
            raise OtherStyleError
        if value:
            container[name] = _value(value)
        else:
            self.key = name

    def open(self, depth: int, opened: Any) -> None:
        """Open the whole, or the value of a key, which must be deeper: a key without one is for the parser to judge."""
        if depth <= self.indent:
            raise OtherStyleError
        if self.root is None:
            self.root = self.container = opened
            self.indent = depth
        else:
            self.container[self.key] = opened
            self.key = ""
            self.enter(depth, opened)

    def enter(self, depth: int, opened: Any) -> None:
        self.outer.append((self.indent, self.container))
        self.indent, self.container = depth, opened
        if len(self.outer) >= self.max_depth:
            raise OtherStyleError

    def close(self, depth: int) -> None:
        """Go back to the container at an indentation."""
        while depth < self.indent and self.outer:
            self.indent, self.container = self.outer.pop()
        if depth != self.indent:
            raise OtherStyleError


def _value(text: str) -> Any:
    if text[0] != '"':
        return plain_scalar(text)
    return _ESCAPE.sub(lambda match: _ESCAPED[match[1]], text[1:-1]) if "\\" in text else text[1:-1]
