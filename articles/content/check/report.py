"""What a check finds in one file, and what it counts over all of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from articles.content.files import SourceFile
from articles.content.identity import (
    Address,
)
from articles.content.layout import PINS_FILE, STORIES_FILE, STORY_ADDRESSES_FILE
from articles.content.parsing import (
    Parsed,
    parse_pins,
    parse_stories,
    parse_story_addresses,
)
from articles.content.problems import Level, Problem, unexpected

DECISION_PARSERS: dict[str, Callable[[str, bytes], Parsed[Any]]] = {
    PINS_FILE: parse_pins,
    STORIES_FILE: parse_stories,
    STORY_ADDRESSES_FILE: parse_story_addresses,
}


@dataclass(slots=True)
class Report:
    """What a check saw, in numbers: files read, problems by level."""

    files: int = 0
    problems: dict[Level, int] = field(default_factory=lambda: dict.fromkeys(Level, 0))

    def exit_code(self, strict: bool) -> int:
        """0 without errors, 1 with errors (or, if strict, warnings), 2 when nothing could be read."""
        if not self.files:
            return 2
        return 1 if self.problems[Level.ERROR] or (strict and self.problems[Level.WARNING]) else 0


Files = tuple[SourceFile, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What an article file says for itself, and what has to be compared with others: address, topics by key."""

    file: SourceFile
    problems: tuple[Problem, ...] = ()
    is_read: bool = True
    address: Address | None = None
    piece: int | None = None
    new_topics: tuple[tuple[str, Problem], ...] = ()


def guarded(path: str, problems: Iterator[Problem]) -> list[Problem]:
    """Return the problems of a file as they are found; an error of whatever kind on the way is one, too."""
    found: list[Problem] = []
    try:
        found.extend(problems)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other files are checked
        found.append(unexpected(path, error))
    return sorted(found)
