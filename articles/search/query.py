"""Parses what a reader typed. Pure; any text gives a query, and nothing raises.

Words, ``"phrases"``, ``-without`` and the operators ``topic: provider: type: before: after:`` are parts of a query, in
any order; whatever is no operator is a word. A query with other parts can be written as text again, so that each filter
beside the results has an address.
"""

import calendar
import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

MAX_LENGTH = 200  # characters of a query that are used
MAX_PARTS = 24
OPERATORS = ("topic", "provider", "type", "before", "after")
DATES = ("before", "after")

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_PART = re.compile(
    rf'(?P<minus>-)?(?:(?P<operator>{"|".join(OPERATORS)}):)?(?:"(?P<quoted>[^"]*)"?|(?P<bare>[^\s"]+))', re.IGNORECASE
)
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Part:
    """A word or phrase (no ``operator``), or an operator with its value."""

    value: str
    operator: str = ""
    is_quoted: bool = False
    is_excluded: bool = False

    def __str__(self) -> str:
        must_quote = self.is_quoted or not re.fullmatch(r'[^\s"]+', self.value)
        value = f'"{self.value}"' if must_quote else self.value
        return f"{'-' if self.is_excluded else ''}{self.operator}{':' if self.operator else ''}{value}"


@dataclass(frozen=True, slots=True)
class Ignored:
    """A part of the text that is not searched for, and why: a ``date`` or ``value`` is invalid, or the query too long."""

    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """The parts of a query. Results are from the day ``after`` on, and earlier than the day ``before``."""

    parts: tuple[Part, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    before: dt.date | None = None
    after: dt.date | None = None

    def __str__(self) -> str:
        return " ".join(map(str, self.parts))

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def words(self) -> Iterator[Part]:
        return (part for part in self.parts if not part.operator)

    def filters(self, operator: str) -> list[Part]:
        return [part for part in self.parts if part.operator == operator]

    def with_part(self, part: Part) -> "Query":
        """Return the query with one more part, or itself if it has that already."""
        return self if part in self.parts else query_of((*self.parts, part))

    def without(self, *parts: Part) -> "Query":
        return query_of(part for part in self.parts if part not in parts)

    def in_year(self, year: int) -> "Query":
        """Return the query limited to one year, in place of other dates."""
        others = [part for part in self.parts if part.operator not in DATES]
        return query_of([*others, Part(f"{year:04d}", "after"), *_until(year)])

    def map_words(self, change: Callable[[str], str]) -> "Query":
        """Return the query with other words and phrases."""
        return query_of(part if part.operator else replace(part, value=change(part.value)) for part in self.parts)


def _until(year: int) -> list[Part]:
    return [Part(f"{year + 1:04d}", "before")] if year < dt.MAXYEAR else []


def parse(text: str) -> Query:
    """Return the query that a reader's text means; never raises."""
    clean = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).translate(_QUOTES).split())
    ignored = [Ignored("length", clean[MAX_LENGTH:])] if len(clean) > MAX_LENGTH else []
    parts: list[Part] = []
    for part in _parts(clean[:MAX_LENGTH]):
        if isinstance(part, Ignored):
            ignored.append(part)
        elif part not in parts:
            parts.append(part)
    if len(parts) > MAX_PARTS:
        ignored.append(Ignored("parts", " ".join(map(str, parts[MAX_PARTS:]))))
    return replace(query_of(parts[:MAX_PARTS]), ignored=tuple(ignored))


def query_of(parts: "Iterator[Part] | list[Part] | tuple[Part, ...]") -> Query:
    parts = tuple(parts)
    first_days = {
        name: [day for part in parts if part.operator == name and (day := first_day(part.value))] for name in DATES
    }
    return Query(parts, (), min(first_days["before"], default=None), max(first_days["after"], default=None))


def _parts(text: str) -> Iterator[Part | Ignored]:
    for match in _PART.finditer(text):
        operator = (match["operator"] or "").lower()
        is_quoted, is_excluded = match["quoted"] is not None, match["minus"] is not None
        value = (match["quoted"] if is_quoted else match["bare"]).strip()
        if operator:
            yield _filter(operator, value, is_excluded)
        elif is_quoted:
            if value:
                yield Part(value, "", True, is_excluded)
        elif value.rstrip(":").lower() in OPERATORS and value.endswith(":"):
            yield Ignored("value", value)
        else:
            # An unknown operator: both sides of the colon are words.
            words = (word.lstrip("-") for word in value.split(":"))
            yield from (Part(word, "", False, is_excluded) for word in words if word)


def _filter(operator: str, value: str, is_excluded: bool) -> Part | Ignored:
    if not value:
        return Ignored("value", f"{operator}:")
    part = Part(value, operator, False, is_excluded)
    if operator in DATES:
        return Ignored("date", str(part)) if is_excluded or first_day(value) is None else part
    return part


def first_day(text: str) -> dt.date | None:
    """Return the first day of ``2023``, ``2023-09`` or ``2023-09-01``, None for anything else."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
    is_date = year >= dt.MINYEAR and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]
    return dt.date(year, month, day) if is_date else None
