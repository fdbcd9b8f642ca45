"""Splits the text of an article file into its front matter and the text below it.

Files are split as by python-frontmatter; but if it finds no front matter, it silently returns no
metadata, and this module reports the reason.
"""

import json
import re
from dataclasses import dataclass

from frontmatter.default_handlers import YAMLHandler

from articles.content.yaml.reader import FrontMatterError

BOUNDARY = YAMLHandler.FM_BOUNDARY
_DOTS = re.compile(r"^\.\.\.[ \t]*\r?$", re.MULTILINE)
_TOML_BOUNDARY = re.compile(r"^\+\+\+[ \t]*\r?$", re.MULTILINE)
_NAMED_BOUNDARY = re.compile(r"---(?P<format>json|toml|yaml)[ \t]*\r?$", re.MULTILINE)
_JSON = re.compile(r'\{\s*"')


@dataclass(frozen=True, slots=True)
class Document:
    """A file split in four without losing anything: a boundary, the front matter, the other boundary, and the body.

    ``front_matter`` begins with the end of the first boundary's line; ``opening`` may begin with blank lines.
    """

    opening: str
    front_matter: str
    closing: str
    body: str
    format: str = "yaml"

    @property
    def first_line(self) -> int:
        """The line of the file, from 1, on which ``front_matter`` begins."""
        return self.opening.count("\n") + 1

    @property
    def body_line(self) -> int:
        """The line on which ``body`` begins."""
        return self.first_line + self.front_matter.count("\n") + self.closing.count("\n")

    @property
    def line_end(self) -> str:
        return "\r\n" if "\r\n" in self.opening + self.front_matter else "\n"


def split(text: str, may_end_with_dots: bool = False) -> Document:
    """Split a file's text; raise FrontMatterError if it has no front matter, or one without an end.

    YAML itself and Jekyll also end front matter with three dots.
    """
    mark = text[: text.startswith("\ufeff")]
    text = text[len(mark) :]
    blank = len(text) - len(text.lstrip())
    opening = BOUNDARY.match(text, blank)
    if opening is None and (other := _other_format(text, blank, mark)):
        return other
    if opening is None:
        raise FrontMatterError(1, "E201", f"no front matter: {_what_it_is(text[blank:])}")
    closing = _closing_boundary(text, opening.end())
    if may_end_with_dots and (dots := _DOTS.search(text, opening.end(), closing if closing >= 0 else len(text))):
        closing = dots.start()
    if closing < 0:
        raise FrontMatterError(
            text.count("\n", 0, blank) + 1, "E202", "the front matter has no end: a line with --- is missing"
        )
    end = text.find("\n", closing) + 1 or len(text)
    return Document(mark + text[: opening.end()], text[opening.end() : closing], text[closing:end], text[end:])


def split_or_body(text: str) -> Document:
    """Split the text of a file of another tool; without front matter, all of it is the body."""
    try:
        return split(text, may_end_with_dots=True)
    except FrontMatterError as error:
        if error.code != "E201":
            raise
        mark = text[: text.startswith("\ufeff")]
        return Document(mark, "", "", text[len(mark) :])


def _other_format(text: str, start: int, mark: str) -> Document | None:
    """Return a file with TOML between two lines of +++, or that begins with JSON; None for any other."""
    if opening := _NAMED_BOUNDARY.match(text, start) or _TOML_BOUNDARY.match(text, start):
        named = opening.groupdict().get("format")
        closing = (BOUNDARY if named else _TOML_BOUNDARY).search(text, opening.end())
        if closing is None:
            line = text.count("\n", 0, start) + 1
            raise FrontMatterError(
                line, "E202", f"the front matter has no end: a line with {opening[0][:3]} is missing"
            )
        end = text.find("\n", closing.start()) + 1 or len(text)
        inner = text[opening.end() : closing.start()]
        return Document(mark + text[: opening.end()], inner, text[closing.start() : end], text[end:], named or "toml")
    if _JSON.match(text, start):
        try:
            _, end = json.JSONDecoder().raw_decode(text, start)
        except (ValueError, RecursionError):
            return None
        return Document(mark + text[:start], text[start:end], "", text[end:], "json")
    return None


# The beginnings of other formats, with their names.
OTHER_HEADERS = (
    (re.compile(r"\{"), "this looks like JSON, but is none; use YAML between two lines of ---"),
    (
        re.compile(r"[A-Za-z][\w-]*:[ \t]"),
        "this looks like headers of Pelican; put a line of --- before and behind them, as YAML has it",
    ),
)


def _what_it_is(text: str) -> str:
    """Return the name of what a file without front matter seems to begin with."""
    return next((words for begin, words in OTHER_HEADERS if begin.match(text)), "the first line must be ---")


def _closing_boundary(text: str, start: int) -> int:
    """Return the position that ``BOUNDARY.search`` finds, or -1, faster: only lines that begin like one are matched."""
    place = text.find("\n---", max(start - 1, 0))
    while place >= 0 and not BOUNDARY.match(text, place + 1):
        place = text.find("\n---", place + 1)
    return place + 1 if place >= 0 else -1
