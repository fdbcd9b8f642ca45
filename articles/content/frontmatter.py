"""Text of an article file -> its fields.

Splitting is python-frontmatter's. What is in the house's style is read by house_style.py. Loading
anything else is a walk over libyaml's events: it is strict (no duplicate keys, anchors, aliases, merge keys or
tags), never recurses, and gives what ``yaml.CSafeLoader`` gives for all that it accepts, in less time,
since no tree of nodes is built in between.
"""

import re
from dataclasses import dataclass
from typing import Any

from frontmatter.default_handlers import YAMLHandler

from articles.content.yaml.reader import FrontMatterError, load


@dataclass(frozen=True, slots=True)
class Document:
    """A file split in two: its front matter and the text below it.

    ``first_line`` is the line of the file, from 1, on which ``front_matter`` begins.
    """

    front_matter: str
    body: str
    first_line: int

    @property
    def last_line(self) -> int:
        """The line of the closing boundary, on which ``body`` begins."""
        return self.first_line + self.front_matter.count("\n")


class StrictYAMLHandler(YAMLHandler):
    """python-frontmatter's YAML handler with the strict loader, for ``frontmatter.loads(text, handler=...)``."""

    def load(self, fm: str, **kwargs: object) -> Any:
        loaded = load(fm)
        if loaded.faults:
            raise FrontMatterError(loaded.faults[0].line, loaded.faults[0].code, loaded.faults[0].message)
        return loaded.value


BOUNDARY = StrictYAMLHandler.FM_BOUNDARY


def split(text: str) -> Document:
    """Split a file's text where python-frontmatter does; raise FrontMatterError where it finds nothing in silence."""
    text = text.removeprefix("\ufeff")
    blank = len(text) - len(text.lstrip())
    opening = BOUNDARY.match(text, blank)
    if opening is None:
        raise FrontMatterError(1, "E201", f"no front matter: {_what_it_is(text[blank:])}")
    closing = _closing_boundary(text, opening.end())
    if closing is None:
        raise FrontMatterError(
            text.count("\n", 0, blank) + 1, "E202", "the front matter has no end: a line with --- is missing"
        )
    first_line = text.count("\n", 0, opening.end()) + 1
    return Document(text[opening.end() : closing.start()], text[closing.end() :], first_line)


# What other programs begin a file with, and what it is called.
OTHER_HEADERS = (
    (re.compile(r"\+\+\+\s*$", re.MULTILINE), "this looks like TOML (+++); YAML between two lines of --- is wanted"),
    (re.compile(r"\{"), "this looks like JSON; YAML between two lines of --- is wanted"),
    (
        re.compile(r"[A-Za-z][\w-]*:[ \t]"),
        "this looks like headers of Pelican; put a line of --- before and behind them, as YAML has it",
    ),
)


def _what_it_is(text: str) -> str:
    """Return what a file without front matter seems to have instead."""
    return next((words for begin, words in OTHER_HEADERS if begin.match(text)), "the first line must be ---")


def _closing_boundary(text: str, start: int) -> re.Match[str] | None:
    """Return what ``BOUNDARY.search`` finds; only a line that begins like a boundary is looked at closely."""
    place = text.find("\n---", max(start - 1, 0))
    while place >= 0:
        if closing := BOUNDARY.match(text, place + 1):
            return closing
        place = text.find("\n---", place + 1)
    return None


@dataclass(frozen=True, slots=True)
class Parts:
    """A file in three: the opening boundary, the front matter, and the closing boundary with the body."""

    opening: str
    front_matter: str
    closing: str
    body: str

    @property
    def line_end(self) -> str:
        return "\r\n" if "\r\n" in self.opening or "\r\n" in self.front_matter else "\n"


def parts_of(text: str) -> Parts:
    """Cut a file's text where its front matter begins and ends; nothing is lost between the parts.

    Raises FrontMatterError where there is none.
    """
    blank = len(text) - len(text.removeprefix("\ufeff").lstrip())
    opening = re.compile(r"-{3,}[^\S\r\n]*\r?\n").match(text, blank)
    if opening is None:
        raise FrontMatterError(1, "E201", "no front matter: the first line must be ---")
    closing = BOUNDARY.search(text, opening.end())
    if closing is None:
        raise FrontMatterError(1, "E202", "the front matter has no end: a line with --- is missing")
    end = text.find("\n", closing.start())
    end = len(text) if end < 0 else end + 1
    return Parts(text[: opening.end()], text[opening.end() : closing.start()], text[closing.start() : end], text[end:])
